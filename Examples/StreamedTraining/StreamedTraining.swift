import ExampleSupport
import Foundation
import Ligature

/// Trains on more data than memory holds: images that a function draws when they are asked for, by
/// their numbers, in batches that are made while the network learns. Shows that memory does not
/// grow with what has been seen.
@main
enum StreamedTraining {
  static let gigabytes = Flag<Int>.int(
    "gigabytes", "N", "how much data to train on, in GB", default: 10, in: 1...1000)
  static let ahead = Flag<Int>.int(
    "ahead", "N", "batches to make before they are needed", default: 2, in: 0...64)

  static let output = Flag<String>.string(
    "output", "DIR", "where analysis.html goes", default: "streamed-training-output")

  static let flags = Flags(
    "StreamedTraining", "Trains on data that is never in memory as a whole.",
    [gigabytes, ahead, analyzeFlag, output])

  /// Rows and columns of an image.
  static let size = 64
  static let batchSize = 256

  static func main() {
    runExample(flags) { values in
      // 16 KiB each, of float32.
      let imageByteCount = size * size * 4
      let perGigabyte = 1_000_000_000 / (imageByteCount * batchSize) * batchSize
      let count = perGigabyte * values[gigabytes]
      let network = try network()
      if values[analyzeFlag] {
        return try writeAnalysis(
          of: network, title: "Streamed training", into: OutputFolder(values[output]))
      }
      let run = try TrainingRun(
        network, on: waves(count).prefetched(values[ahead]),
        loss: .crossEntropy(from: .logits),
        options: TrainingOptions(epochs: 1, batchSize: batchSize, shuffle: .never))
      var seen = 0
      while let progress = try run.step() {
        seen += batchSize
        guard seen % perGigabyte == 0 else { continue }
        let peak = MemoryUsage.peakBytes().map { "\($0 / 1_000_000) MB" } ?? "unknown"
        print(
          "\(seen / perGigabyte) GB in \(progress.iteration) batches, loss "
            + String(format: "%.4f", progress.loss) + ", peak memory \(peak)")
      }
    }
  }

  /// Tells waves along the rows from those along the columns.
  static func network() throws -> Network {
    try Network(input: Layout("BSSC", [nil, size, size, 1]), seed: 1) {
      Flatten()
      FullyConnected(16)
      ReLU()
      FullyConnected(2)
    }
  }

  /// Noisy waves along the rows or along the columns, which are the two classes.
  static func waves(_ count: Int) -> ClosureSource {
    ClosureSource(count: count) { request in
      let numbers = request.observations
      var stream = request.stream("noise")
      let noise = try stream.uniform([numbers.count, size, size, 1], in: -1..<1)
      let wave = try sin(Tensor((0..<size).map { Float($0) * 0.4 }))
      let classes = numbers.map { Int64($0 % 2) }
      let isSecond = try Tensor(classes.map(Float.init), shape: [numbers.count, 1, 1, 1])
      let along = try wave.reshaped(to: [1, size, 1, 1])
      let across = try wave.reshaped(to: [1, 1, size, 1])
      let images = try noise + along + isSecond * (across - along)
      return try TrainingData(images, targets: Tensor(classes))
    }
  }
}
