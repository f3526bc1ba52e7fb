import LigatureNetworks
import LigatureTensors

/// Predict is deterministic, forward is reproducible from its seed, and passes leave
/// nothing behind.
struct Determinism: LayerCheck {
  static let kind = CheckKind.determinism
  static let prerequisites: [CheckKind] = [.inputsUnchanged]
  static let meaning =
    "Equal seed, iteration and input give equal results to the last bit, whatever ran in between."
  static let commonCause =
    "Random numbers from outside the context; a value remembered in a plain or static property; a tensor whose order "
    + "comes from a Set."
  static let remedy = "Draw from context.randomStream(), and keep what is remembered in @LayerState"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let inputs = try subject.inputs()
    let others = try subject.inputs(draw: 1)
    if let failures = try firstCall(subject, inputs) { return .failed(failures) }
    for phase in Phase.allCases {
      let first = try subject.outputs(inputs, phase)
      for between in Phase.allCases {
        _ = try subject.outputs(others, between, iteration: 1)
        let second = try subject.outputs(inputs, phase)
        let failures = try subject.differences(
          second, first,
          between == phase
            ? "two passes over the same input from the same seed differ"
            : "a pass in \(between.rawValue) changes what \(phase.rawValue) returns",
          at: "in \(phase.rawValue)", remedy: Self.remedy)
        if !failures.isEmpty { return .failed(failures) }
      }
    }
    return try randomness(subject, inputs) ?? .passed()
  }

  /// What a layer kept on its very first call, or counted from there.
  private func firstCall(
    _ subject: CheckSubject, _ inputs: [Tensor]
  ) throws -> [CheckReport.Failure]? {
    guard let first = subject.firstOutputs, !subject.options.exceptions.contains(.random) else {
      return nil
    }
    let failures = try subject.differences(
      subject.outputs(inputs), first, "later calls return something else than the first one did",
      at: "in inference", remedy: Self.remedy)
    return failures.isEmpty ? nil : failures
  }

  private func randomness(
    _ subject: CheckSubject, _ inputs: [Tensor]
  ) throws -> CheckReport.Outcome? {
    if !subject.options.exceptions.contains(.random) {
      let failures = try subject.differences(
        subject.outputs(inputs, .inference, iteration: 7),
        subject.outputs(inputs, .inference, iteration: 8),
        "predict is random", at: "in inference",
        remedy: "Draw random numbers in forward only, or declare the exception .random")
      if !failures.isEmpty { return .failed(failures) }
    }
    return nil
  }
}
