import LigatureNetworks
import LigatureTensors

/// Every learnable receives a gradient.
struct EveryLearnableUsed: LayerCheck {
  static let kind = CheckKind.everyLearnableUsed
  static let prerequisites: [CheckKind] = [.gradientSizes]
  static let meaning =
    "Every learnable that is not frozen gets a gradient in training, and at the first values some gradient is other than 0."
  static let commonCause =
    "A learnable that is read nowhere, or only through detached or doubles(); a hand-written backward that forgets one; a "
    + "method that was meant to override and does not."
  static let remedy =
    "Use the learnable, remove it, freeze it, or declare the exception .unusedLearnables"

  /// Passes in which a learnable may turn up: one expert of several may be chosen by each input.
  private static let draws = 24
  /// Passes in which a gradient may be other than 0.
  private static let beginnings = 6

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    if subject.options.exceptions.contains(.unusedLearnables) {
      return .skipped(
        reason: "the exception .unusedLearnables is declared", remedy: "Remove it to run this check"
      )
    }
    let unfrozen = subject.network.learnables.filter { !$0.parameter.isFrozen }
    guard !unfrozen.isEmpty else {
      return .skipped(reason: "the layer learns nothing", remedy: "Nothing to do")
    }
    // Several draws, of inputs too: a part of the layer may be left out in one of them.
    var unused = unfrozen
    var begins = false
    for draw in 0..<Self.draws where !unused.isEmpty || (!begins && draw < Self.beginnings) {
      let pass = try subject.differentiated(
        subject.inputs(draw: subject.options.examples == nil ? draw : 0), iteration: draw)
      unused.removeAll { pass.gradients[$0.parameter] != nil }
      if !begins {
        begins = try unfrozen.contains { learnable in
          guard let gradient = pass.gradients[learnable.parameter] else { return false }
          return try gradient.doubles().contains { $0 != 0 }
        }
      }
    }
    if unused.isEmpty, !begins, unfrozen.contains(where: { $0.count > 0 }) {
      return .failed([
        CheckReport.Failure(
          "no learnable can begin to learn", at: subject.shown(""),
          expected: "a gradient other than 0 at the first values",
          found: "gradients of 0 for \(counted(unfrozen.count, "learnable"))",
          remedy: "Let one of two factors begin at other than 0: the gradient of each is the other "
            + "one, and of two zeros neither ever leaves it")
      ])
    }
    return outcome(
      unused.map { learnable in
        CheckReport.Failure(
          "a learnable gets no gradient", at: "learnable \(subject.shown(learnable.path))",
          expected: "a gradient", found: "none", remedy: Self.remedy)
      }, counted(unfrozen.count, "learnable"))
  }
}
