import Foundation
import LigatureInterchange
import LigatureNetworks
import LigatureTensors
import LigatureTraining
import Testing

@testable import LigatureSweeps

@Suite("A sweep in a folder")
struct SweepFolderTests {
  private static let twoAxes: SearchSpace = ["a": .uniform(0, 1), "b": .choice([1, 2])]
  private static let stopping = EarlyStopping.successiveHalving(to: 4, factor: 2)

  private func results(
    _ folder: URL?, _ strategy: SweepStrategy, parallel: Int = 1,
    _ afterStep: (@Sendable () -> Void)? = nil
  ) throws -> SweepResults {
    let data = try regression()
    return try sweep(
      over: trainingSpace, trials: 9, strategy: strategy, earlyStopping: Self.stopping, seed: 4,
      parallel: parallel, folder: folder, verbose: .silent
    ) { try training($0, epochs: 4, on: data, afterStep) }
  }

  @Test("is written down, and read again without running anything")
  func again() throws {
    try inFolder { folder in
      let expected = try results(folder, .random)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(
        names
          == ["best.safetensors", "sweep.csv", "sweep.html", "sweep.json"]
          + (1...9).map { "trial-0000\($0).json" })
      let found = try sweep(
        over: trainingSpace, trials: 9, strategy: .random, earlyStopping: Self.stopping, seed: 4,
        folder: folder, verbose: .silent
      ) { _ -> Double in
        Issue.record("a trial has run")
        return 0
      }
      #expect(found == expected && found.csv == expected.csv && found.json == expected.json)
      #expect("\(found)" == "\(expected)")
      #expect(
        try String(contentsOf: folder.appending(path: "sweep.csv"), encoding: .utf8) == found.csv)
      let network = try #require(found.bestNetwork)
      #expect(try network.savedBytes() == expected.bestNetwork?.savedBytes())
      #expect(found.trials.map(\.seconds) == expected.trials.map(\.seconds))
    }
  }

  @Test(
    "goes on where it was cancelled, to the same bytes",
    arguments: [SweepStrategy.random, .bayesian])
  func cancelled(strategy: SweepStrategy) async throws {
    let expected = try inFolder { try results($0, strategy) }
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    var (ends, found) = (0, SweepResults?.none)
    while found.map({ $0.stopReason != nil }) ?? true, ends < 100 {
      // Each time a few steps further.
      let steps = Lock(7 + 5 * ends)
      found = try await inTask { cancel in
        try results(folder, strategy, parallel: 2) {
          let isOver = steps.withLock { steps in
            steps -= 1
            return steps < 0
          }
          if isOver { cancel() }
        }
      }
      ends += 1
    }
    let last = try #require(found)
    #expect(ends > 3)
    #expect(last == expected && last.csv == expected.csv && last.json == expected.json)
    #expect(try last.bestNetwork?.savedBytes() == expected.bestNetwork?.savedBytes())
  }

  @Test("goes on without any of its files, to the same bytes")
  func lost() throws {
    try inFolder { folder in
      let expected = try results(folder, .bayesian)
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
        try FileManager.default.removeItem(at: folder.appending(path: name))
        let found = try results(folder, .bayesian)
        #expect(found == expected && found.csv == expected.csv, "without \(name)")
      }
      // What waits at its first rung goes on from its state, or without one from the start.
      for number in 1...9 {
        let file = folder.appending(path: "trial-0000\(number).json")
        let text = try String(contentsOf: file, encoding: .utf8)
        guard text.contains("\"completed\"") else { continue }
        let cut = text.replacing(#/"status":"completed"/#, with: "\"status\":\"paused\"")
          .replacing(#/"rungs":\[(\[[^\]]*\]).*\],"sec/#) { "\"rungs\":[\($0.1)],\"sec" }
        try cut.write(to: file, atomically: true, encoding: .utf8)
        if number.isMultiple(of: 2) {
          // A state that cannot be read costs time alone.
          let state = folder.appending(path: "trial-0000\(number).safetensors")
          try Data("no state".utf8).write(to: state)
        }
        #expect(try results(folder, .bayesian) == expected)
      }
    }
  }

  @Test("goes on with more trials, where that makes no other difference")
  func more() throws {
    try inFolder { folder in
      let runs = Lock(0)
      func run(_ trials: Int, _ folder: URL?) throws -> SweepResults {
        try sweep(
          over: braninSpace, trials: trials, strategy: .bayesian, folder: folder, verbose: .silent
        ) { trial in
          runs.withLock { $0 += 1 }
          return try branin(trial["x"], trial["y"])
        }
      }
      _ = try run(7, folder)
      let found = try run(12, folder)
      #expect(runs.withLock { $0 } == 12)
      #expect(try found.csv == run(12, nil).csv)
      #expect(try run(7, folder).trials.count == 7)
    }
  }

  @Test("refuses a folder of another sweep")
  func foreign() throws {
    try inFolder { folder in
      func run(
        _ space: SearchSpace = Self.twoAxes, _ strategy: SweepStrategy = .random,
        _ stopping: EarlyStopping? = nil, objective: Objective = .loss, seed: UInt64 = 0,
        roundSize: Int? = nil
      ) throws -> SweepResults {
        try sweep(
          over: space, trials: 3, strategy: strategy, objective: objective,
          earlyStopping: stopping, seed: seed, roundSize: roundSize, folder: folder,
          verbose: .silent
        ) { _ in 1.0 }
      }
      _ = try run()
      func expect(_ words: String, _ body: () throws -> SweepResults) {
        let found = message(body)
        #expect(
          found == "sweep: \(folder.path) holds another sweep: it \(words). Give the settings it "
            + "had, to go on with it, or another folder.")
      }
      expect("has seed 0, and this one 1") { try run(seed: 1) }
      expect("has strategy random, and this one bayesian") { try run(Self.twoAxes, .bayesian) }
      expect("has objective lowest loss, and this one highest loss") {
        try run(objective: .highest("loss"))
      }
      expect("has round size 64, and this one 8") { try run(roundSize: 8) }
      expect(
        "has early stopping none, and this one successiveHalving(from: 1, to: 9, factor: 3)"
      ) { try run(Self.twoAxes, .random, .successiveHalving(to: 9)) }
      expect("searches a, b, and this one a") { try run(["a": .uniform(0, 1)]) }
      expect("searches a, b, and this one b, a") {
        try run(["b": .choice([1, 2]), "a": .uniform(0, 1)])
      }
      expect("has hyperparameter a uniform(0.0, 1.0), and this one uniform(0.0, 2.0)") {
        try run(["a": .uniform(0, 2), "b": .choice([1, 2])])
      }
      #expect(try run().trials.count == 3)
    }
  }

  @Test("refuses damaged files, and says which, in words")
  func damage() throws {
    try inFolder { folder in
      func run() throws -> SweepResults {
        try sweep(
          over: ["a": .uniform(0, 1), "b": .choice(["x", "y"])], trials: 2,
          earlyStopping: .successiveHalving(to: 4, factor: 2), folder: folder, verbose: .silent
        ) { trial in
          for epoch in 1...3 { try trial.report(trial["a"], at: epoch) }
          return try trial["a"] as Double
        }
      }
      let expected = try run()
      func damage(_ name: String, _ change: (String) -> String) throws -> String {
        let file = folder.appending(path: name)
        let before = try Data(contentsOf: file)
        defer { try? before.write(to: file) }
        let text = String(decoding: before, as: UTF8.self)
        let changed = change(text)
        #expect(changed != text)
        try Data(changed.utf8).write(to: file)
        return message { try run() }
      }
      let remedy = "; remove the file, and the trial is run again"
      let changes: [(String, (String) -> String)] = [
        ("", { _ in "" }), ("", { String($0.dropLast(9)) }), ("", { _ in "[]" }),
        ("", { _ in "{}" }), ("", { $0.replacing("\"number\":1", with: "\"number\":2") }),
        ("", { $0.replacing("\"a\":", with: "\"c\":") }),
        ("", { $0.replacing("\"a\":", with: "\"a\":1") }),
        ("", { $0.replacing(#/"b":"."/#, with: "\"b\":\"z\"") }),
        ("", { $0.replacing("\"rungs\":[[1,", with: "\"rungs\":[[2,") }),
        ("", { $0.replacing("\"rungs\":[[1,", with: "\"rungs\":[[1,1],[2,1],[3,1],[4,") }),
        ("", { $0.replacing("\"rungs\":[[1,", with: "\"rungs\":[[1,1,") }),
        ("", { $0.replacing(#/"status":"[a-z]*"/#, with: "\"status\":\"ready\"") }),
        ("", { $0.replacing(#/"status":"[a-z]*"/#, with: "\"status\":\"failed\"") }),
        ("", { $0.replacing(#/"seconds":.*/#, with: "\"seconds\":null}") }),
        ("", { $0 + $0 }),
      ]
      for (_, change) in changes {
        let words = try damage("trial-00001.json", change)
        #expect(words.hasSuffix(remedy) && words.contains("trial-00001.json: "), "\(words)")
      }
      let completed = try #require(expected.best).number
      let words = try damage("trial-0000\(completed).json") {
        $0.replacing(#/"metrics":{[^}]*}/#, with: "\"metrics\":{\"loss\":null}")
      }
      #expect(words.contains("expected a finite loss at /metrics"), "\(words)")
      for change in [
        { _ in "" }, { String($0.dropLast(20)) }, { $0.replacing("sweep", with: "other") },
        { $0.replacing("\"strategy\",", with: "") },
      ] as [(String) -> String] {
        let words = try damage("sweep.json", change)
        #expect(
          words.hasSuffix("; give another folder, or remove this one to begin anew"), "\(words)")
      }
      #expect(
        try damage("sweep.json") { $0.replacing("\"version\":1", with: "\"version\":7") }
          .contains("is of version 7, and versions up to 1 are known"))
      #expect(try run() == expected)
    }
  }

  @Test("is refused where there can be no folder")
  func noPlace() throws {
    try inFolder { folder in
      let file = folder.appending(path: "file")
      try Data([1]).write(to: file)
      for place in [file, file.appending(path: "inner")] {
        let words = message {
          try sweep(over: ["a": .uniform(0, 1)], trials: 1, folder: place, verbose: .silent) { _ in
            1.0
          }
        }
        #expect(words.hasPrefix("\(place.path): expected a folder for the sweep"), "\(words)")
      }
    }
  }

  @Test("loses no trial where its folder is lost meanwhile")
  func noFolder() throws {
    try inFolder { folder in
      let inner = folder.appending(path: "sweep")
      let found = try sweep(
        over: ["a": .integer(1, 5)], strategy: .grid, parallel: 1, folder: inner, verbose: .silent
      ) { trial in
        if trial.number == 2 {
          let own = try #require(trial.folder)
          #expect(own.lastPathComponent == "trial-00002")
          try Data("mine".utf8).write(to: own.appending(path: "notes.txt"))
          try FileManager.default.removeItem(at: inner)
        }
        return try trial["a"] as Double
      }
      #expect(found.trials.count == 5 && found.trials.allSatisfy { $0.status == .completed })
    }
  }
}
