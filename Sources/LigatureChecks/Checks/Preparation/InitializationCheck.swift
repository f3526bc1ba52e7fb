import LigatureNetworks
import LigatureTensors

/// Initialises from a layout, from one seed always to the same values, and refuses to run
/// before.
struct InitializationCheck: LayerCheck {
  static let kind = CheckKind.initialization
  static let prerequisites: [CheckKind] = [.unmarkedProperties, .ports]
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
          "the layer cannot be initialised", at: subject.place(of: error),
          expected: "values for all learnables after one example", found: subject.words(of: error),
          remedy: Self.remedy)
      ])
    }
    subject.restoreOriginal()
    let hadDeferred = subject.network.hasDeferred
    // A state may be for one phase only, and so may a learnable.
    let lacksLearnable = subject.network.learnables.contains { $0.parameter.isDeferred }
    let isForLater = subject.options.exceptions.contains(.unusedLearnables)
    if lacksLearnable, !isForLater, runsInBothPhases(subject), subject.network.hasDeferred {
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
    if hadDeferred, let failure = try wrongType(subject) { return .failed([failure]) }
    return .passed(hadDeferred ? "" : "all values given")
  }

  /// A learnable that gets single precision in a network of double.
  private func wrongType(_ subject: CheckSubject) throws -> CheckReport.Failure? {
    guard !subject.options.exceptions.contains(.changesScalarType) else { return nil }
    subject.restoreOriginal()
    try subject.network.cast(to: .float64)
    // What throws for another reason is the finding of the check of scalar types.
    try? subject.network.initialize(for: subject.inputs(type: .float64))
    let wrong = subject.network.learnables.first {
      !$0.parameter.isDeferred && $0.parameter.value.scalarType == .float32
    }
    return wrong.map { learnable in
      CheckReport.Failure(
        "a first value has another scalar type than the network",
        at: "learnable \(subject.shown(learnable.path))", expected: "float64", found: "float32",
        remedy: "Make first values with an Initializer, or in context.scalarType")
    }
  }

  private func runsInBothPhases(_ subject: CheckSubject) -> Bool {
    Phase.allCases.allSatisfy { (try? subject.outputs(subject.inputs(), $0)) != nil }
  }

  private func values(_ subject: CheckSubject) -> [String: Tensor] {
    Dictionary(subject.network.learnables.map { ($0.path, $0.parameter.value) }) { $1 }
  }
}
