import Foundation
import Ligature

/// A program that trains an autoencoder on images of digits; it brings only the network.
public struct AutoencoderExample: Sendable {
  /// The network for images of a size, `[rows, columns, 1]`, with first values from a seed.
  public typealias MakeNetwork = @Sendable (_ imageSize: [Int], _ seed: Int) throws -> Network

  let flags: Flags
  private let network: MakeNetwork

  /// An example under the name of its program.
  public init(_ program: String, _ summary: String, network: @escaping MakeNetwork) {
    flags = Flags(program, summary, AutoencoderFlags.all)
    self.network = network
  }

  /// Reads the program's arguments, runs, and ends the program.
  public func main() -> Never {
    runExample(flags) { values in try run(values) }
  }

  /// Trains and tests the network on digits as `values` say, prints how that goes, and writes
  /// pictures and a report.
  func run(_ values: FlagValues) throws {
    try requireWantedKernels()
    if let threads = values[AutoencoderFlags.threads] { Parallel.threads = threads }
    let isQuiet = values[AutoencoderFlags.quiet]
    let seed = values[AutoencoderFlags.seed]
    let recipe = values[AutoencoderFlags.recipe]
    let isSplit = values[AutoencoderFlags.split]
    let folder = values[AutoencoderFlags.output]
    let digits =
      try values[AutoencoderFlags.data].map { try Digits(folder: $0) } ?? Digits(drawnFrom: seed)
    let report = try values[AutoencoderFlags.json].map { try ReportFile($0) }
    let pictures = AutoencoderPictures(folder: try OutputFolder(folder))

    let training = digits.training.images
    var test = digits.test.images
    let network = try network(Array(training.shape.dropFirst()), seed)
    if !isQuiet {
      print("kernels: \(Kernels.level), \(Parallel.threads) threads")
      print("digits: \(training.shape[0]) + \(test.shape[0]), \(digits.source)")
      if !values[analyzeFlag] { print(network) }
    }
    if values[analyzeFlag] {
      return try writeAnalysis(
        of: network, title: "Weight-tied autoencoder", into: pictures.folder)
    }
    let batchSize = values[AutoencoderFlags.batch] ?? recipe.batchSize
    let epochs = values[AutoencoderFlags.epochs]
    var options = recipe.options(epochs: epochs, batchSize: batchSize, seed: UInt64(seed))
    if isSplit {
      let parts = try trainingPartitions(test.shape[0], [0.6, 0.4], seed: UInt64(seed))
      options.validation = try TrainingData(
        reconstructing: test.gathered(Tensor(parts[0])))
      test = try test.gathered(Tensor(parts[1]))
    } else {
      // Only watched: nothing is chosen by it.
      options.validation = try TrainingData(reconstructing: test)
    }
    let data = try TrainingData(reconstructing: training)

    let display = ProgressDisplay(quiet: isQuiet)
    options.verbose = .silent
    options.onProgress = { progress in
      display.show(progress)
      return .continue
    }
    let history = try train(network, on: data, loss: .binaryCrossEntropy, options: options)
    display.finish()

    let error = try testError(of: network, on: test)
    let seconds = history.epochs.map(\.seconds).sorted()
    let median = seconds[seconds.count / 2]
    // First what cannot fail any more, then the files.
    print(
      "test RMSE \(fixed(error, 4)) after \(history.epochs.count) epochs "
        + "of \(fixed(median, 3)) s (median), recipe \(recipe.rawValue)")
    let count = min(24, test.shape[0])
    let shown = try test.gathered(Tensor((0..<count).map { $0 * test.shape[0] / count }))
    let rebuilt = try network.predict(shown)
    var results = Results()
    results.write("reconstructions.png") { try pictures.writeReconstructions(shown, rebuilt) }
    results.write("training.svg") {
      try pictures.writeTraining(history, monitored: isSplit ? "validation" : "test")
    }
    if let summary = results.summary { print("\(summary) into \(folder)") }
    results.write("the report") {
      try report?.write(
        AutoencoderReport(
          settings: AutoencoderReport.Settings(
            recipe: recipe.rawValue, data: digits.source, epochs: epochs, batchSize: batchSize,
            seed: seed, threads: Parallel.threads, kernels: Kernels.level, validation: isSplit,
            solver: "\(options.solver)", learnRate: options.learnRate, l2: options.l2),
          learnablesTied: network.learnableCount,
          learnablesUntied: network.untiedLearnableCount, epochs: history.epochs,
          medianEpochSeconds: median, testRMSE: error,
          peakMemoryBytes: MemoryUsage.peakBytes()))
    }
    try results.requireAll()
  }

  /// The root mean squared error over the test images, batch by batch.
  private func testError(of network: Network, on test: Tensor) throws -> Double {
    try rmse(network.predict(test, batchSize: 128), test)
  }

  private func fixed(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }
}
