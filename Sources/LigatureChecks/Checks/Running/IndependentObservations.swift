import LigatureNetworks
import LigatureTensors

/// An observation's result does not depend on the others of its batch, in inference.
struct IndependentObservations: LayerCheck {
  static let kind = CheckKind.independentObservations
  static let prerequisites: [CheckKind] = [.determinism, .observationCounts]
  static let meaning =
    "Observation i of a batch gives what it gives alone, in inference, and in training if isObservationWise says so."
  static let commonCause = "A mean, maximum or softmax that runs over the batch axis too."
  static let remedy =
    "Name the axes to reduce, leaving out the batch; or declare the exception .mixesObservations"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    if let exception = [CheckOptions.Exception.mixesObservations, .random].first(
      where: subject.options.exceptions.contains)
    {
      return .skipped(
        reason: "the exception .\(exception) is declared", remedy: "Remove it to run this check")
    }
    return try subject.withScalarType(.float64) {
      let count = Swift.max(3, subject.options.observationCounts.max() ?? 3)
      let inputs = try subject.inputs(observations: count, type: .float64)
      guard inputs.indices.contains(where: { subject.batchAxis(ofInput: $0) != nil }) else {
        return .skipped(
          reason: "no input has a batch axis", remedy: "Give layouts with the label B")
      }
      // Uses of a layer that promises this may run as one batch, in training too.
      let phases: [Phase] = subject.layer.isObservationWise ? Phase.allCases : [.inference]
      let failure = try subject.withSeveralValues { values in
        for phase in phases {
          if let failure = try mixture(subject, inputs, count, phase, values) { return failure }
        }
        return nil as CheckReport.Failure?
      }
      if let failure { return .failed([failure]) }
      return .passed(counted(count, "observation"))
    }
  }

  /// An observation whose result depends on the others of its batch.
  private func mixture(
    _ subject: CheckSubject, _ inputs: [Tensor], _ count: Int, _ phase: Phase, _ values: String
  ) throws -> CheckReport.Failure? {
    let together = try subject.outputs(inputs, phase)
    let axes = batchAxes(of: together, subject)
    for observation in 0..<count {
      let alone = try subject.outputs(
        inputs.enumerated().map { number, input in
          guard let axis = subject.batchAxis(ofInput: number) else { return input }
          return try input.slice(observation..<(observation + 1), axis: axis)
        }, phase)
      for (number, (all, one)) in zip(together, alone).enumerated() {
        guard let axis = axes[number], all.rank > axis, all.shape[axis] == count,
          one.rank > axis, one.shape[axis] == 1
        else { continue }
        let part = try all.slice(observation..<(observation + 1), axis: axis)
        if let difference = try Difference(part, one, tolerance: 1e-9) {
          return difference.failure(
            "an observation's result depends on the others of its batch",
            at: "\(subject.outputName(number)), observation \(observation) of \(count), in "
              + phase.rawValue + values,
            remedy: phase == .inference
              ? Self.remedy : "Let isObservationWise be false where observations meet in training")
        }
      }
    }
    return nil
  }

  /// Where observations lie in each output: where the layer says, the first axis in a network.
  private func batchAxes(of outputs: [Tensor], _ subject: CheckSubject) -> [Int?] {
    guard !(subject.layer is Network) else { return outputs.map { _ in 0 } }
    let layouts = subject.layer.outputLayouts(outputs.map(\.shape), for: subject.layouts)
    return outputs.indices.map { number in
      layouts.indices.contains(number) ? layouts[number].axes(labelled: .batch).first : 0
    }
  }
}
