import LigatureNetworks
import LigatureTensors

/// (x + 3) / 6 limited to 0...1: a sigmoid of straight lines. O(count).
public struct HardSigmoid: CustomLayer, Codable {
  /// Makes the layer.
  public init() {}
  public func predict(_ x: Tensor, in context: Context) throws -> Tensor { try hardSigmoid(x) }
  public var defaultName: String { "hardSigmoid" }
  public var isObservationWise: Bool { true }
}

/// x times (x + 3) / 6 limited to 0...1 (Howard et al. 2019). O(count).
public struct HardSwish: CustomLayer, Codable {
  /// Makes the layer.
  public init() {}
  public func predict(_ x: Tensor, in context: Context) throws -> Tensor { try hardSwish(x) }
  public var defaultName: String { "hardSwish" }
  public var isObservationWise: Bool { true }
}

/// x limited to lower...upper: a hyperbolic tangent of straight lines. O(count).
public struct HardTanh: CustomLayer, Codable, CustomStringConvertible {
  private let lower: Double
  private let upper: Double

  /// Makes the layer; `lower` is not above `upper`.
  public init(lower: Double = -1, upper: Double = 1) {
    self.lower = lower
    self.upper = upper
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    guard lower <= upper else {
      throw LayerError(
        .setting, context.path, "has the limits \(lower) and \(upper)",
        remedy: "Give a lower one that is not above the upper one")
    }
    return try clamp(x, to: lower...upper)
  }

  public var defaultName: String { "hardTanh" }
  public var description: String {
    lower == -1 && upper == 1 ? "HardTanh()" : "HardTanh(lower: \(lower), upper: \(upper))"
  }
  public var isObservationWise: Bool { true }
}
