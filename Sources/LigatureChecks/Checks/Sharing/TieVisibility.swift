import LigatureNetworks
import LigatureTensors

/// Adding to an owner shows through every alias, adding to a copy shows nowhere.
struct TieVisibility: LayerCheck {
  static let kind = CheckKind.tieVisibility
  static let prerequisites: [CheckKind] = [.determinism]
  static let meaning =
    "A change of a shared learnable shows at every place that shares it, and in no copy."
  static let commonCause = "A value copied out of a learnable into a stored property."
  static let remedy = "Read the learnable in predict each time"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    if let reason = subject.reasonNotToShare { return reason }
    let pair = try subject.pair()
    let learnables = pair.learnables
    guard learnables.contains(where: { !$0.aliases.isEmpty }) else {
      return CheckSubject.nothingToShare
    }
    let inputs = try subject.inputs()
    if let failure = try staleness(subject, pair, inputs) { return .failed([failure]) }
    let copy = try? pair.copy()
    let copied = copy?.parameters.map(\.value)
    for learnable in learnables {
      try learnable.parameter.set(learnable.parameter.value + 0.25)
      for path in [learnable.path] + learnable.aliases {
        let seen = try pair.parameter(at: path).value
        if let difference = try Difference(seen, learnable.parameter.value) {
          return .failed([
            difference.failure(
              "a change does not show through an alias", at: path, remedy: Self.remedy)
          ])
        }
      }
    }
    let outputs = try pair.outputs(for: inputs, .inference, seed: subject.options.seed)
    let half = outputs.count / 2
    if !subject.options.exceptions.contains(.random) {
      for number in 0..<half {
        if let difference = try Difference(outputs[number], outputs[half + number]) {
          return .failed([
            difference.failure(
              "two places that share everything give different results",
              at: subject.outputName(number), remedy: Self.remedy)
          ])
        }
      }
    }
    for (value, former) in zip(copy?.parameters.map(\.value) ?? [], copied ?? []) {
      if let difference = try Difference(value, former) {
        return .failed([
          difference.failure(
            "a change of the original shows in a copy", at: subject.shown(""), remedy: Self.remedy)
        ])
      }
    }
    return .passed()
  }

  /// A failure when results are those of former values of learnables, which the layer has kept: a
  /// copy that was made after a change, and has not run before, gives others; or predictions read
  /// learnables whose changes show in training alone.
  private func staleness(
    _ subject: CheckSubject, _ pair: Network, _ inputs: [Tensor]
  ) throws -> CheckReport.Failure? {
    func results(_ network: Network, _ phase: Phase) throws -> [Tensor] {
      try network.outputs(for: inputs, phase, seed: subject.options.seed)
    }
    guard !subject.options.exceptions.contains(.random) else { return nil }
    let snapshot = pair.snapshot()
    defer { pair.restore(snapshot) }
    let before = try Phase.allCases.map { try results(pair, $0) }
    for parameter in pair.parameters { try parameter.set(parameter.value + 0.25) }
    let after = try Phase.allCases.map { try results(pair, $0) }
    let shows = try zip(before, after).map {
      try !zip($0, $1).allSatisfy { try $0.isIdentical(to: $1) }
    }
    try pair.initialize(for: inputs)
    if shows[0], !shows[1], pair.learnables.contains(where: pair.isReadInPredictions) {
      return CheckReport.Failure(
        "changed learnables do not show in \(Phase.inference.rawValue)", at: subject.shown(""),
        expected: "other results, as in \(Phase.training.rawValue)",
        found: "those of the former values", remedy: Self.remedy)
    }
    for phase in Phase.allCases {
      guard let fresh = try? pair.copy() else { return nil }
      let (found, expected) = (try results(pair, phase), try results(fresh, phase))
      for (number, (output, other)) in zip(found, expected).enumerated() {
        if let difference = try Difference(output, other) {
          return difference.failure(
            "changed learnables do not show in \(phase.rawValue)",
            at: subject.outputName(number % max(1, found.count / 2)), remedy: Self.remedy)
        }
      }
    }
    return nil
  }
}
