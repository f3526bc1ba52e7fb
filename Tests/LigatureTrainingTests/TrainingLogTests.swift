import Foundation
import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Synchronization
import Testing

@testable import LigatureTraining

@Suite("Logs of a training")
struct TrainingLogTests {
  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "logs-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try body(folder)
  }

  private func options(_ logs: [TrainingLog]) throws -> TrainingOptions {
    TrainingOptions(
      epochs: 3, batchSize: 4, metrics: [.rmse, Metric.mae.named("a, \"</script>\"")],
      validation: try regression(6, seed: 3), verbose: .silent, logs: logs)
  }

  private func run(_ options: TrainingOptions) throws -> TrainingRun {
    try TrainingRun(regressor(), on: regression(10), loss: .meanSquaredError, options: options)
  }

  @Test("a table has a row for each step, also of a run that goes on")
  func table() throws {
    try withFolder { folder in
      let url = folder.appending(path: "steps.csv")
      let first = try run(options([.csv(at: url)]))
      for _ in 0..<5 { _ = try first.step() }
      let state = try first.state
      // These two are taken again by the run that goes on.
      for _ in 0..<2 { _ = try first.step() }
      let second = try run(options([.csv(at: url)]))
      try second.resume(from: state)
      while try second.step() != nil {}
      let rows = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
      #expect(
        rows[0] == "iteration,epoch,loss,learn rate,gradient norm,seconds,validation loss,"
          + "validation rmse,\"validation a, \"\"</script>\"\"\"")
      #expect(rows.dropFirst().map { Int($0.split(separator: ",")[0]) } == Array(1...9))
      let losses = rows.dropFirst().map { Double($0.split(separator: ",")[2]) }
      #expect(losses == second.history.iterationLosses)
      let third = rows[3].split(separator: ",", omittingEmptySubsequences: false)
      #expect(Double(third[6]) == second.history.validations[0].loss)
      #expect(rows[2].hasSuffix(",,,"))
    }
  }

  @Test("a history is read back from JSON, and prints its epochs as a table")
  func history() throws {
    try withFolder { folder in
      let url = folder.appending(path: "history.json")
      let run = try run(options([.json(at: url)]))
      while try run.step() != nil {}
      let back = try JSONDecoder().decode(TrainingHistory.self, from: Data(contentsOf: url))
      #expect(back == run.history)
      let rows = run.history.csv.split(separator: "\n")
      #expect(rows.count == 4 && rows[1].hasPrefix("1,3,0.001,"))
    }
  }

  @Test("a page is one file, holds what was measured, and says how the training ended")
  func page() throws {
    try withFolder { folder in
      let url = folder.appending(path: "training.html")
      var options = try options([.page(at: url, every: 0.1)])
      let texts = Mutex<[String]>([])
      options.onProgress = { progress in
        let text = try String(contentsOf: url, encoding: .utf8)
        texts.withLock { $0.append(text) }
        return progress.totalIterations == 7 ? .stop : .continue
      }
      let run = try run(options)
      while try run.step() != nil {}
      #expect(texts.withLock { $0[0] }.contains("\"state\":\"running\""))
      let text = try String(contentsOf: url, encoding: .utf8)
      #expect(text.contains("\"state\":\"stopped\"") && text.contains("Stopped by a callback."))
      // Nothing from elsewhere, and nothing that ends the script but its own end.
      #expect(text.components(separatedBy: "http").count - 1 == 1)
      #expect(text.components(separatedBy: "</script>").count - 1 == 1)
      let broken = try TrainingRun(
        regressor(), on: regression(10), loss: .custom { _, _ in throw CancellationError() },
        options: self.options([.page(at: url)]))
      #expect(throws: (any Error).self) { try broken.step() }
      #expect(try String(contentsOf: url, encoding: .utf8).contains("Ended with an error."))
    }
  }

  @Test("a curve of very many steps is means of neighbours")
  func curve() {
    var curve = ProgressPage.Curve()
    for step in 1...100_000 { curve.add(step, Double(step)) }
    #expect(curve.x.count <= 2000 && curve.x.count > 900)
    #expect(zip(curve.x, curve.y).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  @Test("progress knows rate, norm, time and validation")
  func progress() throws {
    let found = Mutex<[TrainingProgress]>([])
    var options = try options([])
    options.schedule = .exponential(factor: 0.5)
    let norms = Mutex<[Double?]>([])
    options.onProgress = { progress in
      found.withLock { $0.append(progress) }
      // Asked for in time, or not at all.
      if progress.iteration == 1 { norms.withLock { $0.append(progress.gradientNorm) } }
      return .continue
    }
    let run = try run(options)
    while try run.step() != nil {}
    let all = found.withLock { $0 }
    #expect(all.map(\.learnRate) == [1e-3, 1e-3, 1e-3, 5e-4, 5e-4, 5e-4, 2.5e-4, 2.5e-4, 2.5e-4])
    #expect(all.map(\.totalIterations) == Array(1...9))
    #expect(all.allSatisfy { $0.seconds > 0 })
    #expect(norms.withLock { $0 }.allSatisfy { ($0 ?? 0) > 0 })
    #expect(all.map { $0.gradientNorm != nil } == all.map { $0.iteration == 1 })
    #expect(all.map { $0.validation != nil } == [0, 0, 1, 0, 0, 1, 0, 0, 1].map { $0 == 1 })
    #expect(all[8].best == run.history.best)
  }
}
