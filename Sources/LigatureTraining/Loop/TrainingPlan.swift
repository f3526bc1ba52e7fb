import LigatureTensors

/// Which observations each step of a training sees: a function of options and data alone, so that
/// it need not be stored.
struct TrainingPlan: Sendable, Codable, Equatable {
  let observations: Int
  let batchSize: Int
  let seed: UInt64
  let shuffle: TrainingOptions.Shuffle
  let incompleteBatch: TrainingOptions.IncompleteBatch
  let groupsByLength: Bool
  let padding: SequencePadding

  init(_ data: any DataSource, _ options: TrainingOptions) {
    let takesAll = options.solver.search != nil
    observations = data.count
    batchSize = takesAll ? max(1, data.count) : options.batchSize
    seed = options.seed
    shuffle = takesAll ? .never : options.shuffle
    incompleteBatch = options.incompleteBatch
    padding = options.padding
    groupsByLength = !takesAll && options.groupsByLength && data.observationLengths != nil
  }

  /// Steps of an epoch; the batch size is positive.
  var iterationsPerEpoch: Int {
    let hasRest = observations % batchSize > 0 && incompleteBatch == .keep
    return observations / batchSize + (hasRest ? 1 : 0)
  }

  /// The observations of each mini-batch of an epoch. Those of similar length come in random order,
  /// unless nothing is to be shuffled.
  func batches(epoch: Int, lengths: [Int]?) throws -> [[Int]] {
    let used = try order(epoch: epoch).prefix(iterationsPerEpoch * batchSize)
    guard groupsByLength, let lengths else {
      return (0..<iterationsPerEpoch).map { step in
        Array(used.dropFirst(step * batchSize).prefix(batchSize))
      }
    }
    let groups = try buckets(used.map { lengths[$0] }, of: batchSize)
      .map { group in group.map { used[$0] } }
    guard shuffle != .never else { return groups }
    var stream = RandomStream(seed: seed, name: "groups:\(turn(epoch))")
    return try stream.permutation(groups.count).map { groups[$0] }
  }

  private func order(epoch: Int) throws -> [Int] {
    guard shuffle != .never else { return Array(0..<observations) }
    var stream = RandomStream(seed: seed, name: "shuffle:\(turn(epoch))")
    return try stream.permutation(observations)
  }

  /// The epoch whose order is taken.
  private func turn(_ epoch: Int) -> Int { shuffle == .once ? 0 : epoch }

  /// What differs from another plan, in words; nil for the same.
  func difference(from other: TrainingPlan) -> String? {
    func text<Value: Equatable>(_ name: String, _ a: Value, _ b: Value) -> String? {
      a == b ? nil : "\(name) \(b) instead of \(a)"
    }
    return text("observations:", observations, other.observations)
      ?? text("batch size", batchSize, other.batchSize) ?? text("seed", seed, other.seed)
      ?? text("shuffle:", shuffle, other.shuffle)
      ?? text("incompleteBatch:", incompleteBatch, other.incompleteBatch)
      ?? text("groupsByLength:", groupsByLength, other.groupsByLength)
      ?? text("padding", padding, other.padding)
  }
}
