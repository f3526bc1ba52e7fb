import LigatureTensors

/// A source that is made of a function: observation by observation, or batch by batch.
///
///     let waves = ClosureSource(count: 100_000) { number, stream in
///       let phase = Double.random(in: 0..<6.28, using: &stream)
///       let x = try sin(.arange(0, 50).cast(to: .float32) * 0.2 + phase)
///       return Observation(x, target: .scalar(phase))
///     }
public struct ClosureSource: DataSource {
  public let count: Int
  public let observationLengths: [Int]?

  private let make: @Sendable (BatchRequest) throws -> TrainingData

  /// Observations that a function makes one by one.
  ///
  /// - Parameters:
  ///   - count: how many there are.
  ///   - inputsAreSequences: whether inputs are `[time, ...]` of any lengths.
  ///   - targetsAreSequences: the same of targets.
  ///   - lengths: of each observation the steps, where they are known beforehand.
  ///   - observation: makes the observation of a number, from 0. The random numbers it is given are
  ///     its own: those of the training's seed, the epoch and the number.
  public init(
    count: Int, inputsAreSequences: Bool = false, targetsAreSequences: Bool = false,
    lengths: [Int]? = nil,
    observation: @escaping @Sendable (Int, inout RandomStream) throws -> Observation
  ) {
    self.init(count: count, lengths: lengths) { request in
      try TrainingData(
        request.observations.map { number in
          var stream = request.stream("observation", observation: number)
          return try observation(number, &stream)
        }, inputsAreSequences: inputsAreSequences, targetsAreSequences: targetsAreSequences)
    }
  }

  /// Batches that a function makes as a whole, from the numbers of their observations.
  public init(
    count: Int, lengths: [Int]? = nil,
    batch: @escaping @Sendable (BatchRequest) throws -> TrainingData
  ) {
    self.count = count
    observationLengths = lengths
    make = batch
  }

  public func batch(_ request: BatchRequest) throws -> TrainingData {
    let batch = try make(request)
    guard batch.count == request.observations.count else {
      throw TensorError(
        "ClosureSource",
        "a batch of \(counted(request.observations.count, "observation")) was asked for, and "
          + "\(batch.count) came",
        remedy: "Give an observation for each number, in their order")
    }
    return batch
  }
}
