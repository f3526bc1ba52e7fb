import LigatureNetworks
import LigatureTensors

/// Its input added to what a network makes of it: x + network(x), or skip(x) + network(x) where a
/// second network brings the input into the shape of the output (He et al. 2016). Costs as much as
/// the networks and one addition.
///
///     Residual {
///       Convolution([3, 3], filters: 16, stride: [2], padding: .same)
///       GroupNormalization(groups: 4)
///       ReLU()
///     } skip: {
///       Convolution([1, 1], filters: 16, stride: [2])
///     }
///
/// Throws where the two differ in shape: nothing is stretched. Sequences keep their lengths, or get
/// those that both networks say.
public struct Residual: CustomLayer, Codable {
  /// What is added to the input, with one input and one output.
  @Learnable public var network: Network
  /// What the input goes through on the way past the network; nil where it is added as it is.
  @Learnable public var skip: Network?

  /// A layer around a chain of layers, with the input added as it is.
  public init(@NetworkBuilder _ layers: () throws -> [any Layer]) rethrows {
    self.init(network: Network(try layers()))
  }

  /// A layer around two chains of layers, the second on the way past the first.
  public init(
    @NetworkBuilder _ layers: () throws -> [any Layer],
    @NetworkBuilder skip: () throws -> [any Layer]
  ) rethrows {
    self.init(network: Network(try layers()), skip: Network(try skip()))
  }

  /// A layer around one network or two.
  public init(network: Network, skip: Network? = nil) {
    self.network = network
    self.skip = skip
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let (change, lengths) = try context.passing(x, through: network)
    let past = try skip.map { try context.passing(x, through: $0) }
    let (kept, keptLengths) = try past ?? (x, context.lengths(of: x))
    guard kept.shape == change.shape else {
      throw LayerError(
        .shape, context.path,
        past == nil
          ? "its network makes \(change.shape) of its input \(x.shape), so the two cannot be added"
          : "its network makes \(change.shape) of its input \(x.shape), and its skip \(kept.shape), "
            + "so the two cannot be added",
        remedy: past == nil
          ? "Let the network keep the shape, or give a skip network that changes it too: "
            + "Residual { ... } skip: { ... }"
          : "Let both make the same shape")
    }
    guard lengths == keptLengths else {
      throw LayerError(
        .padding, context.path,
        "the lengths of its sequences are \(keptLengths?.prefix(8).description ?? "not known") "
          + "beside its network and \(lengths?.prefix(8).description ?? "not known") behind it",
        remedy: "Let both keep the number of steps, or change it alike")
    }
    context.setOutputLengths([lengths])
    return try change + kept
  }

  public var isObservationWise: Bool {
    network.isObservationWise && skip?.isObservationWise ?? true
  }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_network.slot) }
}
