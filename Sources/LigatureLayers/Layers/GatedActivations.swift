import LigatureNetworks
import LigatureTensors

/// Cuts its input into halves a and b along an axis, the last unless said otherwise, and gives
/// a · gate(b): `[batch, ..., 2 n]` becomes `[batch, ..., n]`. O(count).
///
/// | gate | the field's name |
/// |---|---|
/// | `.sigmoid` | gated linear unit, GLU (Dauphin et al. 2017) |
/// | `.silu` | SwiGLU (Shazeer 2020) |
/// | `.gelu` | GEGLU |
/// | `.relu` | ReGLU |
/// | `.linear` | bilinear |
///
/// The gate is the second half, as PyTorch has it. A layer of twice the size stands before it:
///
///     FullyConnected(2 * 64)
///     GLU(.silu)
public struct GLU: CustomLayer, Codable, CustomStringConvertible {
  /// What is done to the half that the other one is multiplied by.
  public enum Gate: String, Sendable, Codable, CaseIterable {
    /// sigmoid(b).
    case sigmoid
    /// b sigmoid(b).
    case silu
    /// b Φ(b).
    case gelu
    /// max(b, 0).
    case relu
    /// b itself.
    case linear
  }

  private let gate: Gate
  private let axis: Int

  /// Makes the layer.
  public init(_ gate: Gate = .sigmoid, axis: Int = -1) {
    self.gate = gate
    self.axis = axis
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try context.refusePadding(of: x, along: axis)
    let place = axis < 0 ? axis &+ x.rank : axis
    guard x.shape.indices.contains(place), x.shape[place].isMultiple(of: 2) else {
      throw LayerError(
        .shape, context.path, "cannot halve shape \(x.shape) along axis \(axis)",
        remedy: "Give an even size along an axis that there is")
    }
    let halves = try x.split(into: 2, axis: axis)
    return try halves[0] * opened(halves[1])
  }

  private func opened(_ x: Tensor) throws -> Tensor {
    switch gate {
    case .sigmoid: try sigmoid(x)
    case .silu: try silu(x)
    case .gelu: try gelu(x)
    case .relu: try relu(x)
    case .linear: x
    }
  }

  public var defaultName: String { "glu" }
  public var description: String {
    "GLU(.\(gate.rawValue)\(axis == -1 ? "" : ", axis: \(axis)"))"
  }
  public var isObservationWise: Bool { axis > 0 || axis == -1 }
}

/// The largest of each group of neighbouring channels (the last axis): `[batch, ..., pieces · n]`
/// becomes `[batch, ..., n]`; equals share the gradient. O(count). Behind a fully connected layer
/// it is the maxout of Goodfellow et al. (2013), a learned piecewise linear function.
///
///     FullyConnected(3 * 64)
///     Maxout(pieces: 3)
public struct Maxout: CustomLayer, Codable, CustomStringConvertible {
  private let pieces: Int

  /// Makes the layer, which takes the largest of so many channels each.
  public init(pieces: Int = 2) { self.pieces = pieces }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    guard x.rank > 1, let channels = x.shape.last, pieces > 0, channels > 0,
      channels % pieces == 0
    else {
      throw LayerError(
        .shape, context.path,
        "cannot put the channels of shape \(x.shape) into groups of \(pieces)",
        remedy: "Give [batch, ..., channels] with a multiple of the number of pieces")
    }
    return try x.reshaped(to: x.shape.dropLast() + [channels / pieces, pieces]).max(-1)
  }

  public var defaultName: String { "maxout" }
  public var description: String { "Maxout(pieces: \(pieces))" }
  public var isObservationWise: Bool { true }
}
