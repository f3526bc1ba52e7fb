import LigatureTensors

/// Which weights a training averages, beside those it learns with: validation measures them, and
/// the network has them in the end.
public struct WeightAveraging: Sendable, Hashable, Codable {
  /// How they are averaged.
  public let method: WeightAverage.Method
  /// The share of the epochs before the first that counts.
  public let start: Double
  /// Whether weights are added after each epoch, and not after each step.
  public let isByEpoch: Bool

  /// After every step, older weights counting less and less: about 1 / (1 - decay) steps count. The
  /// decay is in 0..<1, and `start`, the share of the epochs before, in 0..<1.
  public static func exponential(decay: Double = 0.999, from start: Double = 0) -> WeightAveraging {
    WeightAveraging(method: .exponential(decay: decay), start: start, isByEpoch: false)
  }

  /// After every epoch but the first share, all alike: stochastic weight averaging (Izmailov and
  /// others 2018). `start` is in 0..<1. Statistics of batch normalisations are those of the weights
  /// that learned; take ``TrainingOptions/BatchNormalizationStatistics/population`` with it.
  public static func stochastic(from start: Double = 0.75) -> WeightAveraging {
    WeightAveraging(method: .equal, start: start, isByEpoch: true)
  }

  func validate() throws {
    try method.validate()
    guard (0..<1).contains(start) else {
      throw TensorError(
        "WeightAveraging", "averages from a share of \(start) of the epochs on",
        remedy: "Give a share of 0 or more, and less than 1")
    }
  }
}
