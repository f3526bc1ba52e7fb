import Ligature

/// What `--json` writes.
struct Report: Encodable {
  struct Settings: Encodable {
    let data: String
    let trainingImages: Int
    let testImages: Int
    let epochs: Int
    let batchSize: Int
    let learnRate: Double
    let seed: Int
    let threads: Int
    let kernels: String
  }

  let settings: Settings
  let learnables: Int
  let epochs: [TrainingHistory.Epoch]
  let medianEpochSeconds: Double
  let testAccuracy: Double
  /// For each digit how often it was read as which.
  let confusion: [[Int]]
  let peakMemoryBytes: Int?
}
