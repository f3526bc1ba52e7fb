import LigatureTensors

/// A layer that is another one with something said about it: it hands everything on.
public protocol LayerWrapper: Layer where Input == Base.Input, Output == Base.Output {
  /// The type of the layer inside.
  associatedtype Base: Layer
  /// The layer inside.
  var base: Base { get }
}

extension LayerWrapper {
  public func predict(_ input: Base.Input, in context: Context) throws -> Base.Output {
    try base.predict(input, in: context)
  }

  public func forward(_ input: Base.Input, in context: Context) throws -> Base.Output {
    try base.forward(input, in: context)
  }

  public func initialize(for input: Base.Input, in context: Context) throws {
    try base.initialize(for: input, in: context)
  }

  public func validate(_ inputs: [Layout]) throws { try base.validate(inputs) }

  public func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    base.outputLayouts(shapes, for: inputs)
  }

  public var inputNames: [String] { base.inputNames }
  public var outputNames: [String] { base.outputNames }
  public var defaultName: String { base.defaultName }
  public var isObservationWise: Bool { base.isObservationWise }
  public var offeredLearnables: [String] { base.offeredLearnables }
  public var identity: ObjectIdentifier? { base.identity }
}
