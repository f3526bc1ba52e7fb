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
