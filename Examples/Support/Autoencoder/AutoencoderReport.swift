import Ligature

/// What `--json` writes.
struct AutoencoderReport: Encodable {
  struct Settings: Encodable {
    let recipe: String
    let data: String
    let epochs: Int
    let batchSize: Int
    let seed: Int
    let threads: Int
    let kernels: String
    let validation: Bool
    let solver: String
    let learnRate: Double
    let l2: Double
  }

  let settings: Settings
  let learnablesTied: Int
  let learnablesUntied: Int
  let epochs: [TrainingHistory.Epoch]
  let medianEpochSeconds: Double
  let testRMSE: Double
  let peakMemoryBytes: Int?
}
