import LigatureNetworks
import LigatureTensors

/// In training, sets each element to 0 with a probability and scales the others so that the
/// expectation stays; in inference, hands its input on (Srivastava et al. 2014). O(count).
public struct Dropout: CustomLayer, Codable, CustomStringConvertible {
  /// The probability of an element being dropped, in 0..<1.
  public let probability: Double

  /// Makes the layer.
  public init(_ probability: Double = 0.5) { self.probability = probability }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }

  public func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    guard let mask = try context.mask(x.shape, dropping: probability, x.scalarType) else {
      return x
    }
    return try x * mask
  }

  public var defaultName: String { "dropout" }
  public var description: String { "Dropout(\(probability))" }
}

/// In training, sets whole channels (the last axis) of an observation to 0 with a probability, at
/// all places and steps, and scales the others so that the expectation stays; in inference, hands
/// its input on (Tompson et al. 2015). Neighbouring places of an image are alike, so that dropping
/// single ones would say little. O(count).
public struct SpatialDropout: CustomLayer, Codable, CustomStringConvertible {
  /// The probability of a channel being dropped, in 0..<1.
  public let probability: Double

  /// Makes the layer.
  public init(_ probability: Double = 0.5) { self.probability = probability }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }

  public func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    guard x.rank > 1 else {
      throw LayerError(
        .shape, context.path, "needs a batch and channels, found shape \(x.shape)",
        remedy: "Give [batch, ..., channels]")
    }
    let shape = x.shape.indices.map { $0 == 0 || $0 == x.rank - 1 ? x.shape[$0] : 1 }
    guard let mask = try context.mask(shape, dropping: probability, x.scalarType) else { return x }
    return try x * mask
  }

  public var defaultName: String { "spatialDropout" }
  public var description: String { "SpatialDropout(\(probability))" }
}

/// In training, puts each element with a probability to where a ``SELU`` goes far below 0, and
/// scales and shifts all so that mean 0 and variance 1 stay; in inference, hands its input on
/// (Klambauer et al. 2017). O(count).
public struct AlphaDropout: CustomLayer, Codable, CustomStringConvertible {
  /// The probability of an element being dropped, in 0..<1.
  public let probability: Double

  /// Makes the layer.
  public init(_ probability: Double = 0.5) { self.probability = probability }

  /// The value that a SELU goes to: -1.0507 · 1.6733.
  private static let floor = -1.0507009873554805 * 1.6732632423543772

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }

  public func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    guard let mask = try context.mask(x.shape, dropping: probability, value: 1, x.scalarType)
    else { return x }
    let (keep, floor) = (1 - probability, Self.floor)
    let scale = 1 / (keep + floor * floor * keep * probability).squareRoot()
    let shift = -scale * probability * floor
    // scale · (x, or the floor) + shift
    return try x * (mask * scale) + (mask * (-scale * floor) + (scale * floor + shift))
  }

  public var defaultName: String { "alphaDropout" }
  public var description: String { "AlphaDropout(\(probability))" }
}

/// In training, sets everything of an observation to 0 with a probability and scales the other
/// observations so that the expectation stays; in inference, hands its input on. At the end of a
/// residual branch it leaves the branch out at random (Huang et al. 2016), which is also called
/// drop path. O(count).
///
///     Residual {
///       FullyConnected(64)
///       StochasticDepth(0.1)
///     }
public struct StochasticDepth: CustomLayer, Codable, CustomStringConvertible {
  /// The probability of an observation being dropped, in 0..<1.
  public let probability: Double

  /// Makes the layer.
  public init(_ probability: Double = 0.1) { self.probability = probability }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }

  public func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    guard let batch = x.shape.first else {
      throw LayerError(.shape, context.path, "needs a batch axis", remedy: "Give [batch, ...]")
    }
    let shape = [batch] + [Int](repeating: 1, count: x.rank - 1)
    guard let mask = try context.mask(shape, dropping: probability, x.scalarType) else { return x }
    return try x * mask
  }

  public var defaultName: String { "stochasticDepth" }
  public var description: String { "StochasticDepth(\(probability))" }
}

extension Context {
  /// 0 with a probability, else a value, by default the one that keeps the expectation; nil where
  /// nothing is dropped. Throws for what is no probability, or drops all.
  fileprivate func mask(
    _ shape: [Int], dropping probability: Double, value: Double? = nil, _ type: ScalarType
  ) throws -> Tensor? {
    guard (0..<1).contains(probability) else {
      throw LayerError(
        .setting, path, "has drop probability \(probability)", remedy: "Give one in 0..<1")
    }
    guard probability > 0 else { return nil }
    var stream = randomStream()
    return try stream.mask(
      shape, keep: 1 - probability, value: value ?? 1 / (1 - probability), type)
  }
}
