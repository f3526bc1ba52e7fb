import LigatureNetworks
import LigatureTensors

/// Brings the last axis of each observation to mean 0 and variance 1, then scales and shifts it by
/// learnables (Ba, Kiros and Hinton 2016): `[batch, ..., features]` keeps its shape. O(count).
///
///     y = (x - mean) / sqrt(variance + epsilon) · scale + offset, with divisor n
///
/// Each step of a sequence and each place of an image is normalised by itself, as in a transformer;
/// over all places of an image at once, `GroupNormalization(groups: 1)` does it.
public struct LayerNormalization: CustomLayer, ChannelScaling, Codable {
  /// `[features]`; nil in a layer without.
  @Learnable(l2Factor: 0) public var scale: Tensor? = .some(.deferred)
  /// `[features]`; nil in a layer without.
  @Learnable(l2Factor: 0) public var offset: Tensor? = .some(.deferred)
  private let epsilon: Double

  /// Makes the layer; `epsilon` is added to the variance.
  public init(epsilon: Double = 1e-5, scale: Bool = true, offset: Bool = true) {
    self.epsilon = epsilon
    if !scale { _scale = Learnable(wrappedValue: nil, l2Factor: 0) }
    if !offset { _offset = Learnable(wrappedValue: nil, l2Factor: 0) }
  }

  public func initialize(for x: Tensor, in context: Context) throws {
    try initializeScaling(for: x, in: context)
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try requireEpsilon(epsilon, in: context)
    return try scaled(normalized(x, epsilon: epsilon))
  }

  public var defaultName: String { "layerNorm" }
  public var isObservationWise: Bool { true }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_scale.slot) }
}

/// Divides the last axis of each observation by the root of its mean square, then scales it by a
/// learnable (Zhang and Sennrich 2019): `[batch, ..., features]` keeps its shape. O(count).
///
///     y = x / sqrt(mean(x²) + epsilon) · scale
///
/// Of large language models that have it; no mean is taken away.
public struct RMSNormalization: CustomLayer, ChannelScaling, Codable {
  /// `[features]`; nil in a layer without.
  @Learnable(l2Factor: 0) public var scale: Tensor? = .some(.deferred)
  /// `[features]`; nil unless it was asked for.
  @Learnable(l2Factor: 0) public var offset: Tensor? = nil
  private let epsilon: Double

  /// Makes the layer; `epsilon` is added to the mean square.
  public init(epsilon: Double = 1e-6, scale: Bool = true, offset: Bool = false) {
    self.epsilon = epsilon
    if !scale { _scale = Learnable(wrappedValue: nil, l2Factor: 0) }
    if offset { _offset = Learnable(wrappedValue: .some(.deferred), l2Factor: 0) }
  }

  public func initialize(for x: Tensor, in context: Context) throws {
    try initializeScaling(for: x, in: context)
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try requireEpsilon(epsilon, in: context)
    return try scaled(x * rsqrt(square(x).mean(-1, keepingAxes: true) + epsilon))
  }

  public var defaultName: String { "rmsNorm" }
  public var isObservationWise: Bool { true }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_scale.slot) }
}
