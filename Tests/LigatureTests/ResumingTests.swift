import Foundation
import Ligature
import Testing

/// Runs that are stopped, stored, made anew and resumed, against one that was never stopped.
@Suite("A training that is resumed")
struct ResumingTests {
  private static let choices: [(Solver, GradientThreshold?)] = [
    (.adam, .globalNorm(0.2)), (.sgd, .norm(0.1)), (.rmsProp, .value(0.02)), (.adam, nil),
    (.signedSteps(momentum: 0.5), nil),
  ]

  @Test(
    "after any step gives the same bytes, with dropout, batch norm, shuffling and augmentation",
    arguments: choices.indices)
  func everyStep(choice: Int) throws {
    let (solver, threshold) = Self.choices[choice]
    let first = try ImageRun(solver, threshold)
    var stored = [try first.run.state.savedBytes]
    while try first.run.step() != nil { stored.append(try first.run.state.savedBytes) }
    #expect(stored.count == 7)
    let expected = try first.everything
    for bytes in stored {
      let second = try ImageRun(solver, threshold)
      try second.run.resume(from: TrainingState(savedBytes: bytes, name: "state"))
      while try second.run.step() != nil {}
      #expect(try second.everything == expected)
    }
  }

  @Test("gives what train gives")
  func loop() throws {
    let stepped = try ImageRun(.adam, nil)
    while try stepped.run.step() != nil {}
    let trained = try ImageRun(.adam, nil)
    let history = try train(
      trained.network, on: ImageRun.data(), loss: .meanSquaredError,
      options: ImageRun.options(.adam, nil))
    #expect(try trained.network.savedBytes() == stepped.network.savedBytes())
    #expect(history.iterationLosses == stepped.run.history.iterationLosses)
    #expect(
      history.epochs.map(\.validationLoss) == stepped.run.history.epochs.map(\.validationLoss))
  }

  @Test("on sequences that are grouped by length does so too")
  func sequences() throws {
    func run() throws -> TrainingRun {
      let lengths = [4, 2, 3, 1, 4, 2, 3]
      let data = try TrainingData(
        sequences: lengths.enumerated().map { try numbers([$1, 2], seed: UInt64($0)) },
        targets: numbers([7, 1], seed: 50))
      let network = try Network(input: Layout("BTC", [nil, nil, 2])) {
        LSTM(3, .last)
        FullyConnected(1)
      }
      return try TrainingRun(
        network, on: data, loss: .meanSquaredError,
        options: TrainingOptions(epochs: 2, batchSize: 3, groupsByLength: true))
    }
    let first = try run()
    var stored: [[UInt8]] = []
    while try first.step() != nil { stored.append(try first.state.savedBytes) }
    for bytes in stored {
      let second = try run()
      try second.resume(from: TrainingState(savedBytes: bytes, name: "state"))
      while try second.step() != nil {}
      #expect(try second.network.savedBytes() == first.network.savedBytes())
    }
  }

  @Test("goes on behind the step at which a callback stopped it")
  func stopped() throws {
    let whole = try ImageRun(.adam, nil)
    while try whole.run.step() != nil {}
    let first = try ImageRun(.adam, nil) { progress in
      progress.epoch == 2 && progress.iteration == 1 ? .stop : .continue
    }
    while try first.run.step() != nil {}
    #expect(first.run.history.wasStopped && first.run.history.epochs.map(\.iterations) == [3, 1])
    let second = try ImageRun(.adam, nil)
    try second.run.resume(from: first.run.state)
    #expect(!second.run.isFinished)
    while try second.run.step() != nil {}
    #expect(try second.everything == whole.everything)
  }

  @Test("takes back factors, so that what was frozen stays frozen")
  func factors() throws {
    let first = try ImageRun(.adam, nil)
    _ = try first.run.step()
    try first.network.freeze("fc1/weights")
    _ = try first.run.step()
    let state = try first.run.state
    let second = try ImageRun(.adam, nil)
    try second.run.resume(from: state)
    #expect(second.network.learnRateFactors["fc1/weights"] == 0)
    let counts = try ["fc1/weights", "fc1/bias"].map {
      second.run.solverState.stepCount(of: try second.network.parameter(at: $0))
    }
    #expect(counts == [1, 2])
  }

  @Test("from a state keeps the state as it was")
  func value() throws {
    let run = try ImageRun(.sgd, nil).run
    _ = try run.step()
    let state = try run.state
    let before = try state.savedBytes
    _ = try run.step()
    #expect(try state.savedBytes == before)
    try run.resume(from: state)
    _ = try run.step()
    #expect(try state.savedBytes == before)
  }

  @Test("by way of a file")
  func file() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "state-\(UUID())")
    defer { try? FileManager.default.removeItem(at: url) }
    let first = try ImageRun(.adam, nil)
    _ = try first.run.step()
    try first.run.state.save(to: url)
    let state = try TrainingState(contentsOf: url)
    #expect(state.iteration == 1 && state.epoch == 0 && state.iterationInEpoch == 1)
    #expect(state.history.iterationLosses == first.run.history.iterationLosses)
  }
}
