import LigatureTensors

/// Where a training's batches come from: arrays in memory (``TrainingData``), files, or code that
/// makes them. A source gives the observations that it is asked for by number, so that a run can
/// shuffle, stop and be resumed to the last bit; what it does not keep needs no memory.
///
///     let source = ClosureSource(count: 1_000_000) { number, stream in
///       let x = try stream.normal([8])
///       return Observation(x, target: x.sum())
///     }
///     try train(network, on: source.prefetched(2), loss: .meanSquaredError)
///
/// Everything random in a batch must come from the request (``BatchRequest/stream(_:)``), so that a
/// batch is the same whenever, and on whatever thread, it is asked for.
public protocol DataSource: Sendable {
  /// The number of observations.
  var count: Int { get }

  /// Of each observation, the steps of its longest sequence, for batches of similar lengths; nil
  /// where nothing is padded, or nobody knows.
  var observationLengths: [Int]? { get }

  /// How many batches a run may ask for before it needs them, each on a thread of its own; 0 for
  /// none. See ``prefetched(_:)``.
  var prefetchedBatches: Int { get }

  /// The observations with the request's numbers, in that order. May be called on several threads
  /// at once. What it throws ends the run, with the epoch and the step.
  func batch(_ request: BatchRequest) throws -> TrainingData

  /// Observations from which shapes, and the statistics of input layers, are taken: by default the
  /// first 1024, as they are in the first batch.
  func sample() throws -> TrainingData
}

extension DataSource {
  /// Nobody knows.
  public var observationLengths: [Int]? { nil }

  /// None.
  public var prefetchedBatches: Int { 0 }

  /// The first 1024 observations.
  public func sample() throws -> TrainingData {
    try batch(BatchRequest(Array(0..<Swift.min(count, 1024))))
  }

  /// All observations in memory. O(count).
  public func collected(seed: UInt64 = 0) throws -> TrainingData {
    try batch(BatchRequest(Array(0..<count), seed: seed))
  }
}

/// Which observations make a batch, and what its random numbers are drawn from.
public struct BatchRequest: Sendable, Equatable {
  /// The numbers of the observations, from 0, in the order of the batch.
  public var observations: [Int]
  /// The seed of the training.
  public var seed: UInt64
  /// The epoch, from 0.
  public var epoch: Int
  /// The step in the epoch, from 0.
  public var step: Int

  /// A request; without an epoch and a step it is that of the first batch.
  public init(_ observations: [Int], seed: UInt64 = 0, epoch: Int = 0, step: Int = 0) {
    self.observations = observations
    self.seed = seed
    self.epoch = epoch
    self.step = step
  }

  /// The random numbers of this batch for some purpose: the same for equal seeds, epochs and steps.
  public func stream(_ name: String) -> RandomStream {
    RandomStream(seed: seed, name: "\(name):\(epoch):\(step)")
  }

  /// The random numbers of one observation for some purpose: the same for equal seeds and epochs,
  /// whatever batch it is in.
  public func stream(_ name: String, observation: Int) -> RandomStream {
    RandomStream(seed: seed, name: "\(name):\(epoch):observation:\(observation)")
  }
}

/// What a source threw, with the epoch and the step whose batch it was asked for.
public struct BatchError: Error, CustomStringConvertible {
  /// The epoch, from 1.
  public let epoch: Int
  /// The step in the epoch, from 1.
  public let step: Int
  /// What the source threw.
  public let underlying: any Error

  /// Place and message: `the batch of epoch 2, step 14: images/7.png: ...`.
  public var description: String { "the batch of epoch \(epoch), step \(step): \(underlying)" }
}

extension TrainingData: DataSource {
  /// Of each observation, the steps of its longest sequence; nil where nothing is padded.
  public var observationLengths: [Int]? { longestLengths }

  /// The observations with the request's numbers, as ``subset(_:)`` or, where they are neighbours,
  /// ``slice(_:)`` gives them.
  public func batch(_ request: BatchRequest) throws -> TrainingData {
    let numbers = request.observations
    if let first = numbers.first, first >= 0, numbers.count <= count - first,
      numbers.enumerated().allSatisfy({ $1 == first + $0 })
    {
      return try slice(first..<(first + numbers.count))
    }
    return try subset(numbers)
  }

  /// All of it.
  public func sample() -> TrainingData { self }
}
