/// Training and inference differ exactly when declared.
struct PhaseDifference: LayerCheck {
  static let kind = CheckKind.phaseDifference
  static let meaning = "Training gives other results than inference exactly when that is declared."
  static let commonCause =
    "A forward that overrides nothing, because a superclass took it from a protocol's default."
  static let remedy = "Declare forward open in the superclass and override it in the subclass"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    guard let expected = subject.options.phasesDiffer else {
      return .skipped(
        reason: "it is not said whether the phases are meant to differ",
        remedy: "Set phasesDiffer in the options")
    }
    let inputs = try subject.inputs()
    let training = try subject.outputs(inputs, .training)
    let inference = try subject.outputs(inputs, .inference)
    let differ = try zip(training, inference).contains { try !$0.isIdentical(to: $1) }
    guard differ != expected else { return .passed() }
    return .failed([
      CheckReport.Failure(
        differ ? "training differs from inference" : "training does not differ from inference",
        at: subject.shown(""), expected: expected ? "a difference" : "equal results",
        found: differ ? "a difference" : "equal results", remedy: Self.remedy)
    ])
  }
}
