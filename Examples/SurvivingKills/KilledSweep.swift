import ExampleSupport
import Foundation
import Ligature
import Synchronization

/// A sweep that is killed again and again goes on from its folder, and ends with the same table and
/// the same best network as one that nobody killed.
enum KilledSweep {
  /// Searches in a folder, and prints what came of it. Trials wait for each other at rungs, and
  /// their values depend on those before.
  static func run(in folder: URL) throws {
    var random = RandomStream(seed: 5)
    let data = try TrainingData(random.normal([60, 6]), targets: random.normal([60, 2]))
    let held = try TrainingData(random.normal([20, 6]), targets: random.normal([20, 2]))
    let isReady = Mutex(false)
    let results = try Ligature.sweep(
      over: ["learnRate": .logUniform(1e-4, 1e-1), "hidden": .values([8, 16, 32])], trials: 13,
      strategy: .bayesian, earlyStopping: .successiveHalving(to: 8, factor: 2), seed: 1,
      folder: folder, verbose: .silent
    ) { trial in
      let network = try Network(input: Layout("BC", [nil, 6])) {
        FullyConnected(try trial["hidden"])
        BatchNormalization()
        ReLU()
        Dropout(0.2)
        FullyConnected(2)
      }
      return try TrainingRun(
        network, on: data, loss: .meanSquaredError,
        options: TrainingOptions(
          epochs: 8, batchSize: 12, learnRate: trial["learnRate"], validation: held,
          seed: trial.seed,
          onProgress: { _ in
            // Whoever kills waits for this.
            try isReady.withLock { isReady in
              if !isReady { try FileHandle.standardOutput.write(contentsOf: Data("ready\n".utf8)) }
              isReady = true
            }
            return .continue
          }))
    }
    let learned = try results.bestNetwork?.parameters.flatMap { try $0.value.doubles() } ?? []
    if !isReady.withLock({ $0 }) { print("ready") }
    print(results.csv)
    print(fingerprint(of: learned))
  }

  /// Kills sweeps at random moments, so often, and compares what the last one prints with what one
  /// prints that is left alone.
  static func kill(_ count: Int, seed: UInt64) throws {
    var random = RandomStream(seed: seed)
    let folder = FileManager.default.temporaryDirectory.appending(path: "sweeps-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    func program(_ place: URL) -> KilledProgram {
      KilledProgram(arguments: ["--sweep", place.path])
    }
    let expected = try program(folder.appending(path: "whole")).finished()
    let place = folder.appending(path: "killed")
    var (killed, ended) = (0, 0)
    var stages: Set<Set<String>> = []
    while killed < count {
      // Long enough that most sweeps get on, and short enough that few come to their end.
      let pause = UInt32(try random.uniform([1], in: 0..<150_000).doubles()[0])
      let wasRunning = try program(place).kill(after: pause)
      killed += 1
      stages.insert(Set((try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []))
      guard !wasRunning else { continue }
      // One that was done before it could be killed begins anew.
      ended += 1
      try verify(program(place).finished(), expected)
      try? FileManager.default.removeItem(at: place)
    }
    try verify(program(place).finished(), expected)
    print(
      "killed \(killed) times, with \(stages.count) different sets of files, in \(ended + 1) "
        + "sweep\(ended == 0 ? "" : "s"): the same table and network, to the last bit")
  }

  private static func verify(_ found: String, _ expected: String) throws {
    guard found != expected else { return }
    throw KilledProgram.Failure(
      "a killed sweep ended with \(found), and one left alone with \(expected)")
  }
}
