import LigatureNetworks
import LigatureTensors

/// Brings groups of neighbouring channels (the last axis) of each observation to mean 0 and
/// variance 1, taken over the channels of the group and all spatial axes and time, then scales and
/// shifts each channel by learnables (Wu and He 2018): `[batch, ..., channels]` keeps its shape.
/// O(count).
///
///     y = (x - mean) / sqrt(variance + epsilon) · scale + offset, with divisor n
///
/// Training and inference do the same, whatever the batch. Of padded sequences the steps that count
/// have the statistics. One group is the layer normalisation that MATLAB has for images, as many as
/// there are channels are an ``InstanceNormalization``.
public struct GroupNormalization: CustomLayer, ChannelScaling, Codable, CustomStringConvertible {
  /// `[channels]`; nil in a layer without.
  @Learnable(l2Factor: 0) public var scale: Tensor? = .some(.deferred)
  /// `[channels]`; nil in a layer without.
  @Learnable(l2Factor: 0) public var offset: Tensor? = .some(.deferred)
  /// How many groups the channels are in; a divisor of their number.
  public let groups: Int
  private let epsilon: Double

  /// Makes the layer; `epsilon` is added to the variance.
  public init(groups: Int, epsilon: Double = 1e-5, scale: Bool = true, offset: Bool = true) {
    self.groups = groups
    self.epsilon = epsilon
    if !scale { _scale = Learnable(wrappedValue: nil, l2Factor: 0) }
    if !offset { _offset = Learnable(wrappedValue: nil, l2Factor: 0) }
  }

  public func initialize(for x: Tensor, in context: Context) throws {
    try initializeScaling(for: x, in: context)
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try requireEpsilon(epsilon, in: context)
    return try normalized(x, groups: groups, epsilon: epsilon, in: context)
  }

  public var defaultName: String { "groupNorm" }
  public var description: String { "GroupNormalization(groups: \(groups))" }
  public var isObservationWise: Bool { true }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_scale.slot) }
}

/// Brings each channel (the last axis) of each observation to mean 0 and variance 1 over all
/// spatial axes and time, then scales and shifts it by learnables (Ulyanov et al. 2016): `[batch,
/// spatial..., channels]` keeps its shape. O(count). A ``GroupNormalization`` of one channel a
/// group; of padded sequences the steps that count have the statistics. A channel with one element
/// becomes 0 before it is shifted.
public struct InstanceNormalization: CustomLayer, ChannelScaling, Codable {
  /// `[channels]`; nil in a layer without.
  @Learnable(l2Factor: 0) public var scale: Tensor? = .some(.deferred)
  /// `[channels]`; nil in a layer without.
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
    guard x.rank > 2 else {
      throw LayerError(
        .shape, context.path, "needs images or sequences, found shape \(x.shape)",
        remedy: "Give [batch, spatial or time..., channels], or use LayerNormalization")
    }
    let channels = x.shape[x.rank - 1]
    return try normalized(x, groups: max(channels, 1), epsilon: epsilon, in: context)
  }

  public var defaultName: String { "instanceNorm" }
  public var isObservationWise: Bool { true }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_scale.slot) }
}

extension ChannelScaling {
  /// Mean 0 and variance 1 for each group of channels of each observation, scaled and shifted.
  fileprivate func normalized(
    _ x: Tensor, groups: Int, epsilon: Double, in context: Context
  ) throws -> Tensor {
    guard x.rank > 1, let channels = x.shape.last, channels > 0 else {
      throw LayerError(
        .shape, context.path, "needs a batch and channels, found shape \(x.shape)",
        remedy: "Give [batch, ..., channels]")
    }
    guard groups > 0, channels % groups == 0 else {
      throw LayerError(
        .setting, context.path,
        "has \(counted(groups, "group")), for \(counted(channels, "channel"))",
        remedy: "Give a number of groups that divides the number of channels")
    }
    if let lengths = try context.lengths(of: x) {
      return try scaled(
        normalizedSteps(of: x, within: lengths, groups: groups, epsilon: epsilon))
    }
    return try groupNormalized(x, groups: groups, scale: scale, offset: offset, epsilon: epsilon)
  }
}

/// Mean 0 and variance 1 for padded sequences, with the statistics of the steps that count.
private func normalizedSteps(
  of x: Tensor, within lengths: [Int], groups: Int, epsilon: Double
) throws -> Tensor {
  let (batch, time, depth) = (x.shape[0], x.shape[1], x.shape[x.rank - 1] / groups)
  let places = x.shape[2..<(x.rank - 1)].reduce(1, *)
  let grouped = try x.zeroed(beyond: lengths)
    .reshaped(to: [batch, time, places, groups, depth])
  let shares = try Tensor(
    lengths.map { 1 / Double(max($0 * places * depth, 1)) }, shape: [batch, 1, 1, 1, 1]
  ).cast(to: x.scalarType)
  let mean = try grouped.sum(1, 2, 4, keepingAxes: true) * shares
  let centred = try (grouped - mean).zeroed(beyond: lengths)
  let variance = try square(centred).sum(1, 2, 4, keepingAxes: true) * shares
  return try (centred / sqrt(variance + epsilon)).reshaped(to: x.shape)
}
