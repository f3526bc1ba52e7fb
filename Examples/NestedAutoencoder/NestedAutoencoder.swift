import ExampleSupport
import Foundation
import Ligature

/// Trains a weight-tied autoencoder, whose encoder is a network nested in one layer, on images of
/// digits.
@main
enum NestedAutoencoder {
  static let data = Flag<String?>.string(
    "data", "DIR", "a folder with DigitsDataTrain.mat and DigitsDataTest.mat, or MNIST's IDX files",
    shownDefault: "digits the program draws itself")
  static let recipe = Flag<Recipe>.choice(
    "recipe", "how to train: as published, or for the lowest error", default: .best)
  static let epochs = Flag<Int>.int(
    "epochs", "N", "passes over the training images", default: 30, in: 1...100_000)
  static let batch = Flag<Int?>.int(
    "batch", "N", "images a step", shownDefault: "the recipe's: 128 or 16", in: 1...100_000)
  static let seed = Flag<Int>.int(
    "seed", "N", "keys first values, order and drawn digits", default: 0, in: 0 ... .max)
  static let threads = Flag<Int?>.int(
    "threads", "N", "threads to compute with", shownDefault: "all cores", in: 1...1024)
  static let split = Flag<Bool>.switch(
    "validation", "keep 60 % of the test images for validation, and test on the other 40 %")
  static let output = Flag<String>.string(
    "output", "DIR", "where reconstructions.png and training.svg go", default: "autoencoder-output")
  static let json = Flag<String?>.string(
    "json", "FILE", "write settings, times, losses and memory there", shownDefault: "not written")
  static let quiet = Flag<Bool>.switch("quiet", "no progress, only the result")

  static let flags = Flags(
    "NestedAutoencoder",
    "Trains a weight-tied autoencoder, whose encoder is a network nested in one layer, on digits.",
    [data, recipe, epochs, batch, seed, threads, split, output, json, quiet])

  static func main() {
    runExample(flags) { values in try run(values) }
  }

  /// 784-784-392-196 and back, with the encoder's own weights.
  static func network(imageSize: [Int], seed: Int) throws -> Network {
    let pixels = imageSize.reduce(1, *)
    return try Network(input: Layout("BSSC", [nil] + imageSize), seed: UInt64(seed)) {
      WeightTyingAutoEncoderLayer(
        encoder: Network {
          FullyConnected(pixels)
          ReLU()
          FullyConnected(max(1, pixels / 2))
          ReLU()
          FullyConnected(max(1, pixels / 4))
          ReLU()
        })
    }
  }

  static func run(_ values: FlagValues) throws {
    try requireWantedKernels()
    if let threads = values[threads] { Parallel.threads = threads }
    let isQuiet = values[quiet]
    let seed = values[seed]
    let digits = try values[data].map { try Digits(folder: $0) } ?? Digits(drawnFrom: seed)
    let report = try values[json].map { try ReportFile($0) }
    let pictures = Pictures(folder: try OutputFolder(values[output]))

    let network = try network(imageSize: Array(digits.training.shape.dropFirst()), seed: seed)
    if !isQuiet {
      print("kernels: \(Kernels.level), \(Parallel.threads) threads")
      print("digits: \(digits.training.shape[0]) + \(digits.test.shape[0]), \(digits.source)")
      print(network)
    }
    let batchSize = values[batch] ?? values[recipe].batchSize
    var options = values[recipe].options(
      epochs: values[epochs], batchSize: batchSize, seed: UInt64(seed))
    var test = digits.test
    if values[split] {
      let parts = try trainingPartitions(test.shape[0], [0.6, 0.4], seed: UInt64(seed))
      options.validation = try TrainingData(
        reconstructing: test.gathered(Tensor(parts[0])))
      test = try test.gathered(Tensor(parts[1]))
    } else {
      // Only watched: nothing is chosen by it.
      options.validation = try TrainingData(reconstructing: test)
    }
    let data = try TrainingData(reconstructing: digits.training)

    let display = ProgressDisplay(quiet: isQuiet)
    options.onProgress = { progress in
      display.show(ProgressReading(progress))
      return .continue
    }
    let history = try train(network, on: data, loss: .binaryCrossEntropy, options: options)
    display.finish()

    let error = try testError(of: network, on: test)
    let count = min(24, test.shape[0])
    let shown = try test.gathered(Tensor((0..<count).map { $0 * test.shape[0] / count }))
    try pictures.writeReconstructions(shown, network.predict(shown))
    try pictures.writeTraining(history, monitored: values[split] ? "validation" : "test")
    let seconds = history.epochs.map(\.seconds).sorted()
    let median = seconds[seconds.count / 2]
    try report?.write(
      Report(
        settings: Report.Settings(
          recipe: values[recipe].rawValue, data: digits.source, epochs: values[epochs],
          batchSize: batchSize, seed: seed, threads: Parallel.threads, kernels: Kernels.level,
          validation: values[split], solver: "\(options.solver)", learnRate: options.learnRate,
          l2: options.l2),
        learnablesTied: network.learnableCount, learnablesUntied: network.untiedLearnableCount,
        epochs: history.epochs, medianEpochSeconds: median, testRMSE: error,
        peakMemoryBytes: MemoryUsage.peakBytes()))
    print(
      "test RMSE \(fixed(error, 4)) after \(history.epochs.count) epochs "
        + "of \(fixed(median, 3)) s (median), recipe \(values[recipe].rawValue)")
    print("wrote reconstructions.png and training.svg into \(values[output])")
  }

  /// The root mean squared error over the test images, batch by batch.
  static func testError(of network: Network, on test: Tensor) throws -> Double {
    try rmse(network.predict(test, batchSize: 128), test)
  }

  private static func fixed(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }
}

extension ProgressReading {
  /// Where training stands, as a progress line shows it.
  init(_ progress: TrainingProgress) {
    self.init(
      epoch: progress.epoch, of: progress.epochs, iteration: progress.iteration,
      of: progress.iterationsPerEpoch, loss: progress.loss,
      metric: progress.metrics.first.map { Metric($0.key, $0.value) })
  }
}
