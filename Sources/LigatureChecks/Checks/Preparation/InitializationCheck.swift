import LigatureNetworks
import LigatureTensors

/// Initialises from a layout, from one seed always to the same values.
struct InitializationCheck: LayerCheck {
  static let kind = CheckKind.initialization
  static let prerequisites: [CheckKind] = [.unmarkedProperties, .ports]
  static let meaning =
    "The layer gets all its values from a layout, the same ones from the same seed."
  static let commonCause =
    "A learnable that initialize(for:in:) leaves out; a nested layer whose predict is called in place of the layer; values "
    + "drawn from a generator that the context knows nothing of."
  static let remedy =
    "Assign every deferred learnable in initialize(for:in:), from the context's streams"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    if let error = subject.initializationError {
      return .failed([
        subject.failure(
          "the layer cannot be initialised", error,
          expected: "values for all learnables after one example")
      ])
    }
    subject.restoreOriginal()
    let hadDeferred = subject.network.hasDeferred
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

  private func values(_ subject: CheckSubject) -> [String: Tensor] {
    Dictionary(subject.network.learnables.map { ($0.path, $0.parameter.value) }) { $1 }
  }
}
