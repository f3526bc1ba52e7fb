import LigatureNetworks
import LigatureTensors

/// Hands its input on: a branch that does nothing, or a name for a place. O(1).
public struct Identity: CustomLayer, Codable {
  /// Makes the layer.
  public init() {}
  public func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }
  public var defaultName: String { "identity" }
  public var isObservationWise: Bool { true }
}

/// x · scale + offset, with a learnable of each for each channel, the last axis; it begins as the
/// identity unless told otherwise. O(count). No L2 penalty falls on either by default.
public struct ScaleAndShift: CustomLayer, ChannelScaling, Codable, CustomStringConvertible {
  /// `[channels]`; nil in a layer without.
  @Learnable(l2Factor: 0) public var scale: Tensor? = .some(.deferred)
  /// `[channels]`; nil in a layer without.
  @Learnable(l2Factor: 0) public var offset: Tensor? = .some(.deferred)
  private let initialScale: Double

  /// Makes the layer; a small `initialScale` lets a branch begin as almost nothing (LayerScale,
  /// Touvron et al. 2021).
  public init(initialScale: Double = 1, scale: Bool = true, offset: Bool = true) {
    self.initialScale = initialScale
    if !scale { _scale = Learnable(wrappedValue: nil, l2Factor: 0) }
    if !offset { _offset = Learnable(wrappedValue: nil, l2Factor: 0) }
  }

  public func initialize(for x: Tensor, in context: Context) throws {
    guard initialScale.isFinite else {
      throw LayerError(
        .setting, context.path, "begins with scale \(initialScale)", remedy: "Give a finite number")
    }
    if scale != nil { scale = try .full([x.shape.last ?? 1], initialScale, context.scalarType) }
    try initializeScaling(for: x, in: context)
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor { try scaled(x) }

  public var defaultName: String { "scaleAndShift" }
  public var description: String {
    $offset.parameters.isEmpty
      ? "ScaleAndShift(offset: false)"
      : $scale.parameters.isEmpty ? "ScaleAndShift(scale: false)" : "ScaleAndShift"
  }
  public var isObservationWise: Bool { true }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_scale.slot) }
}
