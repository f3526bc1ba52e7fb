import LigatureNetworks
import LigatureTensors

/// Brings each channel (the last axis) to mean 0 and variance 1 over all other axes, then scales
/// and shifts it by learnables (Ioffe and Szegedy 2015). O(count).
///
/// In training with the statistics of the batch, which also move running averages; in inference
/// with those. The padding of sequences is left out of statistics. A batch with a single value for
/// each channel has no variance: in training, too, it is normalised with the running averages, and
/// leaves them as they are. Where one layer is used several times, its uses share the running
/// averages unless ``Statistics/perUse`` is asked for. ``Network/resetStatistics()`` forgets them,
/// and `updatePopulationStatistics(over:)` puts those of all of some data in their place.
public struct BatchNormalization: CustomLayer, ChannelScaling, Codable {
  /// `[channels]`; nil in a layer without.
  @Learnable(l2Factor: 0) public var scale: Tensor? = .some(.deferred)
  /// `[channels]`; nil in a layer without.
  @Learnable(l2Factor: 0) public var offset: Tensor? = .some(.deferred)
  /// `[channels]`: the running average of the batch means.
  @LayerState public var mean: Tensor = .deferred
  /// `[channels]`: the running average of the batch variances, with divisor n - 1.
  @LayerState public var variance: Tensor = .deferred
  private let epsilon: Double
  private let momentum: Double

  /// Whose running averages there are where one layer is used several times.
  public enum Statistics: String, Sendable, Codable, CaseIterable {
    /// One pair for all uses, which each of them moves: equal inputs have equal outputs, as the
    /// branches of a siamese network must.
    case shared
    /// A pair for each use, where what comes in differs from use to use, such as from step to step.
    case perUse
  }

  /// Makes the layer.
  ///
  /// - Parameters:
  ///   - statistics: whose running averages there are where the layer is used several times.
  ///   - epsilon: added to the variance.
  ///   - momentum: the share of the new batch in the running averages, in 0...1.
  ///   - scale: whether there is a learnable scale.
  ///   - offset: whether there is a learnable offset.
  public init(
    statistics: Statistics = .shared, epsilon: Double = 1e-5, momentum: Double = 0.1,
    scale: Bool = true, offset: Bool = true
  ) {
    self.epsilon = epsilon
    self.momentum = momentum
    if !scale { _scale = Learnable(wrappedValue: nil, l2Factor: 0) }
    if !offset { _offset = Learnable(wrappedValue: nil, l2Factor: 0) }
    let sharing = statistics == .shared ? LayerState.Sharing.shared : .perUse
    _mean = LayerState(wrappedValue: .deferred, sharing)
    _variance = LayerState(wrappedValue: .deferred, sharing)
  }

  public func initialize(for x: Tensor, in context: Context) throws {
    try initializeScaling(for: x, in: context)
    let channels = [x.shape.last ?? 1]
    mean = try .zeros(channels, context.scalarType)
    variance = try .ones(channels, context.scalarType)
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try requireEpsilon(epsilon, in: context)
    return try normalized(x, mean, variance)
  }

  public func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    try requireEpsilon(epsilon, in: context)
    guard (0...1).contains(momentum) else {
      throw LayerError(
        .setting, context.path, "has momentum \(momentum)", remedy: "Give one in 0...1")
    }
    let counting = try measured([x], in: context)
    let axes = Array(0..<max(0, counting.rank - 1))
    let count = Double(axes.map { counting.shape[$0] }.reduce(1, *))
    guard !axes.isEmpty, count > 0 else {
      throw LayerError(
        .shape, context.path, "has no observations to normalise over in shape \(x.shape)",
        remedy: "Give [batch, ..., channels] with at least one observation")
    }
    guard count > 1 else { return try predict(x, in: context) }
    if counting.count == x.count {
      let (result, batchMean, batchVariance) = try batchNormalizedWithStatistics(
        x, scale: scale, offset: offset, epsilon: epsilon)
      try moveAverages(batchMean, batchVariance, count: count)
      return result
    }
    let batchMean = try counting.mean(axes: axes)
    let batchVariance = try counting.variance(axes: axes)
    try moveAverages(batchMean.detached, batchVariance.detached, count: count)
    return try normalized(x, batchMean, batchVariance)
  }

  /// (x - mean) / sqrt(variance + epsilon) · scale + offset, with what can be multiplied
  /// beforehand.
  private func normalized(_ x: Tensor, _ mean: Tensor, _ variance: Tensor) throws -> Tensor {
    let inverse = try 1 / sqrt(variance + epsilon)
    let product = try (x - mean) * (scale.map { try $0 * inverse } ?? inverse)
    return try offset.map { try product + $0 } ?? product
  }

  /// Moves the running averages towards the mean and the biased variance of `count` values.
  private func moveAverages(_ batchMean: Tensor, _ batchVariance: Tensor, count: Double) throws {
    let unbiased = try batchVariance * (count / (count - 1))
    mean = try mean * (1 - momentum) + batchMean * momentum
    variance = try variance * (1 - momentum) + unbiased * momentum
  }

  public var defaultName: String { "batchNorm" }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_scale.slot) }
}
