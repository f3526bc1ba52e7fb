import Ligature

/// A way of training this network.
enum Recipe: String, CaseIterable, Sendable {
  /// What the published experiment did.
  case reference
  /// What reaches the lowest error in the same number of epochs.
  case best

  var batchSize: Int {
    switch self {
    case .reference: 128
    case .best: 32
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
      TrainingOptions(
        .adam, epochs: epochs, batchSize: batchSize, learnRate: 1e-3, schedule: .cosine(),
        shuffle: .everyEpoch, metrics: [.rmse], seed: seed)
    }
  }
}
