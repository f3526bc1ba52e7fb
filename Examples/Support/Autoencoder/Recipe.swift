import Ligature

/// A way of training the autoencoder.
enum Recipe: String, CaseIterable, Sendable {
  /// What the published experiment did.
  case reference
  /// What reaches the lowest error in the same number of epochs.
  case best

  var batchSize: Int {
    switch self {
    case .reference: 128
    case .best: 16
    }
  }

  /// The training options of the recipe.
  func options(epochs: Int, batchSize: Int, seed: UInt64) -> TrainingOptions {
    switch self {
    case .reference:
      TrainingOptions(
        .adam, epochs: epochs, batchSize: batchSize, learnRate: 1e-3, l2: 1e-4, shuffle: .once,
        incompleteBatch: .drop, metrics: [.rmse], seed: seed)
    case .best:
      // No penalty, but digits that wander by a pixel until the middle of the run; small batches
      // whose noise does its work; a second moment that forgets soon; a rate that falls to 0 in a
      // straight line.
      TrainingOptions(
        .adam(squaredGradientDecay: 0.99), epochs: epochs, batchSize: batchSize, learnRate: 7e-4,
        schedule: .linear(), shuffle: .everyEpoch,
        augmentation: .randomShift(upTo: 1, duringFirst: 0.5), metrics: [.rmse], seed: seed)
    }
  }
}
