import LigatureLayers
import LigatureTensors

/// Row 20: initialises from a layout, from one seed always to the same values, and refuses to run
/// before.
struct InitializationCheck: LayerCheck {
  static let kind = CheckKind.initialization
  static let needsValues = false
  static let meaning =
    "The layer gets all its values from a layout, the same ones from the same seed, and refuses to run without them."
  static let commonCause =
    "A learnable that initialize(for:in:) leaves out; values drawn from a generator that the context knows nothing of."
  static let remedy =
    "Assign every deferred learnable in initialize(for:in:), from the context's streams"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    if let error = subject.initializationError {
      return .failed([
        CheckReport.Failure(
          "the layer cannot be initialised", at: subject.shown((error as? LayerError)?.path ?? ""),
          expected: "values for all learnables after one example", found: "\(error)",
          remedy: Self.remedy)
      ])
    }
    subject.restoreOriginal()
    let hadDeferred = subject.network.hasDeferred
    // A state may be for one phase only, and so may a learnable.
    let lacksLearnable = subject.network.learnables.contains { $0.parameter.isDeferred }
    if lacksLearnable, runsInBothPhases(subject), subject.network.hasDeferred {
      return .failed([
        CheckReport.Failure(
          "the layer runs although something in it has no value", at: subject.shown(""),
          expected: "an error that names the learnable", found: "an output",
          remedy: "Read the learnable in predict, or remove it")
      ])
    }
    try subject.initialize()
    let first = values(subject)
    subject.restoreOriginal()
    try subject.initialize()
    for (path, value) in values(subject) {
      guard let other = first[path] else { continue }
      if let difference = try Difference(value, other) {
        return .failed([
          difference.failure(
            "two initialisations from one seed give different values",
            at: "learnable \(subject.shown(path))",
            remedy: "Draw first values with an Initializer or context.initializationStream()")
        ])
      }
    }
    return .passed(hadDeferred ? "" : "all values given")
  }

  private func runsInBothPhases(_ subject: CheckSubject) -> Bool {
    Phase.allCases.allSatisfy { (try? subject.outputs(subject.inputs(), $0)) != nil }
  }

  private func values(_ subject: CheckSubject) -> [String: Tensor] {
    Dictionary(subject.network.learnables.map { ($0.path, $0.parameter.value) }) { $1 }
  }
}
