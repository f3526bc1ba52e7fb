import Ligature

/// The two networks that are compared.
enum Rival: String, CaseIterable, Codable, Sendable {
  /// One LSTM for all channels.
  case shared

  /// An LSTM for each output.
  case separate

  /// The network, with first values drawn from `seed`.
  func network(channels: Int, outputs: Int, hiddenUnits: Int, seed: Int) throws -> Network {
    let build = self == .shared ? sharedNetwork : separateNetwork
    let network = try build(channels, outputs, hiddenUnits)
    network.seed = UInt64(seed)
    try network.initialize()
    return network
  }
}

/// How every network is trained.
struct Recipe: Encodable {
  let hiddenUnits: Int
  let steps: Int
  let batchSize: Int
  let learnRate: Double

  /// As many epochs as take about `steps` steps, whatever the number of sequences.
  func epochs(for sequences: Int) -> Int {
    let iterations = (sequences + batchSize - 1) / batchSize
    return max(1, (steps + iterations / 2) / iterations)
  }

  func options(
    sequences: Int, seed: Int,
    onProgress: @escaping @Sendable (TrainingProgress) throws -> TrainingControl
  ) -> TrainingOptions {
    TrainingOptions(
      .adam, epochs: epochs(for: sequences), batchSize: batchSize, learnRate: learnRate,
      schedule: .cosine(), metrics: [.rmse], seed: UInt64(seed),
      verbose: .silent, onProgress: onProgress)
  }
}

/// One network, trained once.
struct Trial {
  /// What was trained, as it was when its error on the validation part was smallest.
  let network: Network

  /// The epoch at which that was.
  let bestEpoch: Int

  /// The root mean squared error on the test part, over all targets, in standard deviations.
  let testRMSE: Double

  /// The same for each target, in its own units.
  let targetRMSE: [Double]

  /// Passes over the training sequences, and the mean of the seconds their steps took.
  let epochs: Int
  let secondsPerEpoch: Double

  /// Trains a rival on a lesson.
  init(
    _ rival: Rival, on lesson: Lesson, _ recipe: Recipe, seed: Int,
    onProgress: @escaping @Sendable (TrainingProgress) throws -> TrainingControl
  ) throws {
    let trained = try rival.network(
      channels: lesson.training.inputs[0].shape[2], outputs: lesson.training.targets[0].shape[2],
      hiddenUnits: recipe.hiddenUnits, seed: seed)
    let best = BestNetwork(of: trained, on: lesson.validation)
    let options = recipe.options(sequences: lesson.training.count, seed: seed) { progress in
      try best.watch(progress)
      return try onProgress(progress)
    }
    let history = try train(
      trained, on: lesson.training, loss: .meanSquaredError, options: options)
    (network, bestEpoch) = (best.network, best.epoch)
    epochs = history.epochs.count
    let seconds = history.epochs.map(\.seconds).reduce(0, +) - best.seconds
    secondsPerEpoch = seconds / Double(epochs)
    let predicted = try network.predict(lesson.test.channels)
    testRMSE = try rmse(predicted, lesson.test.targets)
    let error = try square(predicted - lesson.test.targets).mean(0, 1)
    targetRMSE = try (sqrt(error.cast(to: .float64)) * lesson.targetScaling.deviation).doubles()
  }
}

extension [Double] {
  /// The value in the middle; not a number where there is none.
  var median: Double { isEmpty ? .nan : sorted()[count / 2] }
}
