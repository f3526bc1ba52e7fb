/// Trials of a space: a value for each of its hyperparameters.
extension SearchSpace {
  /// The trial at a share of each hyperparameter's values.
  func values(at shares: [Double]) -> [HyperparameterValue] {
    zip(axes, shares).map { $0.hyperparameter.value(at: $1) }
  }

  /// Where a trial lies, as ``values(at:)`` takes it.
  func shares(of values: [HyperparameterValue]) -> [Double] {
    zip(axes, values).map { $0.hyperparameter.share(of: $1) }
  }

  /// How many trials a grid has; nil for more than can be counted.
  var gridCount: Int? {
    axes.reduce(Int?.some(1)) { product, axis in
      guard let product else { return nil }
      let (result, overflows) = product.multipliedReportingOverflow(
        by: axis.hyperparameter.grid.count)
      return overflows ? nil : result
    }
  }

  /// The trials of a grid, the last hyperparameter changing first. O(trials).
  var gridPoints: [[HyperparameterValue]] {
    axes.reduce([[]]) { points, axis in
      let values = axis.hyperparameter.grid
      return points.flatMap { point in values.map { point + [$0] } }
    }
  }

  /// The first trial of a finite space that is none of those given; nil where there is none.
  /// O(those given).
  func first(notIn seen: Set<[HyperparameterValue]>) -> [HyperparameterValue]? {
    guard let count, seen.count < count else { return nil }
    for number in 0...seen.count {
      var rest = number
      var point: [HyperparameterValue] = []
      for axis in axes.reversed() {
        let radix = axis.hyperparameter.count ?? 1
        point.append(axis.hyperparameter.value(numbered: rest % radix))
        rest /= radix
      }
      point.reverse()
      if !seen.contains(point) { return point }
    }
    return nil
  }
}
