/// What a training is to make as good as it can: the loss, or a metric by its name, on validation
/// data where there is some.
///
///     TrainingOptions(
///       metrics: [.accuracy], validation: held, validationPatience: 5, outputNetwork: .best,
///       objective: .highest("accuracy"))
public struct Objective: Sendable, Hashable, Codable {
  /// The metric's name; nil for the loss.
  public let metric: String?
  /// Whether more is better.
  public let isHighest: Bool

  /// The least loss.
  public static let loss = Objective(metric: nil, isHighest: false)
  /// The greatest value of a metric, such as an accuracy.
  public static func highest(_ metric: String) -> Objective {
    Objective(metric: metric, isHighest: true)
  }
  /// The least value of a metric, such as an error.
  public static func lowest(_ metric: String) -> Objective {
    Objective(metric: metric, isHighest: false)
  }

  /// What it is called in logs.
  public var name: String { metric ?? "loss" }

  /// Its value among what was measured; NaN where it was not.
  func value(_ loss: Double, _ metrics: [String: Double]) -> Double {
    metric.map { metrics[$0] ?? .nan } ?? loss
  }

  /// Its value in an epoch, on validation data where it was measured there.
  func value(of epoch: TrainingHistory.Epoch) -> Double {
    epoch.validationLoss.map { value($0, epoch.validationMetrics) }
      ?? value(epoch.trainingLoss, epoch.trainingMetrics)
  }

  /// Whether a value is better than the best before, by a share of that; NaN never is.
  func isBetter(_ value: Double, than best: Double?, by share: Double = 0) -> Bool {
    guard !value.isNaN else { return false }
    guard let best, !best.isNaN else { return true }
    let margin = best.isFinite ? abs(best) * share : 0
    return isHighest ? value > best + margin : value < best - margin
  }
}
