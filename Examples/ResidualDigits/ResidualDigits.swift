import ExampleSupport
import Foundation
import Ligature

/// Trains a network of residual blocks, layers with networks inside, to read digits.
@main
enum ResidualDigits {
  static let data = Flag<String?>.string(
    "data", "DIR",
    "a folder with DigitsDataTrain.mat and DigitsDataTest.mat, or MNIST's IDX files with labels",
    shownDefault: "digits the program draws itself")
  static let epochs = Flag<Int?>.int(
    "epochs", "N", "passes over the training images", shownDefault: "12", in: 1...100_000)
  static let batch = Flag<Int>.int(
    "batch", "N", "images a step", default: 64, in: 1...100_000)
  static let seed = Flag<Int>.int(
    "seed", "N", "keys first values, order and drawn digits", default: 0, in: 0 ... .max)
  static let threads = Flag<Int?>.int(
    "threads", "N", "threads to compute with", shownDefault: "all cores", in: 1...1024)
  static let quick = Flag<Bool>.switch(
    "quick", "too small to judge by: 1,000 + 1,000 digits, 3 epochs")
  static let output = Flag<String>.string(
    "output", "DIR", "where confusion.png, misread.png and training.svg go",
    default: "residual-digits-output")
  static let json = Flag<String?>.string(
    "json", "FILE", "write settings, times, losses, errors and memory there",
    shownDefault: "not written")
  static let quiet = Flag<Bool>.switch("quiet", "no progress, only the result")

  static let flags = Flags(
    "ResidualDigits",
    "Trains a network of residual blocks, layers with networks inside, to read digits.",
    [data, epochs, batch, seed, threads, quick, analyzeFlag, output, json, quiet])

  static func main() {
    runExample(flags) { values in try run(values) }
  }

  static func run(_ values: FlagValues) throws {
    try requireWantedKernels()
    if let threads = values[threads] { Parallel.threads = threads }
    let isQuick = values[quick]
    let (seed, isQuiet) = (values[seed], values[quiet])
    let most = isQuick ? 1000 : .max
    let digits =
      try values[data].map { try Digits(folder: $0, withLabels: true) }
      ?? Digits(drawnFrom: seed, count: min(most, 5000))
    let (training, test) = (try digits.training.first(most), try digits.test.first(most))
    let report = try values[json].map { try ReportFile($0) }
    let pictures = Pictures(folder: try OutputFolder(values[output]))

    let network = try residualNetwork(
      imageSize: Array(training.images.shape.dropFirst()), seed: seed)
    if !isQuiet {
      print("kernels: \(Kernels.level), \(Parallel.threads) threads")
      print("digits: \(training.labels.count) + \(test.labels.count), \(digits.source)")
      if !values[analyzeFlag] { print(network) }
    }
    if values[analyzeFlag] {
      return try writeAnalysis(
        of: network, title: "Residual network on digits", into: pictures.folder)
    }
    var options = recipe(
      epochs: values[epochs] ?? (isQuick ? 3 : 12), batchSize: values[batch], seed: seed)
    // Only watched: nothing is chosen by it.
    options.validation = try TrainingData(test.images, targets: Tensor(test.labels))
    let display = ProgressDisplay(quiet: isQuiet)
    options.verbose = .silent
    options.onProgress = { progress in
      display.show(progress)
      return .continue
    }
    let history = try train(
      network, on: TrainingData(training.images, targets: Tensor(training.labels)),
      loss: .crossEntropy(from: .logits), options: options)
    display.finish()

    let reading = try Reading(
      logits: network.predict(test.images, batchSize: 128), labels: test.labels)
    let seconds = history.epochs.map(\.seconds).sorted()
    let median = seconds[seconds.count / 2]
    // First what cannot fail any more, then the files.
    print(
      "test accuracy \(fixed(reading.confusion.accuracy, 4)), \(reading.mistakes.count) of "
        + "\(reading.confusion.total) misread, after \(history.epochs.count) epochs of "
        + "\(fixed(median, 3)) s (median)")
    var results = Results()
    results.write("confusion.png") { try pictures.writeConfusion(reading) }
    results.write("misread.png") { try pictures.writeMisread(reading, test.images) }
    results.write("training.svg") { try pictures.writeTraining(history) }
    if let summary = results.summary { print("\(summary) into \(values[output])") }
    results.write("the report") {
      try report?.write(
        Report(
          settings: Report.Settings(
            data: digits.source, trainingImages: training.labels.count,
            testImages: test.labels.count, epochs: options.epochs, batchSize: options.batchSize,
            learnRate: options.learnRate, seed: seed, threads: Parallel.threads,
            kernels: Kernels.level),
          learnables: network.learnableCount, epochs: history.epochs, medianEpochSeconds: median,
          testAccuracy: reading.confusion.accuracy, confusion: reading.confusion.counts,
          peakMemoryBytes: MemoryUsage.peakBytes()))
    }
    try results.requireAll()
  }

  /// Adam at a rate that falls to 0 in a straight line, on digits that wander by two pixels.
  static func recipe(epochs: Int, batchSize: Int, seed: Int) -> TrainingOptions {
    TrainingOptions(
      .adam, epochs: epochs, batchSize: batchSize, learnRate: 2e-3, schedule: .linear(),
      augmentation: .randomShift(upTo: 2), metrics: [.accuracy(from: .logits)],
      seed: UInt64(seed))
  }

  private static func fixed(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }
}
