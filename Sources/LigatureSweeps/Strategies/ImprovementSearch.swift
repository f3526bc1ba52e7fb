import LigatureTensors

/// Looks for the point with the largest expected improvement: among points drawn from the whole
/// space and around the best trials, and then uphill from the best of these.
struct ImprovementSearch {
  let space: SearchSpace
  let coordinates: SpaceCoordinates
  let process: GaussianProcess
  /// The value that is to be improved upon.
  let best: Double
  let known: [Observation]
  /// Trials that there are already, which a finite space does not have again.
  let seen: Set<[HyperparameterValue]>

  private struct Candidate {
    let shares: [Double]
    let gain: Double
  }

  /// The best point of some candidates; nil where all of them are there already. O(candidates · n²)
  /// of a process of n values.
  func point(_ candidates: Int, _ stream: inout RandomStream) -> [HyperparameterValue]? {
    let isFinite = space.count != nil
    func candidate(_ shares: [Double]) -> Candidate {
      let values = space.values(at: shares)
      guard !isFinite || !seen.contains(values) else {
        return Candidate(shares: shares, gain: -.infinity)
      }
      let guess = process.predict(coordinates.point(values, progress: 1))
      return Candidate(
        shares: shares,
        gain: ExpectedImprovement.logarithm(
          mean: guess.mean, deviation: guess.deviation, best: best))
    }
    var found: [Candidate] = []
    for _ in 0..<candidates / 2 {
      found.append(candidate(space.axes.map { _ in stream.share() }))
    }
    let leaders = known.sorted { ($0.value ?? .infinity) < ($1.value ?? .infinity) }.prefix(4)
    for leader in leaders {
      let shares = space.shares(of: leader.values)
      for number in 0..<candidates / 16 {
        let scale = [0.2, 0.05, 0.01][number % 3]
        found.append(candidate(moved(shares, by: scale, &stream)))
      }
    }
    var starts = found.sorted { $0.gain > $1.gain }.prefix(3)
    for place in starts.indices {
      var scale = 0.1
      for _ in 0..<candidates / 12 {
        let next = candidate(moved(starts[place].shares, by: scale, &stream))
        if next.gain > starts[place].gain {
          starts[place] = next
          scale = min(0.2, scale * 1.5)
        } else {
          scale = max(1e-4, scale * 0.85)
        }
      }
    }
    guard let chosen = starts.max(by: { $0.gain < $1.gain }), chosen.gain > -.infinity else {
      return nil
    }
    return space.values(at: chosen.shares)
  }

  /// Shares a little aside; of things without an order, now and then another one.
  private func moved(
    _ shares: [Double], by scale: Double, _ stream: inout RandomStream
  ) -> [Double] {
    zip(space.axes, shares).map { axis, share in
      if case .choice = axis.hyperparameter.domain {
        return stream.share() < 0.3 ? stream.share() : share
      }
      // A step from one whole number to the next must be possible.
      let least = axis.hyperparameter.count.map { 0.5 / Double($0) } ?? 0
      let there = share + max(scale, least) * stream.gaussian()
      // What leaves the cube is reflected at its side.
      return min(max(there < 0 ? -there : there > 1 ? 2 - there : there, 0), 1)
    }
  }
}
