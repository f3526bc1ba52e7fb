import LigatureNetworks
import LigatureTensors

/// x sigmoid(x), which is also called swish (Elfwing et al. 2018). O(count).
public struct SiLU: CustomLayer, Codable {
  /// Makes the layer.
  public init() {}
  public func predict(_ x: Tensor, in context: Context) throws -> Tensor { try silu(x) }
  public var defaultName: String { "silu" }
  public var isObservationWise: Bool { true }
}

/// x tanh(softplus(x)) (Misra 2019). O(count).
public struct Mish: CustomLayer, Codable {
  /// Makes the layer.
  public init() {}
  public func predict(_ x: Tensor, in context: Context) throws -> Tensor { try mish(x) }
  public var defaultName: String { "mish" }
  public var isObservationWise: Bool { true }
}

/// log(1 + exp(x)), a smooth ReLU that is positive everywhere, without overflow. O(count).
public struct Softplus: CustomLayer, Codable {
  /// Makes the layer.
  public init() {}
  public func predict(_ x: Tensor, in context: Context) throws -> Tensor { try softplus(x) }
  public var defaultName: String { "softplus" }
  public var isObservationWise: Bool { true }
}

/// x / (1 + |x|). O(count).
public struct Softsign: CustomLayer, Codable {
  /// Makes the layer.
  public init() {}
  public func predict(_ x: Tensor, in context: Context) throws -> Tensor { try softsign(x) }
  public var defaultName: String { "softsign" }
  public var isObservationWise: Bool { true }
}
