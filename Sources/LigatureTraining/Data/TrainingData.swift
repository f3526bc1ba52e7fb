import LigatureTensors

/// Observations in memory: inputs and targets, each with the batch along its first axis.
public struct TrainingData: Sendable {
  /// One tensor for each input of the network.
  public let inputs: [Tensor]
  /// One tensor for each output.
  public let targets: [Tensor]
  /// Of padded sequences `[batch, time, ...]`, how many steps of each count; nil for other data.
  public let sequenceLengths: [Int]?
  /// Whether there is a target for each step of a sequence.
  public let targetsAreSequences: Bool
  /// The targets are the inputs: batches are cut once.
  private let isReconstruction: Bool

  /// Inputs and targets of the same number of observations. Throws when the numbers differ.
  public init(inputs: [Tensor], targets: [Tensor]) throws {
    try self.init(inputs: inputs, targets: targets, isReconstruction: false)
  }

  /// One input and one target.
  public init(_ inputs: Tensor, targets: Tensor) throws {
    try self.init(inputs: [inputs], targets: [targets], isReconstruction: false)
  }

  /// What an autoencoder learns: each observation is its own target.
  public init(reconstructing observations: Tensor) throws {
    try self.init(inputs: [observations], targets: [observations], isReconstruction: true)
  }

  /// Padded sequences `[batch, time, ...]`, of which `sequenceLengths` steps count: one or more of
  /// each. Targets have a step for each of theirs if `targetsAreSequences`. See
  /// ``init(sequences:targets:)`` and ``init(sequences:targetSequences:)``, which do the padding.
  public init(
    inputs: [Tensor], targets: [Tensor], sequenceLengths: [Int], targetsAreSequences: Bool = false
  ) throws {
    try self.init(
      inputs: inputs, targets: targets, isReconstruction: false,
      sequenceLengths: sequenceLengths, targetsAreSequences: targetsAreSequences)
  }

  private init(
    inputs: [Tensor], targets: [Tensor], isReconstruction: Bool, sequenceLengths: [Int]? = nil,
    targetsAreSequences: Bool = false
  ) throws {
    let counts = (inputs + targets).map { $0.shape.first }
    guard !inputs.isEmpty, let count = counts.first ?? nil, counts.allSatisfy({ $0 == count })
    else {
      throw TensorError(
        "TrainingData",
        "inputs have shapes \(inputs.map(\.shape)), targets \(targets.map(\.shape))",
        remedy: "Give the same number of observations, at least one tensor, along every first axis")
    }
    self.inputs = inputs
    self.targets = targets
    self.isReconstruction = isReconstruction
    self.sequenceLengths = sequenceLengths
    self.targetsAreSequences = targetsAreSequences
    try validateSequences()
  }

  /// Throws unless sequences have the lengths they are said to have.
  private func validateSequences() throws {
    guard let sequenceLengths else { return }
    let time = inputs[0].rank > 1 ? inputs[0].shape[1] : 0
    let sequences = inputs + (targetsAreSequences ? targets : [])
    guard sequences.allSatisfy({ $0.rank > 1 && $0.shape[1] == time }),
      sequenceLengths.count == count,
      sequenceLengths.allSatisfy({ (1...max(1, time)).contains($0) })
    else {
      throw TensorError(
        "TrainingData",
        "sequences of shapes \(sequences.map(\.shape)) do not have lengths "
          + "\(sequenceLengths.prefix(8))",
        remedy: "Give [batch, time, ...] of one time, and a length of 1...time for each")
    }
  }

  /// The number of observations.
  public var count: Int { inputs[0].shape[0] }

  /// The observations with the given numbers, in that order; sequences are padded to the longest of
  /// these. O(their count).
  public func subset(_ indices: [Int]) throws -> TrainingData {
    let list = Tensor(indices)
    let chosen = try inputs.map { try $0.gathered(list) }
    return try TrainingData(
      inputs: chosen, targets: isReconstruction ? chosen : targets.map { try $0.gathered(list) },
      isReconstruction: isReconstruction,
      sequenceLengths: sequenceLengths.map { all in
        indices.map { all[$0 < 0 ? $0 + all.count : $0] }
      }, targetsAreSequences: targetsAreSequences
    ).trimmed()
  }

  /// The same targets for other inputs; an autoencoder's targets follow its inputs.
  public func replacingInputs(_ inputs: [Tensor]) throws -> TrainingData {
    try TrainingData(
      inputs: inputs, targets: isReconstruction ? inputs : targets,
      isReconstruction: isReconstruction, sequenceLengths: sequenceLengths,
      targetsAreSequences: targetsAreSequences)
  }

  /// Neighbouring observations, as views; sequences are padded to the longest of these.
  public func slice(_ range: Range<Int>) throws -> TrainingData {
    try TrainingData(
      inputs: inputs.map { try $0.slice(range) }, targets: targets.map { try $0.slice(range) },
      isReconstruction: isReconstruction, sequenceLengths: sequenceLengths.map { Array($0[range]) },
      targetsAreSequences: targetsAreSequences
    ).trimmed()
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
  let order = stream.permutation(count)
  var start = 0
  return shares.indices.map { index in
    let size = index == shares.count - 1 ? count - start : Int(Double(count) * shares[index])
    defer { start += size }
    return Array(order[start..<(start + size)])
  }
}
