import Foundation
import LigatureTensors
import LigatureTraining
import Testing

@testable import LigatureSweeps

@Suite("Early stopping")
struct EarlyStoppingTests {
  private static let line: SearchSpace = ["a": .integer(1, 27)]

  /// Trials of some epochs whose value is that of `a` at once, and the epochs all of them took.
  private func run(
    _ stopping: EarlyStopping?, epochs: Int, trials: Int = 27, roundSize: Int? = nil
  ) throws -> (results: SweepResults, epochs: Int) {
    let count = Lock(0)
    let results = try sweep(
      over: Self.line, trials: trials, earlyStopping: stopping, roundSize: roundSize, parallel: 3,
      verbose: .silent
    ) { trial in
      let a: Double = try trial["a"]
      for epoch in 1...epochs {
        count.withLock { $0 += 1 }
        try trial.report(a, at: epoch)
      }
      return a
    }
    return (results, count.withLock { $0 })
  }

  @Test("lets the best third go on at each rung, in exactly as many epochs as halving takes")
  func halving() throws {
    let (results, epochs) = try run(.successiveHalving(to: 27), epochs: 27)
    #expect(epochs == 27 * 1 + 9 * 2 + 3 * 6 + 1 * 18)
    let ends = results.trials.map { $0.rungs.last?.resource ?? 0 }
    #expect(results.best.map { $0.objective == 1 && $0.status == .completed } ?? false)
    #expect(
      results.trials.map(\.status) == [.completed]
        + [TrialResult.Status](repeating: .stopped, count: 26))
    #expect(ends == [9, 9, 9] + [3, 3, 3, 3, 3, 3] + [Int](repeating: 1, count: 18))
    // The best are at every rung those that go on.
    for (trial, next) in zip(results.trials, results.trials.dropFirst())
    where trial.rungs.count == next.rungs.count && trial.status == next.status {
      #expect(trial.objective ?? 0 < next.objective ?? 0)
    }
    #expect(results.trials[1].statusText == "stopped at 9")
    #expect(results.csv.hasPrefix("trial,a,loss,loss at 1,loss at 3,loss at 9,status\n"))
    #expect("\(results)".hasSuffix("1 trial completed, 26 stopped early"))
    #expect(try run(nil, epochs: 27).epochs == 27 * 27)
  }

  @Test("in rounds compares with the rounds before")
  func rounds() throws {
    let (results, epochs) = try run(.successiveHalving(to: 3), epochs: 3, roundSize: 9)
    let completed = results.trials.filter { $0.status == .completed }
    #expect(epochs == 27 + 2 * completed.count)
    // The first round sends on 3 of 9; later ones those among the best third so far.
    #expect((3...9).contains(completed.count) && results.best?.objective == 1)
    let first = completed.filter { $0.number <= 9 }
    #expect(first.count == 3)
  }

  @Test("by Hyperband begins later from round to round")
  func hyperband() throws {
    let stopping = EarlyStopping.hyperband(to: 27)
    let plan = try SweepPlan(
      space: ["a": .uniform(0, 1)], trials: 80, strategy: .random, objective: .loss,
      earlyStopping: stopping, seed: 0, roundSize: nil)
    #expect(plan.rungs == [1, 3, 9])
    #expect(plan.rounds.map(\.numbers.count) == [27, 12, 6, 4, 27, 4])
    #expect(plan.rounds.map(\.firstRung) == [0, 1, 2, 3, 0, 1])
    let (results, epochs) = try run(.hyperband(to: 9), epochs: 9, trials: 17)
    // 9 from 1 epoch on, 5 from 3 on, and 3 to the end.
    #expect(epochs == (9 + 3 * 2 + 1 * 6) + (5 * 3 + 1 * 6) + 3 * 9)
    #expect(results.trials.count { $0.status == .completed } == 1 + 1 + 3)
  }

  @Test("has rungs below the end, also where reports pass several at once")
  func rungs() throws {
    #expect(EarlyStopping.successiveHalving(from: 2, to: 16, factor: 2).rungs == [2, 4, 8])
    #expect(EarlyStopping.successiveHalving(to: .max, factor: 1 << 40).rungs == [1, 1 << 40])
    let results = try sweep(
      over: Self.line, trials: 9, earlyStopping: .successiveHalving(to: 9), verbose: .silent
    ) { trial in
      try trial.report(trial["a"], at: 5)
      return try trial["a"] as Double
    }
    #expect(results.trials.map(\.rungs.count) == [2, 2, 2, 1, 1, 1, 1, 1, 1])
    #expect(results.trials.count { $0.status == .completed } == 1)
  }

  @Test("leaves alone what ends before a rung, or does not report")
  func short() throws {
    let results = try sweep(
      over: Self.line, trials: 9, earlyStopping: .successiveHalving(to: 9), verbose: .silent
    ) { trial in
      let a: Int = try trial["a"]
      if trial.number > 3 { for epoch in 1...9 { try trial.report(Double(a), at: epoch) } }
      return Double(a) + (trial.number > 3 ? 0 : 100)
    }
    let completed = results.trials.filter { $0.status == .completed }
    #expect(Set([1, 2, 3]).isSubset(of: completed.map(\.number)))
    // Three of the nine go on, and two of the six that are then left.
    #expect(completed.count == 5)
  }

  @Test("refuses reports that make no sense, and lets a trial fail by them")
  func reports() throws {
    let results = try sweep(
      over: ["a": .integer(1, 5)], strategy: .grid, earlyStopping: .successiveHalving(to: 4),
      verbose: .silent
    ) { trial in
      switch try trial["a"] as Int {
      case 1: try trial.report(.nan, at: 1)
      case 2: try trial.report(1, at: 0)
      case 3:
        try trial.report(0, at: 2)
        try trial.report(0, at: 2)
      case 4: try trial.report(.infinity, at: 3)
      default: break
      }
      return 0.5
    }
    let failures = results.trials.compactMap(\.failure).sorted()
    #expect(
      failures == [
        "trial 1: its loss at 1 is nan. Look for what diverges, or leave out the values that led "
          + "to it.",
        "trial 2: it reported at 0, and before at 0. Report at 1 or more, and each time further "
          + "on, as after each epoch.",
        "trial 3: it reported at 2, and before at 2. Report at 1 or more, and each time further "
          + "on, as after each epoch.",
        "trial 4: its loss at 3 is inf. Look for what diverges, or leave out the values that led "
          + "to it.",
      ])
    #expect(results.best?.number == 5)
  }

  @Test("stops a trial that does not let the error through")
  func swallowed() throws {
    let results = try sweep(
      over: Self.line, trials: 9, earlyStopping: .successiveHalving(to: 3), verbose: .silent
    ) { trial in
      let a: Double = try trial["a"]
      for epoch in 1...3 { try? trial.report(a, at: epoch) }
      return a - 1000
    }
    #expect(results.trials.count { $0.status == .stopped } == 6)
  }

  @Test("goes well with trainings and a Bayesian search")
  func trainings() throws {
    let data = try regression()
    for strategy in [SweepStrategy.random, .bayesian] {
      func results(_ parallel: Int) throws -> SweepResults {
        try sweep(
          over: trainingSpace, trials: 12, strategy: strategy,
          earlyStopping: .successiveHalving(to: 4, factor: 2), seed: 2, parallel: parallel,
          verbose: .silent
        ) { try training($0, epochs: 4, on: data) }
      }
      let found = try results(3)
      #expect(try found == results(1))
      let best = try #require(found.best)
      #expect(best.rungs.map(\.resource) == [1, 2])
      #expect(found.trials.count { $0.status == .stopped } >= 6)
    }
  }
}
