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

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    if subject.options.exceptions.contains(.unusedLearnables) {
      return .skipped(
        reason: "the exception .unusedLearnables is declared", remedy: "Remove it to run this check"
      )
    }
    let inputs = try subject.inputs()
    // Several draws: a part of the layer may be left out in one of them.
    let passes = try (0..<8).map { try subject.differentiated(inputs, iteration: $0) }
    let unfrozen = subject.network.learnables.filter { !$0.parameter.isFrozen }
    guard !unfrozen.isEmpty else {
      return .skipped(reason: "the layer learns nothing", remedy: "Nothing to do")
    }
    return outcome(
      unfrozen.filter { learnable in
        passes.allSatisfy { $0.gradients[learnable.parameter] == nil }
      }.map { learnable in
        CheckReport.Failure(
          "a learnable gets no gradient", at: "learnable \(subject.shown(learnable.path))",
          expected: "a gradient", found: "none", remedy: Self.remedy)
      }, counted(unfrozen.count, "learnable"))
  }
}
