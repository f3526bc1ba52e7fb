import LigatureNetworks
import LigatureTensors

/// x · weights + bias on the last axis: `[batch, ..., inputs]` becomes `[batch, ..., outputs]`.
/// O(batch · inputs · outputs). Images are flattened first. By default no L2 penalty falls on the
/// bias.
public struct FullyConnected: CustomLayer, Codable, CustomStringConvertible {
  /// `[inputs, outputs]`.
  @Learnable public var weights: Tensor = .deferred
  /// `[outputs]`; nil in a layer without bias.
  @Learnable(l2Factor: 0) public var bias: Tensor? = .some(.deferred)
  /// The size of the last axis of the result.
  public let outputSize: Int
  /// The name it gets in a network where none is given there.
  public let defaultName: String
  private let weightsInitializer: Initializer
  private let biasInitializer: Initializer
  public private(set) var offeredLearnables: [String] = []

  /// What is offered to others is for those who build the network, and not stored.
  private enum CodingKeys: CodingKey {
    case weights, bias, outputSize, defaultName, weightsInitializer, biasInitializer
  }

  /// Learnables that can be taken from another layer, or offered to one.
  public enum Port: String, Sendable, Codable {
    case weights, bias
  }

  /// A layer whose input size is found out when the first example comes.
  ///
  /// - Parameters:
  ///   - inputLearnables: those that it does not store, because they come in by ports; the network
  ///     refuses to run until they are connected.
  ///   - outputLearnables: those that the layer is there to give to others. Any learnable can be
  ///     connected; of those that are named here the network warns when nothing takes them.
  ///   - name: what the layer is called in a network that is not told otherwise.
  public init(
    _ outputSize: Int, bias: Bool = true, weightsInitializer: Initializer = .glorotUniform,
    biasInitializer: Initializer = .zeros, inputLearnables: Set<Port> = [],
    outputLearnables: Set<Port> = [], name: String = "fc"
  ) {
    self.outputSize = outputSize
    defaultName = name
    offeredLearnables = outputLearnables.map(\.rawValue).sorted()
    self.weightsInitializer = weightsInitializer
    self.biasInitializer = biasInitializer
    if !bias { _bias = Learnable(wrappedValue: nil, l2Factor: 0) }
    if inputLearnables.contains(.weights) { $weights.awaitConnection() }
    if inputLearnables.contains(.bias) { $bias.awaitConnection() }
  }

  /// A layer with given weights `[inputs, outputs]` and bias `[outputs]`.
  public init(weights: Tensor, bias: Tensor? = nil) {
    outputSize = weights.shape.last ?? 0
    defaultName = "fc"
    weightsInitializer = .glorotUniform
    biasInitializer = .zeros
    _weights = Learnable(wrappedValue: weights)
    _bias = Learnable(wrappedValue: bias, l2Factor: 0)
  }

  /// The size of the last axis of the input; 0 before it is known.
  public var inputSize: Int { weights.shape.first ?? 0 }

  public func initialize(for x: Tensor, in context: Context) throws {
    guard let inputs = x.shape.last else {
      throw LayerError(
        .shape, context.path, "needs at least one axis", remedy: "Give [batch, features]")
    }
    guard outputSize > 0 else {
      throw LayerError(
        .setting, context.path, "has output size \(outputSize)", remedy: "Give a size of at least 1"
      )
    }
    weights = try weightsInitializer([inputs, outputSize], in: context)
    if bias != nil { bias = try biasInitializer([outputSize], in: context) }
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let weights = weights
    // Values that came from a file before the size was known, or by a wire.
    guard weights.rank != 2 || weights.shape[1] == outputSize else {
      throw LayerError(
        .shape, context.path, "has weights \(weights.shape), and \(outputSize) outputs",
        remedy:
          "Give weights [inputs, \(outputSize)], or make it FullyConnected(\(weights.shape[1]))")
    }
    return try linear(x, weights: weights, bias: bias)
  }

  public func validate(_ inputs: [Layout]) throws {
    guard let layout = inputs.first, layout.axes.contains(.space) else { return }
    throw LayerError(
      .shape, "", "a fully connected layer takes features in the last axis, found \(layout)",
      remedy: "Put Flatten() before it")
  }

  public var description: String {
    "FullyConnected(\(outputSize)\($bias.parameters.isEmpty ? ", bias: false" : ""))"
  }
  public var isObservationWise: Bool { true }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_weights.slot) }
}
