import LigatureTensors

extension DataSource {
  /// The same source, whose batches a function changes on their way. Everything random must come
  /// from the stream, which is keyed by seed, epoch and step.
  public func transformed(
    _ function: @escaping @Sendable (TrainingData, inout RandomStream) throws -> TrainingData
  ) -> some DataSource {
    TransformedSource(source: self, function: function)
  }

  /// The same source, whose batches are augmented, all over the training.
  public func augmented(by augmentation: Augmentation) -> some DataSource {
    transformed(augmentation.function)
  }

  /// The observations with some numbers, in that order: a part for training, validation or a fold,
  /// or one in which some come more often. See ``trainingPartitions(_:_:seed:)``,
  /// ``crossValidationFolds(_:of:classes:seed:)``, ``balancedObservations(_:seed:)``.
  ///
  /// Throws for a number that is not there.
  public func part(_ observations: [Int]) throws -> some DataSource {
    guard let wrong = observations.first(where: { !(0..<count).contains($0) }) else {
      return SourcePart(source: self, observations: observations)
    }
    throw TensorError(
      "part", "observation \(wrong) of \(count) was asked for",
      remedy: "Give numbers from 0 to \(count - 1)")
  }

  /// Two sources side by side: the inputs and the targets of this one, then those of the other.
  ///
  /// Throws unless both have the same number of observations.
  public func combined(with other: some DataSource) throws -> some DataSource {
    guard other.count == count else {
      throw TensorError(
        "combined", "sources of \(count) and \(other.count) observations do not fit together",
        remedy: "Give sources of the same observations, or join one to the other with joined(to:)")
    }
    return CombinedSource(first: self, second: other)
  }

  /// One source behind the other: first the observations of this one.
  public func joined(to other: some DataSource) -> some DataSource {
    JoinedSource(first: self, second: other)
  }

  /// The same source, of which up to `count` batches of an epoch are made before they are needed,
  /// each on a thread of its own. Results are the same, to the last bit; memory grows by as many
  /// batches. No more than 64.
  public func prefetched(_ count: Int = 2) -> some DataSource {
    PrefetchedSource(source: self, prefetchedBatches: Swift.max(0, Swift.min(64, count)))
  }
}

private struct TransformedSource<Source: DataSource>: DataSource {
  let source: Source
  let function: @Sendable (TrainingData, inout RandomStream) throws -> TrainingData

  var count: Int { source.count }
  var observationLengths: [Int]? { source.observationLengths }
  var prefetchedBatches: Int { source.prefetchedBatches }

  func batch(_ request: BatchRequest) throws -> TrainingData {
    let batch = try source.batch(request)
    var stream = request.stream("transform")
    let changed = try function(batch, &stream)
    guard changed.count == batch.count else {
      throw TensorError(
        "transformed", "a batch of \(batch.count) observations became one of \(changed.count)",
        remedy: "Keep the number of observations; leave some out with part(_:)")
    }
    return changed
  }
}

private struct SourcePart<Source: DataSource>: DataSource {
  let source: Source
  let observations: [Int]

  var count: Int { observations.count }
  var prefetchedBatches: Int { source.prefetchedBatches }

  var observationLengths: [Int]? {
    source.observationLengths.map { lengths in observations.map { lengths[$0] } }
  }

  func batch(_ request: BatchRequest) throws -> TrainingData {
    var request = request
    request.observations = request.observations.map { observations[$0] }
    return try source.batch(request)
  }
}

private struct CombinedSource<First: DataSource, Second: DataSource>: DataSource {
  let first: First
  let second: Second

  var count: Int { first.count }
  var prefetchedBatches: Int { max(first.prefetchedBatches, second.prefetchedBatches) }

  var observationLengths: [Int]? {
    guard let a = first.observationLengths, let b = second.observationLengths else {
      return first.observationLengths ?? second.observationLengths
    }
    return zip(a, b).map { max($0, $1) }
  }

  func batch(_ request: BatchRequest) throws -> TrainingData {
    try first.batch(request).besides(second.batch(request))
  }
}

private struct JoinedSource<First: DataSource, Second: DataSource>: DataSource {
  let first: First
  let second: Second

  var count: Int { first.count + second.count }
  var prefetchedBatches: Int { max(first.prefetchedBatches, second.prefetchedBatches) }

  var observationLengths: [Int]? {
    guard let a = first.observationLengths, let b = second.observationLengths else { return nil }
    return a + b
  }

  func batch(_ request: BatchRequest) throws -> TrainingData {
    let numbers = request.observations
    let own = numbers.indices.filter { numbers[$0] < first.count }
    let others = numbers.indices.filter { numbers[$0] >= first.count }
    var (one, two) = (request, request)
    one.observations = own.map { numbers[$0] }
    two.observations = others.map { numbers[$0] - first.count }
    guard !others.isEmpty else { return try first.batch(one) }
    guard !own.isEmpty else { return try second.batch(two) }
    var places = Array(repeating: 0, count: numbers.count)
    for (place, number) in (own + others).enumerated() { places[number] = place }
    return try first.batch(one).followed(by: second.batch(two)).subset(places)
  }
}

private struct PrefetchedSource<Source: DataSource>: DataSource {
  let source: Source
  let prefetchedBatches: Int

  var count: Int { source.count }
  var observationLengths: [Int]? { source.observationLengths }
  func batch(_ request: BatchRequest) throws -> TrainingData { try source.batch(request) }
  func sample() throws -> TrainingData { try source.sample() }
}
