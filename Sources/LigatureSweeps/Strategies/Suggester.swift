import Foundation
import LigatureTensors

/// What is known of a trial when others are suggested.
struct Observation {
  let values: [HyperparameterValue]
  /// How far it had come, 1 in the end.
  let progress: Double
  /// What it measured there, less being better; nil where it failed.
  let value: Double?
}

/// Chooses the values of trials: a function of their numbers, of the seed, and of what is known.
protocol Suggester {
  /// The values of the trials of a round. Fewer where a finite space has no more.
  ///
  /// - Parameters:
  ///   - numbers: the trials', from 0.
  ///   - seen: the values of all trials before.
  func suggest(
    _ numbers: Range<Int>, knowing observations: [Observation],
    _ seen: Set<[HyperparameterValue]>
  ) throws -> [[HyperparameterValue]]
}

/// The points of a grid in order.
struct GridSuggester: Suggester {
  let points: [[HyperparameterValue]]

  func suggest(
    _ numbers: Range<Int>, knowing observations: [Observation],
    _ seen: Set<[HyperparameterValue]>
  ) -> [[HyperparameterValue]] {
    Array(points[numbers.clamped(to: points.indices)])
  }
}

/// Each trial drawn by itself.
struct RandomSuggester: Suggester {
  let space: SearchSpace
  let seed: UInt64

  func suggest(
    _ numbers: Range<Int>, knowing observations: [Observation],
    _ seen: Set<[HyperparameterValue]>
  ) -> [[HyperparameterValue]] {
    var seen = seen
    return numbers.compactMap { number in
      var stream = RandomStream(seed: seed, name: "trial:\(number)")
      guard let point = space.draw(&stream, except: seen) else { return nil }
      seen.insert(point)
      return point
    }
  }
}

extension SearchSpace {
  /// A trial drawn as the hyperparameters say, of a finite space one that is none of those given;
  /// nil where there is none.
  func draw(
    _ stream: inout RandomStream, except seen: Set<[HyperparameterValue]>
  ) -> [HyperparameterValue]? {
    for _ in 0..<100 {
      let point = values(at: axes.map { _ in stream.share() })
      if count == nil || !seen.contains(point) { return point }
    }
    return first(notIn: seen)
  }
}

extension RandomStream {
  /// A number of 0..<1.
  mutating func share() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A normally distributed number (Box and Muller).
  mutating func gaussian() -> Double {
    let (a, b) = (1 - share(), share())
    return (-2 * log(a)).squareRoot() * cos(2 * .pi * b)
  }
}
