import LigatureNetworks
import LigatureTensors

/// Training and inference differ by what is declared, by random numbers and by states, and by
/// nothing else.
struct PhaseDifference: LayerCheck {
  static let kind = CheckKind.phaseDifference
  static let prerequisites: [CheckKind] = [.determinism, .phaseSizes]
  static let meaning =
    "Training gives other results than inference where that is declared; undeclared, only where it draws random numbers or "
    + "the layer has a state, and then not much once many passes over one batch have settled the states."
  static let commonCause =
    "A forward that overrides nothing, because a superclass took it from a protocol's default; a formula that was changed "
    + "in one of predict and forward; running statistics that are never written, or read as what they are not."
  static let remedy =
    "Let forward and predict share their formula; or set phasesDiffer in the options where they are meant to differ"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let inputs = try subject.inputs()
    let training = try subject.outputs(inputs, .training)
    let inference = try subject.outputs(inputs, .inference)
    let declared = subject.options.phasesDiffer
    // Two sums of the same terms in another order are no other function.
    let tolerance = declared == nil ? 1e-4 : 0
    let differ = try zip(training, inference).contains {
      try Difference($0, $1, tolerance: tolerance) != nil
    }
    guard differ != declared ?? false else { return .passed() }
    if declared == nil {
      let again = try subject.outputs(inputs, .training, iteration: 1)
      if try zip(training, again).contains(where: { try !$0.isIdentical(to: $1) }) {
        return .passed("training draws random numbers")
      }
      if !subject.network.stateValues.isEmpty {
        if let failure = try SettledStates(subject).failure() { return .failed([failure]) }
        return .passed("training uses a state")
      }
    }
    return .failed([
      CheckReport.Failure(
        differ ? "training differs from inference" : "training does not differ from inference",
        at: subject.shown(""), expected: declared == true ? "a difference" : "equal results",
        found: differ ? "a difference" : "equal results",
        remedy: declared == true
          ? "Declare forward open in the superclass and override it in the subclass" : Self.remedy)
    ])
  }
}
