import Foundation
import LigatureTensors

/// A number that says how good a network is, averaged rightly over batches of different size.
public struct Metric: Sendable {
  /// What one batch adds: a sum, and how much it is a sum of.
  public typealias Share = (sum: Double, weight: Double)

  /// The name in histories and progress lines.
  public let name: String
  let share: @Sendable (_ outputs: [Tensor], _ targets: [Tensor]) throws -> Share
  let finish: @Sendable (Double) -> Double

  /// A metric whose value is `finish` of the quotient of summed shares.
  public init(
    _ name: String, finish: @escaping @Sendable (Double) -> Double = { $0 },
    share: @escaping @Sendable (_ outputs: [Tensor], _ targets: [Tensor]) throws -> Share
  ) {
    self.name = name
    self.share = share
    self.finish = finish
  }

  /// The root of the mean squared error over all elements of the first output.
  public static let rmse = Metric("rmse", finish: { $0.squareRoot() }) { outputs, targets in
    let (output, target) = try firstPair("rmse", outputs, targets)
    let count = Double(output.count)
    return (try meanSquaredError(output, target).item() * count, count)
  }

  /// The share of observations whose class is right, by ``accuracy(from:)`` of probabilities.
  public static let accuracy = accuracy(from: .probabilities)

  /// The share of observations whose class is right.
  ///
  /// With several outputs along the last axis the class is that of the largest. Targets are class
  /// numbers of any type, `[n]` or `[n, 1]`, or probabilities of the outputs' shape. With one
  /// output the class is 1 where it is a probability above 1/2 or a logit above 0, else 0, and
  /// targets are 0 or 1. A prediction that is NaN is wrong.
  ///
  /// Throws where shapes do not fit, for targets that are no such classes, and for one output that
  /// is no probability where it is to be one.
  public static func accuracy(from predictions: Loss.Predictions) -> Metric {
    Metric("accuracy") { outputs, targets in
      let (output, target) = try firstPair("accuracy", outputs, targets)
      return try Classes(output, predictions).share(of: target)
    }
  }

  /// The mean of a closure's values, one a batch, weighted by the batch's observations.
  public static func custom(
    _ name: String,
    _ value: @escaping @Sendable (_ outputs: [Tensor], _ targets: [Tensor]) throws -> Double
  ) -> Metric {
    Metric(name) { outputs, targets in
      let weight = Double(outputs.first?.shape.first ?? 1)
      return (try value(outputs, targets) * weight, weight)
    }
  }

  private static func firstPair(
    _ name: String, _ outputs: [Tensor], _ targets: [Tensor]
  ) throws -> (Tensor, Tensor) {
    guard let output = outputs.first, let target = targets.first else {
      throw TensorError(name, "there is no output or target", remedy: "Give at least one of each")
    }
    return (output.detached, target.detached)
  }
}

/// Shares of metrics, summed over batches.
struct MetricSums {
  private let metrics: [Metric]
  private var sums: [Metric.Share]

  init(_ metrics: [Metric]) {
    self.metrics = metrics
    sums = metrics.map { _ in (0, 0) }
  }

  mutating func add(_ outputs: [Tensor], _ targets: [Tensor]) throws {
    for (index, metric) in metrics.enumerated() {
      let share = try metric.share(outputs, targets)
      sums[index].sum += share.sum
      sums[index].weight += share.weight
    }
  }

  /// Sum and weight of each metric, by its name.
  var named: [String: [Double]] {
    Dictionary(zip(metrics, sums).map { ($0.name, [$1.sum, $1.weight]) }) { first, _ in first }
  }

  /// Takes back what ``named`` gave; false where it was of other metrics.
  mutating func restore(_ named: [String: [Double]]) -> Bool {
    let found = metrics.compactMap { named[$0.name] }
    guard found.count == metrics.count, named.count == metrics.count,
      found.allSatisfy({ $0.count == 2 })
    else { return false }
    sums = found.map { ($0[0], $0[1]) }
    return true
  }

  var values: [String: Double] {
    Dictionary(
      zip(metrics, sums).map { metric, sum in
        (metric.name, metric.finish(sum.weight > 0 ? sum.sum / sum.weight : .nan))
      }
    ) { first, _ in first }
  }
}

/// The root of the mean squared difference over all elements. Throws unless the shapes are equal.
public func rmse(_ predictions: Tensor, _ targets: Tensor) throws -> Double {
  try meanSquaredError(predictions.detached, targets).item().squareRoot()
}
