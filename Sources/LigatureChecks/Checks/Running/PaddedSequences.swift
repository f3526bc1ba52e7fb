import LigatureNetworks
import LigatureTensors

/// A sequence gives what it gives alone, however much padding stands behind it.
struct PaddedSequences: LayerCheck {
  static let kind = CheckKind.paddedSequences
  static let prerequisites: [CheckKind] = [.determinism, .observationCounts, .scalarType]
  static let meaning =
    "A sequence with padding behind it gives what it gives alone, in inference, or is refused as padded."
  static let commonCause =
    "A mean, maximum, softmax or last step over time that takes padding in; a reshape or reversal that moves padding "
    + "between the steps."
  static let remedy =
    "Ask context.lengths(of: x) and leave out what lies beyond, as mean(over: .time, counting:) does; or declare the "
    + "exception .ignoresLengths"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    for exception in [CheckOptions.Exception.ignoresLengths, .mixesObservations, .random]
    where subject.options.exceptions.contains(exception) {
      return .skipped(
        reason: "the exception .\(exception.rawValue) is declared",
        remedy: "Remove it to run this check")
    }
    guard subject.hasSequencesOnly, let longest = subject.options.timeStepCounts.max(), longest > 1
    else {
      return .skipped(
        reason: "there are no inputs with a batch and any number of time steps",
        remedy: "Give a layout such as BTC with nil time steps")
    }
    return try subject.withScalarType(.float64) { try compare(subject, longest) }
  }

  private func compare(
    _ subject: CheckSubject, _ longest: Int
  ) throws -> CheckReport.Outcome {
    // The numbers of steps that the layer has been seen to take.
    let steps = Set(subject.options.timeStepCounts).sorted(by: >)
    let lengths = (0..<Swift.max(2, steps.count)).map { steps[$0 % steps.count] }
    let inputs = try subject.inputs(
      observations: lengths.count, timeSteps: longest, type: .float64)
    let padded: [Tensor]
    do {
      padded = try subject.network.outputs(
        for: inputs, .inference, seed: subject.options.seed, sequenceLengths: lengths)
    } catch let error as LayerError where error.kind == .padding {
      return .passed("padded sequences are refused")
    } catch {
      return .failed([
        subject.failure(
          "the layer throws on padded sequences", error, at: "lengths \(lengths)",
          expected: "an output, or a refusal of padding")
      ])
    }
    for (observation, length) in lengths.enumerated() {
      let alone = try subject.outputs(
        inputs.enumerated().map { number, input in
          guard let batch = subject.batchAxis(ofInput: number) else { return input }
          let own = try input.slice(observation..<(observation + 1), axis: batch)
          let time = subject.layouts[number].axes(labelled: .time).first
          return try time.map { try own.slice(0..<length, axis: $0) } ?? own
        })
      for (number, (all, one)) in zip(padded, alone).enumerated() {
        guard let part = try Self.part(of: all, observation, lengths.count, like: one),
          let difference = try Difference(part, one, tolerance: 1e-8)
        else { continue }
        return .failed([
          difference.failure(
            "padding changes the result of a sequence",
            at: "\(subject.outputName(number)), \(counted(length, "step")) of \(longest)",
            remedy: Self.remedy)
        ])
      }
    }
    return .passed("lengths \(lengths.map { "\($0)" }.joined(separator: ", "))")
  }

  /// An observation of an output, without the steps that it has not alone; nil where the two cannot
  /// be compared.
  private static func part(
    of all: Tensor, _ observation: Int, _ count: Int, like one: Tensor
  ) throws -> Tensor? {
    guard all.rank == one.rank, all.rank > 0, all.shape[0] == count, one.shape[0] == 1 else {
      return nil
    }
    var own = try all.slice(observation..<(observation + 1))
    for axis in own.shape.indices.dropFirst() where own.shape[axis] != one.shape[axis] {
      guard axis == 1, own.shape[axis] > one.shape[axis] else { return nil }
      own = try own.slice(0..<one.shape[axis], axis: axis)
    }
    return own
  }
}
