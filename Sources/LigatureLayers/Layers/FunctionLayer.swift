import LigatureNetworks
import LigatureTensors

/// A closure as a layer, with learnables if it wants them.
///
///     let swish = FunctionLayer { x in try x * sigmoid(x) }
///     let scaled = try FunctionLayer(learnables: ["scale": .ones([10])]) { x, learnables, _ in
///       try x * learnables["scale"]!
///     }
public struct FunctionLayer: CustomLayer {
  /// A function of the input, the learnables by name, and the pass.
  public typealias Function =
    @Sendable (_ x: Tensor, _ learnables: [String: Tensor], _ context: Context) throws -> Tensor

  /// The learnables by name.
  @Learnable public var learnables: [String: Tensor]
  private let function: Function
  public let defaultName: String
  public let isObservationWise: Bool

  /// A layer that learns nothing. Say `isObservationWise` if observations never meet in it.
  public init(
    name: String = "function", isObservationWise: Bool = false,
    _ function: @escaping @Sendable (Tensor) throws -> Tensor
  ) {
    self.init(name: name, learnables: [:], isObservationWise: isObservationWise) { x, _, _ in
      try function(x)
    }
  }

  /// A layer with learnables.
  public init(
    name: String = "function", learnables: [String: Tensor], isObservationWise: Bool = false,
    _ function: @escaping Function
  ) {
    self.init(
      learnables: Learnable(wrappedValue: learnables), name: name,
      isObservationWise: isObservationWise, function)
  }

  private init(
    learnables: Learnable<[String: Tensor]>, name: String, isObservationWise: Bool,
    _ function: @escaping Function
  ) {
    _learnables = learnables
    self.function = function
    defaultName = name
    self.isObservationWise = isObservationWise
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try function(x, learnables, context)
  }

  public var identity: ObjectIdentifier? { ObjectIdentifier(_learnables.slot) }
}

extension FunctionLayer: SelfCopying {
  /// A closure cannot be taken apart, and need not be: the copy runs the same one on learnables of
  /// its own.
  package func copied(with copies: CopyTable) throws -> any Layer {
    FunctionLayer(
      learnables: Learnable(slot: try copies.copy(_learnables.slot)), name: defaultName,
      isObservationWise: isObservationWise, function)
  }
}

/// A closure of several tensors as a layer, with learnables if it wants them, and a port for each
/// tensor.
///
///     let distance = MultiFunctionLayer(inputs: ["a", "b"]) { inputs in
///       [try abs(inputs[0] - inputs[1])]
///     }
///     try network.add(distance, named: "distance")
///     try network.connect("left", to: "distance/a")
public struct MultiFunctionLayer: CustomLayer {
  /// A function of the inputs, the learnables by name, and the pass: a tensor for each output.
  public typealias Function =
    @Sendable (_ inputs: [Tensor], _ learnables: [String: Tensor], _ context: Context) throws
    -> [Tensor]

  /// The learnables by name.
  @Learnable public var learnables: [String: Tensor]
  private let function: Function
  public let inputNames: [String]
  public let outputNames: [String]
  public let defaultName: String
  public let isObservationWise: Bool

  /// A layer that learns nothing.
  ///
  /// - Parameters:
  ///   - name: what the layer is called in a network that is not told otherwise.
  ///   - inputs: names of the input ports.
  ///   - outputs: names of the output ports.
  ///   - isObservationWise: whether observations never meet in it.
  ///   - function: makes a tensor for each output.
  public init(
    name: String = "function", inputs: [String], outputs: [String] = ["out"],
    isObservationWise: Bool = false, _ function: @escaping @Sendable ([Tensor]) throws -> [Tensor]
  ) {
    self.init(
      name: name, inputs: inputs, outputs: outputs, learnables: [:],
      isObservationWise: isObservationWise
    ) { inputs, _, _ in try function(inputs) }
  }

  /// A layer with learnables.
  public init(
    name: String = "function", inputs: [String], outputs: [String] = ["out"],
    learnables: [String: Tensor], isObservationWise: Bool = false, _ function: @escaping Function
  ) {
    self.init(
      Learnable(wrappedValue: learnables), name, inputs, outputs, isObservationWise, function)
  }

  private init(
    _ learnables: Learnable<[String: Tensor]>, _ name: String, _ inputs: [String],
    _ outputs: [String], _ isObservationWise: Bool, _ function: @escaping Function
  ) {
    _learnables = learnables
    self.function = function
    inputNames = inputs
    outputNames = outputs
    defaultName = name
    self.isObservationWise = isObservationWise
  }

  public func predict(_ inputs: [Tensor], in context: Context) throws -> [Tensor] {
    guard inputs.count == inputNames.count else {
      throw LayerError(
        .portCount, context.path,
        "its inputs are \(inputNames.joined(separator: ", ")), and \(inputs.count) came",
        remedy: "Give one tensor for each input")
    }
    let outputs = try function(inputs, learnables, context)
    guard outputs.count == outputNames.count else {
      throw LayerError(
        .portMismatch, context.path,
        "its closure returned \(counted(outputs.count, "tensor")), and its outputs are "
          + outputNames.joined(separator: ", "),
        remedy: "Return one tensor for each output")
    }
    return outputs
  }

  public var identity: ObjectIdentifier? { ObjectIdentifier(_learnables.slot) }
}

extension MultiFunctionLayer: SelfCopying {
  /// The copy runs the same closure on learnables of its own.
  package func copied(with copies: CopyTable) throws -> any Layer {
    MultiFunctionLayer(
      Learnable(slot: try copies.copy(_learnables.slot)), defaultName, inputNames, outputNames,
      isObservationWise, function)
  }
}
