import LigatureTensors

/// One observation: a tensor for each input of the network and for each output, without the axis of
/// the batch.
public struct Observation: Sendable {
  /// A tensor for each input.
  public var inputs: [Tensor]
  /// A tensor for each output; of classes a scalar, their number.
  public var targets: [Tensor]

  /// An observation of several inputs or outputs.
  public init(inputs: [Tensor], targets: [Tensor]) {
    self.inputs = inputs
    self.targets = targets
  }

  /// An observation of one input and one output.
  public init(_ input: Tensor, target: Tensor) {
    self.init(inputs: [input], targets: [target])
  }

  /// An observation with the number of its class.
  public init(_ input: Tensor, class number: Int) throws {
    self.init(input, target: try Tensor([Int64(number)], shape: []))
  }
}

extension TrainingData {
  /// Observations in a batch. Sequences are padded to the longest of them.
  ///
  /// - Parameters:
  ///   - observations: one or more, of equal shapes but for the lengths of sequences.
  ///   - inputsAreSequences: whether inputs are `[time, ...]` of any lengths.
  ///   - targetsAreSequences: the same of targets.
  /// - Throws: `TensorError` where they do not fit together. O(elements).
  public init(
    _ observations: [Observation], inputsAreSequences: Bool = false,
    targetsAreSequences: Bool = false
  ) throws {
    guard let first = observations.first,
      observations.allSatisfy({
        $0.inputs.count == first.inputs.count && $0.targets.count == first.targets.count
      })
    else {
      let counts = observations.prefix(8).map { "\($0.inputs.count) and \($0.targets.count)" }
      throw TensorError(
        "TrainingData",
        observations.isEmpty
          ? "there are no observations"
          : "observations have different numbers of inputs and targets: "
            + counts.joined(separator: ", "),
        remedy: "Give at least one, and the same number of inputs and targets in each")
    }
    func joined(
      _ tensors: [Tensor], _ areSequences: Bool, _ what: String
    ) throws -> (Tensor, [Int]?) {
      if areSequences {
        let (batch, lengths) = try padded(tensors)
        return (batch, lengths)
      }
      guard
        tensors.allSatisfy({
          $0.shape == tensors[0].shape && $0.scalarType == tensors[0].scalarType
        })
      else {
        let shapes = Set(tensors.map { "\($0.scalarType) \($0.shape)" }).sorted().prefix(8)
        throw TensorError(
          "TrainingData", "\(what) of observations differ: \(shapes.joined(separator: ", "))",
          remedy: "Give tensors of one shape and type, or say that they are sequences")
      }
      return (try stack(tensors), nil)
    }
    let inputs = try first.inputs.indices.map { place in
      try joined(observations.map { $0.inputs[place] }, inputsAreSequences, "inputs")
    }
    let targets = try first.targets.indices.map { place in
      try joined(observations.map { $0.targets[place] }, targetsAreSequences, "targets")
    }
    try self.init(
      inputs: inputs.map(\.0), targets: targets.map(\.0), inputLengths: inputs.map(\.1),
      targetLengths: targets.map(\.1))
  }
}
