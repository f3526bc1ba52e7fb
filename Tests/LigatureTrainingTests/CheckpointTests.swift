import Foundation
import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Testing

@testable import LigatureTraining

@Suite("Checkpoints")
struct CheckpointTests {
  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "checkpoints-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private func options(_ solver: Solver = .adam, epochs: Int = 6) throws -> TrainingOptions {
    TrainingOptions(
      solver, epochs: epochs, batchSize: 4, learnRate: 0.01, metrics: [.rmse],
      averaging: .exponential(decay: 0.8), validation: try regression(6, seed: 3),
      outputNetwork: .best, verbose: .silent)
  }

  private func trained(
    _ options: TrainingOptions, from point: ResumePoint? = nil
  ) throws -> (network: Network, history: TrainingHistory) {
    let network = try regressor()
    let history = try train(
      network, on: regression(10), loss: .meanSquaredError, options: options, resumingFrom: point)
    return (network, history)
  }

  private func names(_ folder: URL) -> [String] {
    Checkpoints.files(in: folder).map(\.lastPathComponent)
  }

  @Test("are written as often as they are wanted, and in the end, and the latest kept")
  func frequency() throws {
    try withFolder { folder in
      func written(_ frequency: Frequency, keeping count: Int?, epochs: Int = 6) throws -> [Int] {
        try? FileManager.default.removeItem(at: folder)
        var options = try options(epochs: epochs)
        options.checkpoints = Checkpoints(in: folder, every: frequency, keeping: count)
        _ = try trained(options)
        return names(folder).compactMap { Int($0.dropFirst(11).prefix(8)) }
      }
      let everySecond = try written(.epochs(2), keeping: nil)
      #expect(everySecond == [6, 12, 18])
      let lastTwo = try written(.epochs(1), keeping: 2)
      #expect(lastTwo == [15, 18])
      let everyFifthStep = try written(.iterations(5), keeping: nil)
      #expect(everyFifthStep == [5, 10, 15, 18])
      let atTheEnd = try written(.minutes(60), keeping: 2)
      #expect(atTheEnd == [18])
      let oneOfFew = try written(.epochs(4), keeping: 1, epochs: 2)
      #expect(oneOfFew == [6])
    }
  }

  @Test(
    "lead to the same bits wherever a training goes on from one",
    arguments: [
      Solver.adam, .adamW, .adamax, .lion, .sgd, .sgd(nesterov: true), .rmsProp,
    ])
  func resuming(solver: Solver) throws {
    try withFolder { folder in
      var options = try options(solver)
      let whole = try trained(options)
      options.checkpoints = Checkpoints(in: folder, every: .iterations(4), keeping: nil)
      #expect(try values(trained(options).network).isIdentical(to: values(whole.network)))
      let files = Checkpoints.files(in: folder)
      #expect(files.count == 5)
      options.checkpoints = nil
      for url in files {
        let part = try trained(options, from: .checkpoint(url))
        #expect(try values(part.network).isIdentical(to: values(whole.network)))
        #expect(part.history.iterationLosses == whole.history.iterationLosses)
        #expect(part.history.validations == whole.history.validations)
        #expect(part.history.best == whole.history.best)
      }
    }
  }

  @Test("that are damaged are refused in words, or the one before is taken if that is wanted")
  func damage() throws {
    try withFolder { folder in
      var options = try options()
      let whole = try trained(options)
      #expect(try trained(options, from: .latest(in: folder)).history.iterationLosses.count == 18)
      options.checkpoints = Checkpoints(in: folder, every: .epochs(2), keeping: nil)
      _ = try trained(options)
      options.checkpoints = nil
      let files = Checkpoints.files(in: folder)
      try FileManager.default.removeItem(at: files[2])
      try Data("nothing".utf8).write(to: files[1])
      let text = message { try trained(options, from: .latest(in: folder)).history }
      #expect(text.hasPrefix("resume: the latest checkpoint is damaged: "))
      #expect(text.contains("checkpoint-00000006.safetensors with .latest(in:orEarlier: true)"))
      let part = try trained(options, from: .latest(in: folder, orEarlier: true))
      #expect(try values(part.network).isIdentical(to: values(whole.network)))
      try Data("nothing".utf8).write(to: files[0])
      #expect(throws: (any Error).self) {
        try trained(options, from: .latest(in: folder, orEarlier: true))
      }
    }
  }

  @Test("that cannot be written, or logs, cost no step")
  func unwritable() throws {
    try withFolder { folder in
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let file = folder.appending(path: "file")
      try Data("a file, and no folder".utf8).write(to: file)
      var options = try options()
      let whole = try trained(options)
      options.checkpoints = Checkpoints(in: file.appending(path: "below"))
      options.logs = [
        .csv(at: file.appending(path: "steps.csv")), .json(at: file.appending(path: "h.json")),
        .page(at: file.appending(path: "page.html")),
      ]
      #expect(try values(trained(options).network).isIdentical(to: values(whole.network)))
    }
  }
}
