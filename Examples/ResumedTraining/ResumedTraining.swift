import ExampleSupport
import Foundation
import Ligature

/// Trains a small network, and can be stopped after any step and started again: it goes on from the
/// state in its file, and learns the same numbers as if it had never stopped.
@main
enum ResumedTraining {
  static let state = Flag<String?>.string(
    "state", "FILE", "where the state of training is kept", shownDefault: "nowhere")
  static let steps = Flag<Int>.int(
    "steps", "N", "steps to take before stopping", default: 1_000_000, in: 0...1_000_000)

  static let output = Flag<String>.string(
    "output", "DIR", "where analysis.html goes", default: "resumed-training-output")

  static let flags = Flags(
    "ResumedTraining", "Trains with breaks as it would without.",
    [state, steps, analyzeFlag, output])

  static func main() {
    runExample(flags) { values in
      if values[analyzeFlag] {
        return try writeAnalysis(
          of: network(), title: "Resumed training", into: OutputFolder(values[output]))
      }
      let file = values[state].map { URL(filePath: $0) }
      let run = try run()
      if let file, FileManager.default.fileExists(atPath: file.path) {
        try run.resume(from: TrainingState(contentsOf: file))
        print("resumed behind step \(run.iteration)")
      }
      for _ in 0..<values[steps] { guard try run.step() != nil else { break } }
      print("step \(run.iteration), \(try fingerprint(of: run))")
      if let file { try run.state.save(to: file) }
    }
  }

  /// What is trained.
  static func network() throws -> Network {
    try Network(input: Layout("BSSC", [nil, 6, 6, 1])) {
      Flatten()
      FullyConnected(16)
      BatchNormalization()
      ReLU()
      Dropout(0.2)
      FullyConnected(3)
    }
  }

  /// A run in which much is random: dropout, the order of the observations, and shifts of images.
  static func run() throws -> TrainingRun {
    var random = RandomStream(seed: 5)
    let data = try TrainingData(random.normal([50, 6, 6, 1]), targets: random.normal([50, 3]))
    return try TrainingRun(
      network(), on: data, loss: .meanSquaredError,
      options: TrainingOptions(
        .adam, epochs: 3, batchSize: 12, learnRate: 0.01, schedule: .cosine(warmup: 0.1), l2: 1e-3,
        gradientThreshold: .globalNorm(1), augmentation: .randomShift(upTo: 1), metrics: [.rmse]))
  }

  /// Every bit of the learnables and the losses, folded into a number.
  static func fingerprint(of run: TrainingRun) throws -> String {
    let learned = try run.network.parameters.flatMap { try $0.value.doubles() }
    return ExampleSupport.fingerprint(of: learned + run.history.iterationLosses)
  }
}
