import LigatureNetworks
import LigatureTensors

/// A network whose weights are divided by their largest singular value, so that no layer stretches
/// its input (Miyato et al. 2018), as discriminators of adversarial networks have it: where a layer
/// in it reads weights W, it gets W / σ(W). O(weights · iterations) for each use, beside the
/// network.
///
///     SpectralNormalization {
///       Convolution([3, 3], filters: 16)
///     }
///
/// The singular value is found by the power iteration: from a direction u of the outputs, which is
/// remembered, a step makes v = Wu / |Wu| and u = Wᵀv / |Wᵀv|, and σ is |Wu|. Training takes
/// `iterations` steps in each pass, and then remembers u; inference takes none. Where one layer is
/// used several times, its uses share u. The derivative is that of σ as it is computed; PyTorch
/// takes u and v in it for constants, which is the same once they have settled.
///
/// The weights that the layer stores are W. Whatever is tied to them *within* the network is
/// normalised with them; layers outside read W as it is stored.
public struct SpectralNormalization: CustomLayer, Codable, CustomStringConvertible {
  /// The network, with one input and one output.
  @Learnable public var network: Network
  /// The directions u `[outputs]`, each of length 1, end to end for all weights, in the order of
  /// the network's learnables: PyTorch's `_u`, where there is one.
  @LayerState(.shared) public var directions: Tensor = .deferred
  private let pattern: String
  private let axis: Int
  private let iterations: Int

  /// A layer around a chain of layers.
  ///
  /// - Parameters:
  ///   - pattern: the paths of the weights in the network; `*` stands for a name and `**` for any
  ///     number of them.
  ///   - axis: the axis of the weights that leads to outputs: the last one, but for a transposed
  ///     convolution, where it is the one before.
  ///   - iterations: steps of the power iteration in each training pass, in 1...100.
  public init(
    of pattern: String = "**/weights", axis: Int = -1, iterations: Int = 1,
    @NetworkBuilder _ layers: () throws -> [any Layer]
  ) rethrows {
    self.init(of: pattern, axis: axis, iterations: iterations, network: Network(try layers()))
  }

  /// A layer around a network.
  public init(
    of pattern: String = "**/weights", axis: Int = -1, iterations: Int = 1, network: Network
  ) {
    self.pattern = pattern
    self.axis = axis
    self.iterations = iterations
    self.network = network
  }

  /// Steps that are taken before the first pass.
  private static let firstIterations = 15

  public func initialize(for x: Tensor, in context: Context) throws {
    _ = try network([x], in: context)
    var stream = context.initializationStream()
    let found = try network.matrices(named: pattern, in: context).map { _, parameter in
      let matrix = try WeightMatrix(context.value(of: parameter).detached, axis: axis).columns
      let start = try unit(stream.normal([matrix.shape[1], 1], context.scalarType))
      return try settled(start, of: matrix, Self.firstIterations)
    }
    directions = try concatenate(found, axis: 0).reshaped(to: [-1])
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try normalized(x, in: context, iterations: 0)
  }

  public func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    guard (1...100).contains(iterations) else {
      throw LayerError(
        .setting, context.path, "takes \(counted(iterations, "step")) of the power iteration",
        remedy: "Give 1 to 100")
    }
    return try normalized(x, in: context, iterations: iterations)
  }

  private func normalized(
    _ x: Tensor, in context: Context, iterations: Int
  ) throws -> Tensor {
    let weights = try network.matrices(named: pattern, in: context)
    let matrices = try weights.map {
      try WeightMatrix(context.value(of: $0.parameter), axis: axis)
    }
    let sizes = matrices.map { $0.columns.shape[1] }
    let remembered = directions
    guard remembered.shape == [sizes.reduce(0, +)] else {
      throw LayerError(
        .shape, context.path,
        "remembers directions \(remembered.shape), for weights of \(sizes) outputs",
        remedy: "Make the layer anew when its network is edited")
    }
    var after: [Tensor] = []
    let values = try zip(zip(weights, matrices), remembered.split(sizes: sizes, axis: 0)).map {
      pair, direction in
      let (weight, matrix) = pair
      let u = try settled(
        direction.reshaped(to: [-1, 1]), of: matrix.columns, iterations)
      after.append(u.detached)
      let value = try matmul(matrix.columns, u).norm()
      return (
        parameter: weight.parameter,
        value: try matrix.restored(matrix.columns / atLeastTiny(value))
      )
    }
    if iterations > 0 { directions = try concatenate(after, axis: 0).reshaped(to: [-1]) }
    let (output, lengths) = try context.passing(x, through: network, replacing: values)
    context.setOutputLengths([lengths])
    return output
  }

  /// A direction `[outputs, 1]` after steps of the power iteration.
  private func settled(
    _ direction: Tensor, of matrix: Tensor, _ iterations: Int
  ) throws -> Tensor {
    var u = direction
    for _ in 0..<iterations {
      u = try unit(matmul(matrix.transposed, unit(matmul(matrix, u))))
    }
    return u
  }

  private func unit(_ x: Tensor) throws -> Tensor { try x / atLeastTiny(x.norm()) }

  public var defaultName: String { "spectralNorm" }
  public var description: String {
    pattern == "**/weights" ? "SpectralNormalization" : "SpectralNormalization(of: \(pattern))"
  }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_network.slot) }
}
