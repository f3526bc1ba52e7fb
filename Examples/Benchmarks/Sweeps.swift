import Foundation
import Ligature

/// How near to the least value of standard functions a Bayesian search comes, against a random one
/// in as many trials, and what running trials at once saves: the tables of the page on sweeps.
enum Sweeps {
  private struct Function: Sendable {
    let name: String
    let space: SearchSpace
    let trials: Int
    let least: Double
    let value: @Sendable ([Double]) -> Double
  }

  static func run(seeds: Int = 20) throws {
    print("Sweeps: what is missing to the least value, medians of \(seeds) seeds")
    print("  function     trials  random  Bayesian, rounds of 1 / 4 / 8   better than random")
    for function in [branin, hartmann, ackley] {
      for trials in [function.trials / 2, function.trials] {
        let random = try misses(function, trials, .random, roundSize: 1, seeds)
        let found = try [1, 4, 8].map {
          try misses(function, trials, .bayesian, roundSize: $0, seeds)
        }
        let words = found.map { padded(text(median($0)), 8) }.joined()
        let wins = found.map { misses in
          "\(zip(misses, random).count { $0 < $1 })"
        }.joined(separator: " / ")
        print(
          "  \(function.name)\(padded("\(trials)", 7))\(padded(text(median(random)), 8))"
            + "  \(words)         \(wins) of \(seeds)")
      }
    }
    try runParallel()
  }

  /// How far above the least value the best trial is, for each seed.
  private static func misses(
    _ function: Function, _ trials: Int, _ strategy: SweepStrategy, roundSize: Int, _ seeds: Int
  ) throws -> [Double] {
    try (0..<seeds).map { seed in
      let results = try sweep(
        over: function.space, trials: trials, strategy: strategy, seed: UInt64(seed),
        roundSize: roundSize, verbose: .silent
      ) { trial in
        try function.value(function.space.names.map { try trial[$0] })
      }
      return (results.best?.objective ?? .infinity) - function.least
    }
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  private static func text(_ value: Double) -> String { String(format: "%.4f", value) }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  // MARK: Standard functions

  private static func cube(_ size: Int, _ low: Double, _ high: Double) -> SearchSpace {
    var space = SearchSpace()
    for number in 0..<size { space["x\(number)"] = .uniform(low, high) }
    return space
  }

  private static let branin = Function(
    name: "Branin      ", space: ["x": .uniform(-5, 10), "y": .uniform(0, 15)], trials: 40,
    least: 0.397887
  ) { point in
    let (x, y) = (point[0], point[1])
    let a = y - 5.1 / (4 * .pi * .pi) * x * x + 5 / .pi * x - 6
    return a * a + 10 * (1 - 1 / (8 * .pi)) * cos(x) + 10
  }

  private static let hartmann = Function(
    name: "Hartmann, 6 ", space: cube(6, 0, 1), trials: 60, least: -3.32237
  ) { point in
    let steepness: [[Double]] = [
      [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8],
      [17, 8, 0.05, 10, 0.1, 14],
    ]
    let centers: [[Double]] = [
      [1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991],
      [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381],
    ]
    return -zip([1, 1.2, 3, 3.2], zip(steepness, centers)).reduce(0) { sum, term in
      let (height, (a, p)) = term
      let distance = point.indices.reduce(0.0) { sum, i in
        sum + a[i] * (point[i] - p[i] * 1e-4) * (point[i] - p[i] * 1e-4)
      }
      return sum + height * exp(-distance)
    }
  }

  private static let ackley = Function(
    name: "Ackley, 4   ", space: cube(4, -10, 20), trials: 60, least: 0
  ) { point in
    let n = Double(point.count)
    let square = point.reduce(0) { $0 + $1 * $1 } / n
    let waves = point.reduce(0) { $0 + cos(2 * .pi * $1) } / n
    return -20 * exp(-0.2 * square.squareRoot()) - exp(waves) + 20 + exp(1)
  }

  // MARK: At once

  /// A sweep of small trainings, one after the other and as many at once as there are cores.
  private static func runParallel() throws {
    var stream = RandomStream(seed: 1)
    let x = try stream.normal([2048, 64])
    let data = try TrainingData(x, targets: tanh(x.sum(1, keepingAxes: true)))
    func seconds(_ parallel: Int?) throws -> Double {
      let clock = ContinuousClock()
      let start = clock.now
      _ = try sweep(
        over: ["learnRate": .logUniform(1e-4, 1e-2), "hidden": .choice([128, 256])], trials: 8,
        parallel: parallel, verbose: .silent
      ) { trial in
        let network = try Network(input: Layout("BC", [nil, 64])) {
          FullyConnected(try trial["hidden"])
          ReLU()
          FullyConnected(try trial["hidden"])
          ReLU()
          FullyConnected(1)
        }
        return try TrainingRun(
          network, on: data, loss: .meanSquaredError,
          options: TrainingOptions(
            epochs: 10, batchSize: 64, learnRate: trial["learnRate"], validationShare: 0.2))
      }
      return start.duration(to: clock.now) / .seconds(1)
    }
    let cores = Parallel.threads
    defer { Parallel.threads = cores }
    var times: [[Double]] = [[], [], []]
    for _ in 0..<5 {
      times[0].append(try seconds(1))
      times[1].append(try seconds(nil))
      Parallel.threads = 1
      times[2].append(try seconds(nil))
      Parallel.threads = cores
    }
    let words = times.map { text(median($0)) + " s" }
    print(
      "  8 trainings, medians of 5: \(words[0]) one after the other, \(words[1]) at once, \(words[2]) "
        + "with one thread each; \(cores) cores")
  }
}
