import ExampleSupport
import Foundation
import Ligature

/// Compares one LSTM that reads every channel with an LSTM for each, on little data and on more.
@main
enum SharedLSTM {
  static let data = Flag<String?>.string(
    "data", "FILE", "a CSV file: a header of names, and rows of numbers in order of time",
    shownDefault: "sensors it makes up")
  static let targets = Flag<[String]?>.names(
    "targets", "A,B,...",
    "columns of FILE to be told from the others")
  static let ignored = Flag<[String]?>.names(
    "ignore", "A,B,...", "columns of FILE to leave out, such as dates")
  static let window = Flag<Int>.int(
    "window", "N", "rows of FILE in a sequence", default: 60, in: 1...100_000)
  static let sizes = Flag<[Int]?>.ints(
    "sizes", "N,N,...", "numbers of training sequences, rising",
    shownDefault: "8,32,128, or all windows of FILE", in: 1...1_000_000)
  static let seedCount = Flag<Int?>.int(
    "seeds", "N", "trainings of each network on each size", shownDefault: "5", in: 1...1000)
  static let hidden = Flag<Int?>.int(
    "hidden", "N", "hidden units of an LSTM", shownDefault: "24", in: 1...1024)
  static let steps = Flag<Int?>.int(
    "steps", "N", "steps of a training, to whole epochs", shownDefault: "1000", in: 1...10_000_000)
  static let batch = Flag<Int>.int(
    "batch", "N", "sequences a step", default: 8, in: 1...100_000)
  static let seed = Flag<Int>.int(
    "seed", "N", "the first seed, which keys data, first values and order", default: 0,
    in: 0...1_000_000_000)
  static let threads = Flag<Int?>.int(
    "threads", "N", "threads to compute with", shownDefault: "all cores", in: 1...1024)
  static let quick = Flag<Bool>.switch(
    "quick", "too small to compare by: 2 seeds, 200 steps, 12 hidden units, sizes 8,16,32")
  static let output = Flag<String>.string(
    "output", "DIR", "where predictions.svg and errors.svg go", default: "shared-lstm-output")
  static let json = Flag<String?>.string(
    "json", "FILE", "write settings, errors, times and memory there", shownDefault: "not written")
  static let quiet = Flag<Bool>.switch("quiet", "no progress, only the result")

  static let flags = Flags(
    "SharedLSTM",
    """
    Compares one LSTM that reads every channel with an LSTM for each, by their test errors.

    Of a file, the columns that are neither --targets nor --ignore are channels. They are split
    among the targets in order, as many to each: of channels a, b, c, d and targets x, y, x is
    told from a and b. The first half of the rows is cut into sequences to learn from, the next fifth into
    sequences that tell when a training was at its best, the rest into sequences to be tested on.
    Means and deviations that rescale all of them come from the first half alone.
    """,
    [
      data, targets, ignored, window, sizes, seedCount, hidden, steps, batch, seed, threads, quick,
      analyzeFlag, output, json, quiet,
    ])

  static func main() {
    runExample(flags) { values in try run(values) }
  }

  static func run(_ values: FlagValues) throws {
    let start = ContinuousClock.now
    try requireWantedKernels()
    if let threads = values[threads] { Parallel.threads = threads }
    let setting: Setting = values[quick] ? .quick : .full
    let problem = try problem(values, setting)
    let report = try values[json].map { try ReportFile($0) }
    let pictures = Pictures(folder: try OutputFolder(values[output]))
    let recipe = Recipe(
      hiddenUnits: values[hidden] ?? setting.hiddenUnits, steps: values[steps] ?? setting.steps,
      batchSize: values[batch], learnRate: 0.01)
    let seeds = values[seed]..<values[seed] + (values[seedCount] ?? setting.seedCount)

    func network(_ rival: Rival) throws -> Network {
      try rival.network(
        channels: problem.channelNames.count, outputs: problem.targetNames.count,
        hiddenUnits: recipe.hiddenUnits, seed: seeds.lowerBound)
    }
    let (shared, separate) = (try network(.shared), try network(.separate))
    if !values[quiet] {
      print("kernels: \(Kernels.level), \(Parallel.threads) threads")
      print("data: \(problem.source)")
      for (place, target) in problem.targetNames.enumerated() {
        print("  \(target) from \(problem.channels(of: place).joined(separator: ", "))")
      }
      if !values[analyzeFlag] { print(shared) }
    }
    if values[analyzeFlag] {
      return try writeAnalysis(
        of: shared, title: "One LSTM for all sensors", into: pictures.folder)
    }
    print(learnablesText(shared: shared, separate: separate))

    let comparison = try Comparison(on: problem, recipe, seeds: seeds, quiet: values[quiet])
    // First what cannot fail any more, then the files.
    print(comparison.table)
    var results = Results()
    results.write("predictions.svg") {
      try pictures.writePredictions(comparison, seed: seeds.lowerBound)
    }
    results.write("errors.svg") { try pictures.writeErrors(comparison) }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    if let summary = results.summary {
      print("\(summary) into \(values[output]) after \(fixed(seconds, 1)) s")
    }
    results.write("the report") {
      try report?.write(
        Report(
          comparison, recipe, seeds: seeds, shared: shared, separate: separate, seconds: seconds))
    }
    try results.requireAll()
  }

  /// The series of `--data`, or else the oscillators.
  private static func problem(_ values: FlagValues, _ setting: Setting) throws -> Problem {
    guard let path = values[data] else {
      let given = [
        ("targets", values.isGiven(targets)), ("ignore", values.isGiven(ignored)),
        ("window", values.isGiven(window)),
      ]
      if let stray = given.first(where: \.1) {
        throw FlagError.conflict("--\(stray.0) is about a file; name it with --data FILE")
      }
      return .oscillators(sizes: values[sizes] ?? setting.sizes, testSize: setting.testSize)
    }
    guard let targets = values[targets] else {
      throw FlagError.conflict("--data needs the columns to be told: --targets A,B,...")
    }
    return try .series(
      path, targets: targets, ignoring: values[ignored] ?? [], window: values[window],
      sizes: values[sizes])
  }
}

/// How much is done where no flag says so. It was chosen, like the law of the oscillators, on seeds
/// from 1000 on, whose sequences are others than those of the seeds that are shown.
private struct Setting {
  let sizes: [Int]
  let testSize: Int
  let seedCount: Int
  let steps: Int
  let hiddenUnits: Int

  static let full = Setting(
    sizes: [8, 32, 128], testSize: 300, seedCount: 5, steps: 1000, hiddenUnits: 24)
  static let quick = Setting(
    sizes: [8, 16, 32], testSize: 100, seedCount: 2, steps: 200, hiddenUnits: 12)
}
