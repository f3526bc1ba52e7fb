import LigatureNetworks
import LigatureTensors

/// A network whose weights are learned as lengths and directions (Salimans and Kingma 2016): where
/// a layer in it reads weights v, it gets magnitude · v / |v|, with the length |v| of what leads to
/// each output. O(weights) for each use, beside the network.
///
///     WeightNormalization {
///       FullyConnected(8)
///     }
///
/// The weights that the layer stores are v; only their directions matter. The magnitudes begin as
/// the lengths of v, so that the network begins as it would without. Whatever is tied to v *within*
/// the network is normalised with it; layers outside read v as it is stored.
public struct WeightNormalization: CustomLayer, Codable, CustomStringConvertible {
  /// The network, with one input and one output.
  @Learnable public var network: Network
  /// `[outputs]` for each of the weights, in the order of the network's learnables.
  @Learnable public var magnitudes: [Tensor] = .deferred
  private let pattern: String
  private let axis: Int

  /// A layer around a chain of layers.
  ///
  /// - Parameters:
  ///   - pattern: the paths of the weights in the network; `*` stands for a name and `**` for any
  ///     number of them, so that `"**/recurrentWeights"` means those of any LSTM.
  ///   - axis: the axis of the weights with a magnitude for each place: the last one leads to
  ///     outputs, but for a transposed convolution, where it is the one before.
  public init(
    of pattern: String = "**/weights", axis: Int = -1,
    @NetworkBuilder _ layers: () throws -> [any Layer]
  ) rethrows {
    self.init(of: pattern, axis: axis, network: Network(try layers()))
  }

  /// A layer around a network.
  public init(of pattern: String = "**/weights", axis: Int = -1, network: Network) {
    self.pattern = pattern
    self.axis = axis
    self.network = network
  }

  public func initialize(for x: Tensor, in context: Context) throws {
    _ = try network([x], in: context)
    magnitudes = try network.matrices(named: pattern, in: context).map { _, parameter in
      let matrix = try WeightMatrix(context.value(of: parameter), axis: axis)
      return try matrix.columns.norm(0)
    }
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let directions = try network.matrices(named: pattern, in: context)
    let magnitudes = magnitudes
    guard magnitudes.count == directions.count else {
      throw LayerError(
        .shape, context.path,
        "has \(counted(magnitudes.count, "list")) of magnitudes for "
          + counted(directions.count, "matrix", plural: "matrices"),
        remedy: "Make the layer anew when its network is edited")
    }
    let values = try zip(directions, magnitudes).map { direction, magnitude in
      let matrix = try WeightMatrix(context.value(of: direction.parameter), axis: axis)
      let lengths = try matrix.columns.norm(0)
      return (
        parameter: direction.parameter,
        value: try matrix.restored(matrix.columns * (magnitude / atLeastTiny(lengths)))
      )
    }
    let (output, lengths) = try context.passing(x, through: network, replacing: values)
    context.setOutputLengths([lengths])
    return output
  }

  public var defaultName: String { "weightNorm" }
  public var description: String {
    pattern == "**/weights" ? "WeightNormalization" : "WeightNormalization(of: \(pattern))"
  }
  public var isObservationWise: Bool { network.isObservationWise }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_network.slot) }
}

/// Weights of any rank as a matrix `[rows, outputs]`.
struct WeightMatrix {
  /// The weights with all axes but that of the outputs in one.
  let columns: Tensor
  private let shape: [Int]
  private let axis: Int

  /// Throws where there is no such axis.
  init(_ weights: Tensor, axis: Int) throws {
    let moved = try weights.movingAxis(axis, to: -1)
    self.axis = axis
    shape = moved.shape
    columns = try moved.reshaped(to: [-1, moved.shape[moved.rank - 1]])
  }

  /// A matrix in the shape of the weights.
  func restored(_ matrix: Tensor) throws -> Tensor {
    try matrix.reshaped(to: shape).movingAxis(-1, to: axis)
  }
}

/// Lengths to divide by: what has none stays 0.
func atLeastTiny(_ lengths: Tensor) throws -> Tensor {
  try maximum(lengths, .full([], 1e-12, lengths.scalarType))
}
