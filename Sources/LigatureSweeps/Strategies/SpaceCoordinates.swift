/// Trials as points of a cube, for a Gaussian process: a number is its place among its
/// hyperparameter's values, after rounding; a thing without an order has a coordinate for each of
/// them, so that all are equally far from each other.
struct SpaceCoordinates {
  private let space: SearchSpace
  private let hasProgress: Bool
  /// Which length of the process each coordinate has: one for each hyperparameter.
  let groups: [Int]

  init(_ space: SearchSpace, hasProgress: Bool) {
    self.space = space
    self.hasProgress = hasProgress
    var groups: [Int] = []
    for (number, axis) in space.axes.enumerated() {
      groups += [Int](repeating: number, count: axis.hyperparameter.coordinateCount)
    }
    if hasProgress { groups.append(space.axes.count) }
    self.groups = groups
  }

  /// The point of a trial.
  func point(_ values: [HyperparameterValue], progress: Double) -> [Double] {
    var point: [Double] = []
    point.reserveCapacity(groups.count)
    for (axis, value) in zip(space.axes, values) {
      if case .choice(let choices) = axis.hyperparameter.domain {
        // Two different ones are 1 apart.
        point += choices.map { $0 == value ? 0.5.squareRoot() : 0 }
      } else {
        point.append(axis.hyperparameter.place(of: value))
      }
    }
    if hasProgress { point.append(progress) }
    return point
  }

  /// A process that has seen some trials, with values scaled to a mean of 0 and a deviation of 1;
  /// nil where fewer than two were measured.
  func process(_ observations: [Observation]) -> GaussianProcess? {
    let measured = observations.compactMap(\.value)
    guard measured.count >= 2, let least = measured.min() else { return nil }
    // A trial that goes astray must not make all others look alike.
    // The middle of those that are worse than the best, of which there may be many alike.
    let others = measured.filter { $0 > least }.sorted()
    let middle = max(
      measured.sorted()[measured.count / 2], others.isEmpty ? least : others[others.count / 2])
    let limit = middle + 4 * (middle - least)
    let bounded = measured.map { min($0, limit) }
    let worst = bounded.max() ?? limit
    let values = observations.map { min($0.value ?? worst, limit) }
    let mean = values.reduce(0) { $0 + $1 / Double(values.count) }
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / Double(values.count) }
    let deviation = square > 0 && square.isFinite ? square.squareRoot() : 1
    return GaussianProcess.fitted(
      observations.map { point($0.values, progress: $0.progress) },
      values.map { ($0 - mean) / deviation }, groups: groups)
  }
}

extension Hyperparameter {
  fileprivate var coordinateCount: Int {
    if case .choice(let values) = domain { values.count } else { 1 }
  }
}
