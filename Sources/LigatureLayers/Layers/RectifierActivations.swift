import LigatureNetworks
import LigatureTensors

/// x where positive, else slope · x, with a slope that is learned, one for each channel (the last
/// axis) or one for all (He et al. 2015). O(count). No L2 penalty falls on the slope by default.
public struct PReLU: CustomLayer, Codable, CustomStringConvertible {
  /// `[channels]`, or `[1]` where all channels share one.
  @Learnable(l2Factor: 0) public var slope: Tensor = .deferred
  private let isShared: Bool
  private let initialSlope: Double

  /// Makes the layer.
  ///
  /// - Parameters:
  ///   - initialSlope: what each slope begins with.
  ///   - sharing: whether all channels have one slope.
  public init(initialSlope: Double = 0.25, sharing: Bool = false) {
    self.initialSlope = initialSlope
    isShared = sharing
  }

  public func initialize(for x: Tensor, in context: Context) throws {
    guard initialSlope.isFinite else {
      throw LayerError(
        .setting, context.path, "begins with slope \(initialSlope)", remedy: "Give a finite number")
    }
    slope = try .full([isShared ? 1 : x.shape.last ?? 1], initialSlope, context.scalarType)
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try relu(x) - relu(-x) * slope
  }

  public var defaultName: String { "prelu" }
  public var description: String { isShared ? "PReLU(sharing: true)" : "PReLU()" }
  public var isObservationWise: Bool { true }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_slope.slot) }
}

/// x limited to 0...ceiling; 6 is usual on small devices. O(count).
public struct ClippedReLU: CustomLayer, Codable, CustomStringConvertible {
  private let ceiling: Double
  /// Makes the layer; the ceiling is not negative.
  public init(ceiling: Double = 6) { self.ceiling = ceiling }
  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    guard ceiling >= 0 else {
      throw LayerError(
        .setting, context.path, "has the ceiling \(ceiling)", remedy: "Give one of 0 or more")
    }
    return try clamp(x, to: 0...ceiling)
  }
  public var defaultName: String { "clippedReLU" }
  public var description: String { "ClippedReLU(ceiling: \(ceiling))" }
  public var isObservationWise: Bool { true }
}

/// x where positive, else alpha (exp(x) - 1) (Clevert et al. 2015). O(count).
public struct ELU: CustomLayer, Codable, CustomStringConvertible {
  private let alpha: Double
  /// Makes the layer, which goes to -alpha.
  public init(alpha: Double = 1) { self.alpha = alpha }
  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try elu(x, alpha: alpha)
  }
  public var defaultName: String { "elu" }
  public var description: String { "ELU(alpha: \(alpha))" }
  public var isObservationWise: Bool { true }
}

/// 1.0507 x where positive, else 1.7581 (exp(x) - 1), which keeps mean 0 and variance 1 from layer
/// to layer where weights are drawn with variance 1 / inputs (Klambauer et al. 2017). O(count).
/// Dropout for it is ``AlphaDropout``.
public struct SELU: CustomLayer, Codable {
  /// Makes the layer.
  public init() {}
  public func predict(_ x: Tensor, in context: Context) throws -> Tensor { try selu(x) }
  public var defaultName: String { "selu" }
  public var isObservationWise: Bool { true }
}
