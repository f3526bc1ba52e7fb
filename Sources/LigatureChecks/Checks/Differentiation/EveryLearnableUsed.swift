import LigatureNetworks
import LigatureTensors

/// Every learnable receives a gradient.
struct EveryLearnableUsed: LayerCheck {
  static let kind = CheckKind.everyLearnableUsed
  static let prerequisites: [CheckKind] = [.gradientSizes]
  static let meaning = "Every learnable that is not frozen gets a gradient in training."
  static let commonCause =
    "A learnable that is read nowhere, or only through detached or doubles(); a hand-written backward that forgets one; a "
    + "method that was meant to override and does not."
  static let remedy =
    "Use the learnable, remove it, freeze it, or declare the exception .unusedLearnables"

  /// Passes in which a learnable may turn up: one expert of several may be chosen by each input.
  private static let draws = 24

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
    for draw in 0..<Self.draws where !unused.isEmpty {
      let pass = try subject.differentiated(
        subject.inputs(draw: subject.options.examples == nil ? draw : 0), iteration: draw)
      unused.removeAll { pass.gradients[$0.parameter] != nil }
    }
    return outcome(
      unused.map { learnable in
        CheckReport.Failure(
          "a learnable gets no gradient", at: "learnable \(subject.shown(learnable.path))",
          expected: "a gradient", found: "none", remedy: Self.remedy)
      }, counted(unfrozen.count, "learnable"))
  }
}
