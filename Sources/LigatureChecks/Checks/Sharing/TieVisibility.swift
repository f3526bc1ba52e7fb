import LigatureLayers
import LigatureTensors

/// T5: adding to an owner shows through every alias, adding to a copy shows nowhere.
struct TieVisibility: LayerCheck {
  static let kind = CheckKind.tieVisibility
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

  /// A failure when changed learnables change the results of training but not those of inference,
  /// which must have been made from an old value. Learnables that nothing but training reads at all
  /// are no fault, and seen by nothing here.
  private func staleness(
    _ subject: CheckSubject, _ pair: Network, _ inputs: [Tensor]
  ) throws -> CheckReport.Failure? {
    func results() throws -> [[Tensor]] {
      try Phase.allCases.map { try pair.outputs(for: inputs, $0, seed: subject.options.seed) }
    }
    let snapshot = pair.snapshot()
    defer { pair.restore(snapshot) }
    let before = try results()
    for parameter in pair.parameters { try parameter.set(parameter.value + 0.25) }
    let after = try results()
    let isSame = try zip(before, after).map {
      try zip($0, $1).allSatisfy { try $0.isIdentical(to: $1) }
    }
    let phases = zip(Phase.allCases, isSame)
    guard let stale = phases.first(where: { $1 }), phases.contains(where: { !$1 }) else {
      return nil
    }
    return CheckReport.Failure(
      "changed learnables do not show in \(stale.0.rawValue)", at: subject.shown(""),
      expected: "other results, as in the other phase", found: "those of the former values",
      remedy: Self.remedy)
  }
}
