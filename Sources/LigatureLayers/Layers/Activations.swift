import LigatureNetworks
import LigatureTensors

/// max(x, 0), element by element.
public struct ReLU: CustomLayer, Codable {
  /// Makes the layer.
  public init() {}
  public func predict(_ x: Tensor, in context: Context) throws -> Tensor { try relu(x) }
  public var defaultName: String { "relu" }
  public var isObservationWise: Bool { true }
}

/// x where positive, else `slope` · x.
public struct LeakyReLU: CustomLayer, Codable, CustomStringConvertible {
  private let slope: Double
  /// Makes the layer; a slope of 0.01 is usual.
  public init(slope: Double = 0.01) { self.slope = slope }
  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try leakyReLU(x, slope: slope)
  }
  public var defaultName: String { "leakyReLU" }
  public var description: String { "LeakyReLU(slope: \(slope))" }
  public var isObservationWise: Bool { true }
}

/// x Φ(x), exact (Hendrycks and Gimpel 2016).
public struct GELU: CustomLayer, Codable {
  /// Makes the layer.
  public init() {}
  public func predict(_ x: Tensor, in context: Context) throws -> Tensor { try gelu(x) }
  public var defaultName: String { "gelu" }
  public var isObservationWise: Bool { true }
}

/// The hyperbolic tangent, element by element.
public struct Tanh: CustomLayer, Codable {
  /// Makes the layer.
  public init() {}
  public func predict(_ x: Tensor, in context: Context) throws -> Tensor { try tanh(x) }
  public var defaultName: String { "tanh" }
  public var isObservationWise: Bool { true }
}

/// The logistic function, element by element.
public struct Sigmoid: CustomLayer, Codable {
  /// Makes the layer.
  public init() {}
  public func predict(_ x: Tensor, in context: Context) throws -> Tensor { try sigmoid(x) }
  public var defaultName: String { "sigmoid" }
  public var isObservationWise: Bool { true }
}
