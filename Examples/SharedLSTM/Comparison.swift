import ExampleSupport
import Ligature

/// Both networks, trained on every number of sequences with every seed.
struct Comparison {
  /// Both networks on one number of training sequences.
  struct Row {
    /// The number of training sequences.
    let size: Int

    /// A trial for each seed.
    let trials: [Rival: [Trial]]

    /// In how many seeds the shared network had the smaller error.
    var sharedWins: Int {
      zip(self[.shared], self[.separate]).count { $0.testRMSE < $1.testRMSE }
    }

    subscript(rival: Rival) -> [Trial] { trials[rival] ?? [] }
  }

  /// What the networks were compared on.
  let problem: Problem

  /// A row for each number of training sequences.
  let rows: [Row]

  /// Trains them all, one after another. Both networks of a seed learn from the same sequences in
  /// the same order.
  init(on problem: Problem, _ recipe: Recipe, seeds: Range<Int>, quiet: Bool) throws {
    let display = ProgressDisplay(quiet: quiet)
    let total = problem.sizes.count * seeds.count * Rival.allCases.count
    var done = 0
    self.problem = problem
    rows = try problem.sizes.map { size in
      var trials: [Rival: [Trial]] = [:]
      for seed in seeds {
        let lesson = try problem.lesson(size, seed)
        for rival in Rival.allCases {
          let number = done + 1
          let trial = try Trial(rival, on: lesson, recipe, seed: seed) { progress in
            display.show(ProgressReading(progress, training: number, of: total))
            return .continue
          }
          trials[rival, default: []].append(trial)
          done += 1
        }
      }
      return Row(size: size, trials: trials)
    }
    display.finish()
  }
}

extension ProgressReading {
  /// Where one of several trainings stands: a line counts trainings, and the steps of each.
  init(_ progress: TrainingProgress, training: Int, of total: Int) {
    self.init(
      epoch: training, of: total,
      iteration: (progress.epoch - 1) * progress.iterationsPerEpoch + progress.iteration,
      of: progress.epochs * progress.iterationsPerEpoch, loss: progress.loss,
      metrics: progress.metrics.first.map { [Metric($0.key, $0.value)] } ?? [])
    epochNoun = "training"
    iterationNoun = "step"
  }
}

/// The mean and the spread of a few numbers.
struct Summary: Encodable {
  let mean: Double

  /// The standard deviation, as estimated from a sample; 0 of a single number.
  let deviation: Double

  init(_ values: [Double]) {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    deviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : 0
  }
}
