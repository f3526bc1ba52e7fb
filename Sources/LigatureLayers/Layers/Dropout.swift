import LigatureNetworks
import LigatureTensors

/// In training, sets each element to 0 with a probability and scales the others so that the
/// expectation stays; in inference, hands its input on (Srivastava et al. 2014).
public struct Dropout: CustomLayer, Codable, CustomStringConvertible {
  /// The probability of an element being dropped, in 0..<1.
  public let probability: Double

  /// Makes the layer.
  public init(_ probability: Double = 0.5) { self.probability = probability }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }

  public func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    guard (0..<1).contains(probability) else {
      throw LayerError(
        .setting, context.path, "has drop probability \(probability)", remedy: "Give one in 0..<1")
    }
    guard probability > 0 else { return x }
    var stream = context.randomStream()
    let mask = try stream.mask(
      x.shape, keep: 1 - probability, value: 1 / (1 - probability), x.scalarType)
    return try x * mask
  }

  public var defaultName: String { "dropout" }
  public var description: String { "Dropout(\(probability))" }
}
