import LigatureNetworks
import LigatureTensors

/// Observations in memory. Targets, as outputs, have the batch along their first axis; inputs too,
/// unless their layouts say otherwise.
public struct TrainingData: Sendable {
  /// One tensor for each input of the network, in the order of axes that it is declared with.
  public let inputs: [Tensor]
  /// One tensor for each output.
  public let targets: [Tensor]
  /// The labels of each input's axes, as the network declares them: `["TBC"]`. Nil where the batch
  /// comes first.
  public let inputLayouts: [String]?
  /// Of each input that is padded, how many steps of each observation count; nil for other inputs.
  public let inputLengths: [[Int]?]
  /// Of each target that has steps, how many of each observation count; nil for other targets.
  public let targetLengths: [[Int]?]
  /// The targets are the inputs: batches are cut once.
  let isReconstruction: Bool
  /// Whether sequences end together: the steps of targets that count are the last ones.
  let stepsComeLast: Bool

  /// Inputs and targets of the same number of observations. Throws when the numbers differ, and
  /// where lengths or layouts do not fit.
  ///
  /// - Parameters:
  ///   - inputs: one tensor for each input of the network.
  ///   - targets: one for each output, with the batch along the first axis.
  ///   - inputLayouts: the labels of each input's axes, where the network is declared with another
  ///     order: `["TBC"]`.
  ///   - inputLengths: of each input that is a padded sequence, the steps that count, one or more
  ///     of
  ///     each observation; nil for other inputs.
  ///   - targetLengths: the same of targets that have a value for each step.
  public init(
    inputs: [Tensor], targets: [Tensor], inputLayouts: [String]? = nil,
    inputLengths: [[Int]?]? = nil, targetLengths: [[Int]?]? = nil
  ) throws {
    try self.init(
      inputs: inputs, targets: targets, isReconstruction: false, inputLayouts: inputLayouts,
      inputLengths: inputLengths, targetLengths: targetLengths)
  }

  /// One input and one target.
  public init(_ inputs: Tensor, targets: Tensor) throws {
    try self.init(inputs: [inputs], targets: [targets], isReconstruction: false)
  }

  /// What an autoencoder learns: each observation is its own target, in the order of axes batch,
  /// time, space, channels that outputs have.
  ///
  /// - Parameter inputLayout: the labels of the axes, where the batch does not come first:
  ///   `"SSCB"`.
  public init(reconstructing observations: Tensor, inputLayout: String? = nil) throws {
    try self.init(
      inputs: [observations], targets: [Self.canonical(observations, inputLayout)],
      isReconstruction: true, inputLayouts: inputLayout.map { [$0] })
  }

  /// Padded sequences `[batch, time, ...]`, of which `sequenceLengths` steps count: one or more of
  /// each. Targets have a step for each of theirs if `targetsAreSequences`. See
  /// `init(sequences:targets:)` and `init(sequences:targetSequences:)`, which do the padding.
  public init(
    inputs: [Tensor], targets: [Tensor], sequenceLengths: [Int], targetsAreSequences: Bool = false
  ) throws {
    try self.init(
      inputs: inputs, targets: targets, isReconstruction: false,
      inputLengths: inputs.map { _ in sequenceLengths },
      targetLengths: targetsAreSequences ? targets.map { _ in sequenceLengths } : nil)
  }

  init(
    inputs: [Tensor], targets: [Tensor], isReconstruction: Bool, inputLayouts: [String]? = nil,
    inputLengths: [[Int]?]? = nil, targetLengths: [[Int]?]? = nil, stepsComeLast: Bool = false,
    leastLength: Int = 1
  ) throws {
    self.inputs = inputs
    self.targets = targets
    self.isReconstruction = isReconstruction
    self.stepsComeLast = stepsComeLast
    self.inputLayouts = inputLayouts
    self.inputLengths = inputLengths ?? inputs.map { _ in nil }
    self.targetLengths = targetLengths ?? targets.map { _ in nil }
    try validateLayouts()
    let counts =
      inputs.indices.map { place -> Int? in
        let axis = batchAxis(place)
        return inputs[place].rank > axis ? inputs[place].shape[axis] : nil
      } + targets.map { $0.shape.first }
    guard !inputs.isEmpty, let count = counts.first ?? nil, counts.allSatisfy({ $0 == count })
    else {
      throw TensorError(
        "TrainingData",
        "inputs have shapes \(inputs.map(\.shape)), targets \(targets.map(\.shape))",
        remedy: "Give at least one input, and one number of observations in all inputs and targets")
    }
    try validateSequences(leastLength)
  }

  /// The number of observations.
  public var count: Int { inputs[0].shape[batchAxis(0)] }

  /// The observations with the given numbers, in that order; sequences are padded to the longest of
  /// these. O(their count).
  public func subset(_ indices: [Int]) throws -> TrainingData {
    let list = Tensor(indices)
    return try cut {
      try $0.gathered(list, axis: $1)
    } lengths: { all in
      indices.map { all[$0 < 0 ? $0 + all.count : $0] }
    }
  }

  /// Neighbouring observations, as views; sequences are padded to the longest of these.
  public func slice(_ range: Range<Int>) throws -> TrainingData {
    try cut {
      try $0.slice(range, axis: $1)
    } lengths: {
      Array($0[range])
    }
  }

  /// Some observations: what `part` takes along the batch, of axis `$1`.
  private func cut(
    _ part: (Tensor, Int) throws -> Tensor, lengths: ([Int]) -> [Int]
  ) throws -> TrainingData {
    let chosen = try inputs.indices.map { try part(inputs[$0], batchAxis($0)) }
    return try TrainingData(
      inputs: chosen,
      targets: isReconstruction ? reconstructed(chosen) : targets.map { try part($0, 0) },
      isReconstruction: isReconstruction, inputLayouts: inputLayouts,
      inputLengths: inputLengths.map { $0.map(lengths) },
      targetLengths: targetLengths.map { $0.map(lengths) }, stepsComeLast: stepsComeLast
    ).trimmed()
  }

  /// The same targets for other inputs; an autoencoder's targets follow its inputs.
  public func replacingInputs(_ inputs: [Tensor]) throws -> TrainingData {
    try TrainingData(
      inputs: inputs, targets: isReconstruction ? reconstructed(inputs) : targets,
      isReconstruction: isReconstruction, inputLayouts: inputLayouts, inputLengths: inputLengths,
      targetLengths: targetLengths, stepsComeLast: stepsComeLast)
  }

  private func reconstructed(_ inputs: [Tensor]) throws -> [Tensor] {
    try inputs.enumerated().map { try Self.canonical($1, inputLayouts?[$0]) }
  }
}

/// Numbers 0..<count in random order, cut into parts of the given shares, such as [0.6, 0.4]. The
/// last part takes what rounding leaves. Throws unless shares are positive and add up to 1.
public func trainingPartitions(
  _ count: Int, _ shares: [Double], seed: UInt64 = 0
) throws -> [[Int]] {
  let sum = shares.reduce(0, +)
  guard count >= 0, !shares.isEmpty, shares.allSatisfy({ $0 > 0 }), Swift.abs(sum - 1) < 1e-9 else {
    throw TensorError(
      "trainingPartitions",
      "\(counted(count, "observation")) cannot be cut into shares \(shares), which add up to \(sum)",
      remedy: "Give 0 or more observations, and positive shares whose sum is 1")
  }
  var stream = RandomStream(seed: seed, name: "partitions")
  let order = try stream.permutation(count)
  var start = 0
  return shares.indices.map { index in
    let size = index == shares.count - 1 ? count - start : Int(Double(count) * shares[index])
    defer { start += size }
    return Array(order[start..<(start + size)])
  }
}
