import ExampleSupport
import Foundation
import Ligature

/// What `--json` writes.
struct Report: Encodable {
  struct Settings: Encodable {
    let data: String
    let channels: [String]
    let targets: [String]
    let recipe: Recipe
    let seeds: [Int]
    let threads: Int
    let kernels: String
  }

  struct Learnables: Encodable {
    let lstmShared: Int
    let lstmSeparate: Int
    let shared: Int
    let separate: Int
  }

  /// One network on one number of training sequences.
  struct Result: Encodable {
    /// In standard deviations of the targets.
    let testRMSE: Summary
    let testRMSEOfSeeds: [Double]

    /// For each seed and target, in the target's own units.
    let targetRMSEOfSeeds: [[Double]]

    /// For each seed, the epoch whose network was the best on the validation part.
    let bestEpochOfSeeds: [Int]
    let secondsPerEpoch: Double

    init(_ rival: Rival, in row: Comparison.Row) {
      testRMSEOfSeeds = row[rival].map(\.testRMSE)
      testRMSE = Summary(testRMSEOfSeeds)
      targetRMSEOfSeeds = row[rival].map(\.targetRMSE)
      bestEpochOfSeeds = row[rival].map(\.bestEpoch)
      secondsPerEpoch = row.secondsPerEpoch(of: rival)
    }
  }

  struct Row: Encodable {
    let trainingSequences: Int
    let epochs: Int
    let shared: Result
    let separate: Result
    let sharedWins: Int
  }

  let settings: Settings
  let learnables: Learnables
  let rows: [Row]
  let seconds: Double
  let peakMemoryBytes: Int?

  init(
    _ comparison: Comparison, _ recipe: Recipe, seeds: Range<Int>, shared: Network,
    separate: Network, seconds: Double
  ) {
    let problem = comparison.problem
    settings = Settings(
      data: problem.source, channels: problem.channelNames, targets: problem.targetNames,
      recipe: recipe, seeds: Array(seeds), threads: Parallel.threads, kernels: Kernels.level)
    learnables = Learnables(
      lstmShared: shared.lstmLearnableCount, lstmSeparate: separate.lstmLearnableCount,
      shared: shared.learnableCount, separate: separate.learnableCount)
    rows = comparison.rows.map { row in
      Row(
        trainingSequences: row.size, epochs: row[.shared].first?.epochs ?? 0,
        shared: Result(.shared, in: row), separate: Result(.separate, in: row),
        sharedWins: row.sharedWins)
    }
    self.seconds = seconds
    peakMemoryBytes = MemoryUsage.peakBytes()
  }
}
