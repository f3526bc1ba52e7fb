import Foundation
import LigatureTraining
import Testing

@testable import LigatureSweeps

@Suite("A Bayesian search")
struct BayesianSearchTests {
  /// How far above the least value of Branin's function the best of some trials is, over seeds.
  private func regrets(_ strategy: SweepStrategy, trials: Int, seeds: Range<UInt64>) throws
    -> [Double]
  {
    try seeds.map { seed in
      let results = try sweep(
        over: braninSpace, trials: trials, strategy: strategy, seed: seed, roundSize: 2,
        verbose: .silent
      ) { try branin($0["x"], $0["y"]) }
      return (results.best?.objective ?? .infinity) - 0.397887
    }
  }

  @Test("finds better values of Branin's function than a random one in as many trials")
  func branin2() throws {
    let random = try regrets(.random, trials: 20, seeds: 0..<8)
    let bayesian = try regrets(.bayesian, trials: 20, seeds: 0..<8)
    #expect(median(bayesian) < 0.1 * median(random), "\(bayesian) \(random)")
    #expect(zip(bayesian, random).count { $0 < $1 } >= 6)
  }

  @Test("learns which choice is best, and where a number is")
  func mixed() throws {
    let results = try sweep(
      over: [
        "kind": .choice(["a", "b", "c"]), "rate": .logUniform(1e-5, 1), "units": .integer(1, 50),
      ], trials: 30, strategy: .bayesian, seed: 1, verbose: .silent
    ) { trial in
      let (kind, rate, units): (String, Double, Double) = (
        try trial["kind"], try trial["rate"], try trial["units"]
      )
      return (kind == "b" ? 0 : 1) + abs(log10(rate) + 2) + abs(units - 37) / 20
    }
    let best = try #require(results.best)
    let kind: String = try best["kind"]
    #expect(kind == "b" && best.objective ?? 9 < 0.4, "\(results)")
  }

  @Test("is not led astray by trials that fail or go wild")
  func wild() throws {
    let results = try sweep(
      over: braninSpace, trials: 24, strategy: .bayesian, seed: 2, verbose: .silent
    ) { trial in
      let (x, y): (Double, Double) = (try trial["x"], try trial["y"])
      if x > 8 { return Double.nan }
      return y > 12 && x > 0 ? 1e200 : branin(x, y)
    }
    #expect(results.best?.objective ?? 9 < 1.5, "\(results)")
  }

  @Test("keeps to some hundred trials of many")
  func many() throws {
    let observations = (0..<400).map { number in
      Observation(
        values: [.number(Double(number) / 400)], progress: 1,
        value: number == 7 ? nil : Double(number % 50))
    }
    let suggester = BayesianSuggester(
      space: ["a": .uniform(0, 1)], seed: 0, initialTrials: 4, hasProgress: false, candidates: 20)
    let kept = suggester.kept(observations)
    #expect(kept.count == 300)
    #expect(kept.last?.values == observations.last?.values)
    #expect(kept.count { $0.value == 0 } == 8)
  }
}
