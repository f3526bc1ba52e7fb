import Foundation
import LigatureLayers
import LigatureNetworks
import LigatureTensors
import LigatureTraining

@testable import LigatureSweeps

/// A message as people read it, or what came instead of an error.
func message(_ body: () throws -> some Any) -> String {
  do { return "no error, but \(try body())" } catch { return "\(error)" }
}

/// Runs `body` with a folder of its own.
func inFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// Runs `body` in a task that it can cancel, again and again until that is noticed.
func inTask<Result: Sendable>(
  _ body: @escaping @Sendable (_ cancel: @escaping @Sendable () -> Void) throws -> Result
) async throws -> Result {
  let task = Lock(Task<Result, any Error>?.none)
  let running = Task { try body { task.withLock { $0?.cancel() } } }
  task.withLock { $0 = running }
  return try await running.value
}

/// Branin's function, whose least value is 0.397887; x in -5...10, y in 0...15.
func branin(_ x: Double, _ y: Double) -> Double {
  let a = y - 5.1 / (4 * .pi * .pi) * x * x + 5 / .pi * x - 6
  return a * a + 10 * (1 - 1 / (8 * .pi)) * cos(x) + 10
}

/// The space of Branin's function.
let braninSpace: SearchSpace = ["x": .uniform(-5, 10), "y": .uniform(0, 15)]

/// The middle one of some numbers, or the mean of the two in the middle.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

/// A regression problem of three features, and what is held out of it.
func regression() throws -> (training: TrainingData, held: TrainingData) {
  var stream = RandomStream(seed: 3)
  let x = try stream.normal([40, 3])
  let data = try TrainingData(x, targets: tanh(x.sum(1, keepingAxes: true)))
  return (try data.subset(Array(0..<24)), try data.subset(Array(24..<40)))
}

/// A training of a small network for it, as a trial's values say.
func training(
  _ trial: Trial, epochs: Int, on data: (training: TrainingData, held: TrainingData),
  _ afterStep: (@Sendable () -> Void)? = nil
) throws -> TrainingRun {
  let network = try Network(input: Layout("BC", [nil, 3]), seed: 5) {
    FullyConnected(try trial["hidden"])
    Tanh()
    FullyConnected(1)
  }
  return try TrainingRun(
    network, on: data.training, loss: .meanSquaredError,
    options: TrainingOptions(
      epochs: epochs, batchSize: 8, learnRate: trial["learnRate"], validation: data.held,
      onProgress: { _ in
        afterStep?()
        return .continue
      }))
}

let trainingSpace: SearchSpace = [
  "learnRate": .logUniform(1e-4, 1e-1), "hidden": .choice([2, 4]),
]

extension SweepResults {
  /// Objectives by number.
  var objectives: [Int: Double] {
    Dictionary(
      uniqueKeysWithValues: trials.compactMap { trial in
        trial.objective.map { (trial.number, $0) }
      })
  }
}
