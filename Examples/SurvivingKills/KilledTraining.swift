import ExampleSupport
import Foundation
import Ligature
import Synchronization

/// A training that is killed again and again goes on from its checkpoints, and ends with the same
/// bytes as one that nobody killed.
enum KilledTraining {
  /// Every kind of solver that is built in.
  static let solvers: [String: Solver] = [
    "adam": .adam, "adamW": .adamW, "adamax": .adamax, "lion": .lion, "lbfgs": .lbfgs,
    "levenbergMarquardt": .levenbergMarquardt, "sgd": .sgd,
    "nesterov": .sgd(nesterov: true), "rmsProp": .rmsProp,
  ]

  /// One whose steps take long enough to be interrupted twice.
  private static let sleeping = Solver("sleeping") { _ in Thread.sleep(forTimeInterval: 1) }

  /// Trains with a checkpoint every third step, from the latest in the folder, and prints what came
  /// of it. Much is random: dropout, the order of the observations, and shifts of images.
  static func train(_ name: String, in folder: URL) throws {
    guard let solver = name == sleeping.name ? sleeping : solvers[name] else {
      throw KilledProgram.Failure(
        "there is no solver \"\(name)\"; there are \(solvers.keys.sorted())")
    }
    let searches = ["lbfgs", "levenbergMarquardt"].contains(name)
    let network = try Network(input: Layout("BSSC", [nil, 6, 6, 1])) {
      Flatten()
      FullyConnected(16)
      BatchNormalization()
      ReLU()
      Dropout(0.2)
      FullyConnected(3)
    }
    var random = RandomStream(seed: 5)
    func images(_ count: Int) throws -> TrainingData {
      try TrainingData(random.normal([count, 6, 6, 1]), targets: random.normal([count, 3]))
    }
    let data = try images(50)
    let isReady = Mutex(false)
    let options = TrainingOptions(
      solver, epochs: 60, batchSize: 12, microBatchSize: 8, learnRate: 0.001,
      schedule: searches ? .constant : .reduceOnPlateau(patience: 3), l2: 1e-3,
      gradientThreshold: searches ? nil : .globalNorm(1),
      augmentation: searches ? nil : .randomShift(upTo: 1), metrics: [.rmse],
      averaging: .exponential(decay: 0.9), validation: try images(20),
      validationFrequency: .iterations(7), outputNetwork: .best, verbose: .silent,
      checkpoints: Checkpoints(in: folder, every: .iterations(3)),
      onProgress: { _ in
        // Whoever kills waits for this, so that the moment does not depend on how fast a program
        // starts.
        try isReady.withLock { isReady in
          if !isReady { try FileHandle.standardOutput.write(contentsOf: Data("ready\n".utf8)) }
          isReady = true
        }
        return .continue
      })
    let history = try Ligature.train(
      network, on: data, loss: .meanSquaredError, options: options,
      resumingFrom: .latest(in: folder))
    if history.stopReason == .interrupted { return print("interrupted") }
    let learned = try network.parameters.flatMap { try $0.value.doubles() }
    let measured = history.validations.flatMap { [$0.loss, $0.metrics["rmse"] ?? .nan] }
    print(fingerprint(of: learned + history.iterationLosses + measured))
  }

  /// Kills trainings at random moments, so often each, every third time by Ctrl-C, and compares
  /// what the last one prints with what one prints that is left alone.
  static func kill(_ count: Int, seed: UInt64) throws {
    var random = RandomStream(seed: seed)
    for name in solvers.keys.sorted() {
      let folder = FileManager.default.temporaryDirectory.appending(path: "trainings-\(UUID())")
      defer { try? FileManager.default.removeItem(at: folder) }
      func program(_ place: URL) -> KilledProgram {
        KilledProgram(arguments: ["--train", place.path, "--solver", name])
      }
      let expected = try program(folder.appending(path: "whole")).finished()
      var (killed, interrupted, resumed) = (0, 0, 0)
      let place = folder.appending(path: "killed")
      while killed < count {
        if !Checkpoints.files(in: place).isEmpty { resumed += 1 }
        // Short enough that most trainings are still at work.
        let pause = UInt32(try random.uniform([1], in: 0..<120_000).doubles()[0])
        killed += 1
        let isInterrupted = killed.isMultiple(of: 3)
        let ending = try program(place).stop(
          after: pause, by: [isInterrupted ? SIGINT : SIGKILL])
        // One that was done before it could be killed begins anew.
        if ending.isDone { try? FileManager.default.removeItem(at: place) }
        guard isInterrupted, ending.text.contains("interrupted") else { continue }
        guard ending.reason == .exit, ending.status == 0 else {
          throw KilledProgram.Failure(
            "a training with \(name) that was interrupted ended with an error")
        }
        interrupted += 1
      }
      let found = try program(place).finished()
      guard resumed > 0 else {
        throw KilledProgram.Failure(
          "none of \(count) trainings with \(name) had a checkpoint to go on from")
      }
      guard found == expected else {
        throw KilledProgram.Failure(
          "a killed training with \(name) ended with \(found), and one left alone with \(expected)")
      }
      print(
        "\(name): killed \(killed - interrupted) times, interrupted \(interrupted) times, resumed "
          + "\(resumed) times, the same to the last bit")
    }
    try interruptTwice()
  }

  /// Interrupts a training twice in one step, of which the second time ends it at once.
  private static func interruptTwice() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "trainings-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    let ending = try KilledProgram(
      arguments: ["--train", folder.path, "--solver", sleeping.name]
    ).stop(after: 300_000, by: [SIGINT, SIGINT])
    guard ending.reason == .uncaughtSignal, ending.status == SIGINT else {
      throw KilledProgram.Failure("a training that was interrupted twice did not end at once")
    }
    print("interrupted twice: ended at once")
  }
}
