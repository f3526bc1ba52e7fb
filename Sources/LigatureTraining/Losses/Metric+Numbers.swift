import Foundation
import LigatureTensors

// Metrics of numbers: the first output against a target of its shape and type. A prediction that
// is NaN makes them NaN.
extension Metric {
  /// The root of the mean squared error over all elements of the first output.
  public static let rmse = Metric("rmse", finish: { $0.squareRoot() }) { outputs, targets in
    let (output, target) = try numbers("rmse", outputs, targets)
    guard output.count > 0 else { return (0, 0) }
    let count = Double(output.count)
    return (try meanSquaredError(output, target).item() * count, count)
  }

  /// The mean absolute error over all elements of the first output.
  public static let mae = Metric("mae") { outputs, targets in
    let (output, target) = try numbers("mae", outputs, targets)
    return (try abs(output - target).sum().item(), Double(output.count))
  }

  /// The mean of |prediction - target| / |target| over all elements, as a fraction and not in per
  /// cent. Elements whose target is 0 do not count; it is NaN where all are.
  public static let mape = Metric("mape") { outputs, targets in
    let (output, target) = try numbers("mape", outputs, targets)
    let pairs = zip(try output.doubles(), try target.doubles()).filter { $1 != 0 }
    return (pairs.reduce(0) { $0 + Swift.abs(($1.0 - $1.1) / $1.1) }, Double(pairs.count))
  }

  /// The coefficient of determination 1 - Σ (t - p)² / Σ (t - mean)², of each entry along the last
  /// axis by itself, and averaged over these. NaN where a column's targets are all the same.
  ///
  /// Targets are not assumed to be near 0: their deviations are merged batch by batch from those
  /// around each batch's mean (Chan, Golub and LeVeque 1983).
  public static let rSquared = Metric(
    "rSquared",
    collecting: Collection {
      $0 > 0 && $0 % 4 == 0
    } combine: { total, batch in
      guard total.count == batch.count else { return }
      for column in stride(from: 0, to: total.count, by: 4) { merge(&total, batch, column) }
    }
  ) { outputs, targets in
    let (output, target) = try numbers("rSquared", outputs, targets)
    let columns = target.rank < 2 ? 1 : target.shape[target.rank - 1]
    let (predicted, wanted) = (try output.doubles(), try target.doubles())
    return (0..<columns).flatMap { deviations(predicted, wanted, column: $0, of: columns) }
  } finish: { collected in
    var sum = 0.0
    for column in stride(from: 0, to: collected.count, by: 4) {
      let (spread, errors) = (collected[column + 2], collected[column + 3])
      sum += spread > 0 ? 1 - errors / spread : .nan
    }
    return sum / Double(collected.count / 4)
  }

  /// Number, mean and squared deviations of a column's targets, and the squared errors.
  private static func deviations(
    _ predicted: [Double], _ wanted: [Double], column: Int, of columns: Int
  ) -> [Double] {
    let places = stride(from: column, to: wanted.count, by: columns)
    let count = Double(wanted.count / columns)
    let sum: Double = places.reduce(0) { $0 + wanted[$1] }
    let mean = sum / Swift.max(1, count)
    var (spread, errors) = (0.0, 0.0)
    for place in places {
      let (deviation, error) = (wanted[place] - mean, wanted[place] - predicted[place])
      spread += deviation * deviation
      errors += error * error
    }
    return [count, mean, spread, errors]
  }

  /// Adds number, mean and squared deviations of a batch's column, and its squared errors.
  private static func merge(_ total: inout [Double], _ batch: [Double], _ column: Int) {
    let (count, more) = (total[column], batch[column])
    guard count + more > 0 else { return }
    let step = batch[column + 1] - total[column + 1]
    total[column] += more
    total[column + 1] += step * more / (count + more)
    total[column + 2] += batch[column + 2] + step * step * count * more / (count + more)
    total[column + 3] += batch[column + 3]
  }

  private static func numbers(
    _ name: String, _ outputs: [Tensor], _ targets: [Tensor]
  ) throws -> (output: Tensor, target: Tensor) {
    let pair = try firstPair(name, outputs, targets)
    guard pair.output.shape == pair.target.shape, pair.output.scalarType.isFloatingPoint,
      pair.output.scalarType == pair.target.scalarType
    else {
      throw TensorError(
        name,
        "predictions are \(pair.output.scalarType) \(pair.output.shape), targets "
          + "\(pair.target.scalarType) \(pair.target.shape)",
        remedy: "Give targets of the predictions' shape and type")
    }
    return pair
  }
}

/// The root of the mean squared difference over all elements. Throws unless the shapes are equal.
public func rmse(_ predictions: Tensor, _ targets: Tensor) throws -> Double {
  try meanSquaredError(predictions.detached, targets).item().squareRoot()
}
