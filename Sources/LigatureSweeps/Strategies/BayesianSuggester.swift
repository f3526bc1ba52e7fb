import Foundation
import LigatureTensors

/// Trials where a Gaussian process expects the largest improvement.
///
/// Those of a round are chosen one after the other, each as if those before had measured what the
/// process expects of them.
struct BayesianSuggester: Suggester {
  let space: SearchSpace
  let seed: UInt64
  let initialTrials: Int
  /// Whether trials are measured before their end, and how far they have come is a coordinate.
  let hasProgress: Bool
  /// How many points are looked at for each trial.
  var candidates = 400

  /// More do not make a better process, and take the third power of time.
  private static let mostObservations = 300

  func suggest(
    _ numbers: Range<Int>, knowing observations: [Observation],
    _ seen: Set<[HyperparameterValue]>
  ) throws -> [[HyperparameterValue]] {
    let initial = try initialPoints()
    let coordinates = SpaceCoordinates(space, hasProgress: hasProgress)
    var process = numbers.upperBound > initialTrials ? coordinates.process(kept(observations)) : nil
    var seen = seen
    var points: [[HyperparameterValue]] = []
    for number in numbers {
      var stream = RandomStream(seed: seed, name: "trial:\(number)")
      var point: [HyperparameterValue]?
      if number < initialTrials {
        point = initial[number]
      } else if let process {
        let search = ImprovementSearch(
          space: space, coordinates: coordinates, process: process,
          best: best(observations, coordinates, process),
          known: observations.filter { $0.value != nil }, seen: seen)
        point = search.point(candidates, &stream)
      }
      // What was not found, or is there already, is drawn.
      if point.map({ space.count != nil && seen.contains($0) }) ?? true {
        point = space.draw(&stream, except: seen)
      }
      guard let point else { break }
      process?.believe(coordinates.point(point, progress: 1))
      seen.insert(point)
      points.append(point)
    }
    return points
  }

  /// Points spread over the space: each hyperparameter's values are cut into as many parts as there
  /// are points, of which each has one (Latin hypercube; McKay and others, 1979).
  private func initialPoints() throws -> [[HyperparameterValue]] {
    var shares = [[Double]](repeating: [], count: initialTrials)
    for axis in space.axes {
      var stream = RandomStream(seed: seed, name: "spread:\(axis.name)")
      for (place, part) in try stream.permutation(initialTrials).enumerated() {
        shares[place].append((Double(part) + stream.share()) / Double(initialTrials))
      }
    }
    return shares.map { space.values(at: $0) }
  }

  /// The observations that say most: the best, and the latest.
  func kept(_ observations: [Observation]) -> [Observation] {
    guard observations.count > Self.mostObservations else { return observations }
    let order = observations.indices.sorted {
      (observations[$0].value ?? .infinity, $0) < (observations[$1].value ?? .infinity, $1)
    }
    let half = Self.mostObservations / 2
    let best = Set(order.prefix(half))
    let latest = observations.indices.reversed().filter { !best.contains($0) }.prefix(half)
    return best.union(latest).sorted().map { observations[$0] }
  }

  /// The least value that is to be improved upon: of those measured in the end, as the process sees
  /// them, since what was measured may be luck.
  private func best(
    _ observations: [Observation], _ coordinates: SpaceCoordinates, _ process: GaussianProcess
  ) -> Double {
    let known = kept(observations).filter { $0.value != nil }
    let whole = known.filter { $0.progress >= 1 }
    let guesses = (whole.isEmpty ? known : whole).map {
      process.predict(coordinates.point($0.values, progress: 1)).mean
    }
    return guesses.min() ?? 0
  }
}
