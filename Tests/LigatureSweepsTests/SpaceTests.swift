import Foundation
import LigatureTraining
import Testing

@testable import LigatureSweeps

@Suite("The space of a sweep")
struct SpaceTests {
  /// A space or setting that makes no sense, and what is said of it.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let words: String
    let run: @Sendable () throws -> SweepResults
  }

  private static func space(_ words: String, _ hyperparameter: Hyperparameter) -> Case {
    Case(testDescription: "\(hyperparameter)", words: words) {
      try sweep(over: ["a": hyperparameter], trials: 2, verbose: .silent) { _ in fail() }
    }
  }

  private static func names(_ words: String, _ space: SearchSpace) -> Case {
    Case(testDescription: "names \(space.names)", words: words) {
      try sweep(over: space, trials: 2, verbose: .silent) { _ in fail() }
    }
  }

  private static func setting(
    _ name: String, _ words: String, _ run: @escaping @Sendable () throws -> SweepResults
  ) -> Case {
    Case(testDescription: name, words: words, run: run)
  }

  private static func fail() -> Double {
    Issue.record("a trial has run")
    return 0
  }

  private static let line: SearchSpace = ["a": .uniform(0, 1)]

  static let refused: [Case] =
    [
      space("the first number is above the second", .uniform(1, 0)),
      space("not finite", .uniform(.nan, 1)), space("not finite", .uniform(0, .infinity)),
      space("wider than numbers are large", .uniform(-1e308, 1e308)),
      space("0.0 has no logarithm", .logUniform(0, 1)),
      space("-1.0 has no logarithm", .logUniform(-1, 1)),
      space("above the second", .logUniform(1, 0.1)),
      space("not finite", .logUniform(1, .nan)),
      space("above the second", .integer(3, 2)),
      space("too large", .integer(.min, 0)), space("too large", .integer(0, .max)),
      space("0 has no logarithm", .logInteger(0, 8)),
      space("above the second", .logInteger(8, 1)),
      space("without a value", .choice([])), space("without a value", .values([])),
      space("1 stands in it twice", .choice([1, 2, 1])),
      space("1.0 stands in it twice", .choice([1, 1.0])),
      space("not finite", .choice([1, Double.nan])),
      space("no finite numbers", .values([1, Double.infinity])),
      space("no finite numbers", .values([1, "many"])),
      space("not in order", .values([2, 1])),
      space("10001 values", .choice(Array(0...10_000))),
      space("cannot have 0", .uniform(0, 1, gridPoints: 0)),
      space("cannot have -1", .integer(0, 9, gridPoints: -1)),
      space("cannot have 10001", .logUniform(1, 2, gridPoints: 10_001)),
      names("no hyperparameter", [:]), names("no hyperparameter", SearchSpace()),
      names("has the name \"\"", ["": .uniform(0, 1)]),
      names("has the name \"  \"", ["  ": .uniform(0, 1)]),
      names("several lines", ["a\nb": .uniform(0, 1)]),
      names(
        "two hyperparameters are called \"a\"", ["a": .uniform(0, 1), "a": .choice([1])]),
      setting("no trials", "cannot have 0 trials") {
        try sweep(over: line, trials: 0, verbose: .silent) { _ in fail() }
      },
      setting("negative trials", "cannot have -3 trials") {
        try sweep(over: line, trials: -3, strategy: .bayesian, verbose: .silent) { _ in fail() }
      },
      setting("too many trials", "cannot have 10001 trials") {
        try sweep(over: line, trials: 10_001, verbose: .silent) { _ in fail() }
      },
      setting("no number of trials", "a random search has no end of its own") {
        try sweep(over: line, verbose: .silent) { _ in fail() }
      },
      setting("a grid of more", "the grid has 25 trials, and 24 are allowed") {
        try sweep(
          over: ["a": .uniform(0, 1), "b": .uniform(0, 1)], trials: 24, strategy: .grid,
          verbose: .silent
        ) { _ in fail() }
      },
      setting("a grid without end", "the grid has 15625 trials, and 10000 are allowed") {
        var space = SearchSpace()
        for name in "abcdef" { space["\(name)"] = .uniform(0, 1) }
        return try sweep(over: space, strategy: .grid, verbose: .silent) { _ in fail() }
      },
      setting("a grid beyond counting", "the grid has more than 10^18 trials") {
        var space = SearchSpace()
        for number in 0..<30 { space["\(number)"] = .uniform(0, 1) }
        return try sweep(over: space, strategy: .grid, verbose: .silent) { _ in fail() }
      },
      setting("initial trials", "cannot begin with 1 trial") {
        try sweep(
          over: line, trials: 9, strategy: .bayesian(initialTrials: 1), verbose: .silent
        ) { _ in fail() }
      },
      setting("rounds", "rounds of 0 trials") {
        try sweep(over: line, trials: 9, roundSize: 0, verbose: .silent) { _ in fail() }
      },
      setting("large rounds", "rounds of 1001 trials") {
        try sweep(over: line, trials: 9, roundSize: 1001, verbose: .silent) { _ in fail() }
      },
      setting("at once", "0 trials cannot run at once") {
        try sweep(over: line, trials: 9, parallel: 0, verbose: .silent) { _ in fail() }
      },
      setting("a ladder without rungs", "has no rung") {
        try sweep(
          over: line, trials: 9, earlyStopping: .successiveHalving(from: 3, to: 3),
          verbose: .silent
        ) { _ in fail() }
      },
      setting("a ladder below 1", "has no rung") {
        try sweep(
          over: line, trials: 9, earlyStopping: .hyperband(from: 0, to: 3), verbose: .silent
        ) { _ in fail() }
      },
      setting("a factor of 1", "cannot let one of 1 trials go on") {
        try sweep(
          over: line, trials: 9, earlyStopping: .successiveHalving(to: 9, factor: 1),
          verbose: .silent
        ) { _ in fail() }
      },
      setting("brackets", "the first round of hyperband(from: 1, to: 100000, factor: 2) has") {
        try sweep(
          over: line, trials: 9, earlyStopping: .hyperband(to: 100_000, factor: 2),
          verbose: .silent
        ) { _ in fail() }
      },
      setting("a folder elsewhere", "cannot be kept in https://") {
        try sweep(
          over: line, trials: 9, folder: URL(string: "https://example.com/sweep"),
          verbose: .silent
        ) { _ in fail() }
      },
    ]

  @Test("is refused in words where it makes no sense, before anything runs", arguments: refused)
  func absurd(_ one: Case) {
    let words = message { try one.run() }
    #expect(words.hasPrefix("sweep: ") && words.contains(one.words), "\(words)")
  }

  @Test("has grid points that meet the ends, and are as round as they can be")
  func grids() {
    func grid(_ hyperparameter: Hyperparameter) -> String {
      hyperparameter.grid.map { "\($0)" }.joined(separator: " ")
    }
    #expect(grid(.uniform(0, 1)) == "0.0 0.25 0.5 0.75 1.0")
    #expect(grid(.logUniform(1e-4, 1e-1, gridPoints: 4)) == "0.0001 0.001 0.01 0.1")
    #expect(grid(.logUniform(1e-4, 1e-2, gridPoints: 1)) == "0.001")
    #expect(grid(.uniform(2, 2)) == "2.0")
    #expect(grid(.integer(1, 4)) == "1 2 3 4")
    #expect(grid(.integer(0, 100)) == "0 25 50 75 100")
    #expect(grid(.integer(0, 9, gridPoints: 10)) == "0 1 2 3 4 5 6 7 8 9")
    #expect(grid(.logInteger(1, 256, gridPoints: 5)) == "1 4 16 64 256")
    #expect(grid(.logInteger(1, 6)) == "1 2 4 6")
    #expect(grid(.values([16, 32.5])) == "16 32.5")
    #expect(grid(.choice(["adam", true])) == "adam true")
  }

  @Test("spreads even shares as each hyperparameter says, and finds them again")
  func places() {
    let shares = (0..<1000).map { (Double($0) + 0.5) / 1000 }
    let cases: [(Hyperparameter, (HyperparameterValue) -> Bool, Double)] = [
      (.uniform(-2, 6), { $0.double.map { $0 < 0 } ?? false }, 0.25),
      (.logUniform(1e-4, 1), { $0.double.map { $0 < 1e-3 } ?? false }, 0.25),
      (.integer(1, 4), { $0 == .integer(1) }, 0.25),
      (.logInteger(1, 64), { $0.double.map { $0 <= 8 } ?? false }, log(17) / log(129)),
      (.values([1, 2, 4, 8]), { $0 == .integer(8) }, 0.25),
      (.choice(["a", "b"]), { $0 == .text("b") }, 0.5),
    ]
    for (hyperparameter, condition, expected) in cases {
      let values = shares.map { hyperparameter.value(at: $0) }
      let share = Double(values.count(where: condition)) / 1000
      #expect(abs(share - expected) < 0.002, "\(hyperparameter): \(share)")
      for value in values {
        #expect((0...1).contains(hyperparameter.place(of: value)))
        #expect(hyperparameter.value(at: hyperparameter.share(of: value)).isNear(value))
      }
      for share in [0, 1, -1, 2, Double.nan] {
        #expect((0...1).contains(hyperparameter.place(of: hyperparameter.value(at: share))))
      }
    }
  }

  @Test("keeps the order in which it was given, and takes changes by name")
  func changes() {
    var space: SearchSpace = ["b": .uniform(0, 1), "a": .choice([1])]
    space["c"] = .integer(1, 2)
    space["b"] = .logUniform(1, 2)
    #expect(
      "\(space)" == "b: logUniform(1.0, 2.0)\na: choice([1])\nc: integer(1, 2)")
    space["a"] = nil
    space["none"] = nil
    #expect(space.names == ["b", "c"] && space["a"] == nil)
    #expect(space.count == nil)
    space["b"] = .choice([true, false, "x"])
    #expect(space.count == 6)
  }
}

extension HyperparameterValue {
  fileprivate func isNear(_ other: HyperparameterValue) -> Bool {
    guard case .number(let a) = self, case .number(let b) = other else { return self == other }
    return abs(a - b) <= 1e-12 * max(abs(a), abs(b), 1)
  }
}
