import LigatureTensors

/// Reads a sequence `[batch, time, channels]` with two recurrent layers, one from each end, and
/// puts their outputs side by side (Schuster and Paliwal 1997): `[batch, time, 2 · hidden]`, or
/// `[batch, 2 · hidden]` of the last states, each after its own last step. Costs as much as the two
/// layers.
///
///     Bidirectional(LSTM(32))
public struct Bidirectional<Base: RecurrentLayer>: CustomLayer, Codable, CustomStringConvertible {
  /// The layer that begins at the first step.
  @Learnable public var forwards: Base
  /// The layer that begins at the last step.
  @Learnable public var backwards: Base

  /// A wrapper of `layer` and a second one like it, with learnables of its own.
  public init(_ layer: Base) {
    forwards = layer
    backwards = layer.reversedTwin()
  }

  /// A wrapper of two layers, such as two with given weights. Throws unless they differ in nothing
  /// but the end that they begin at.
  public init(forwards: Base, backwards: Base) throws {
    var expected = forwards.options
    expected.isReversed.toggle()
    guard backwards.options == expected, backwards.hiddenSize == forwards.hiddenSize,
      backwards.cell == forwards.cell
    else {
      throw LayerError(
        "Bidirectional",
        "the second layer, \(backwards), is not the first, \(forwards), from the other end",
        remedy: "Give it the same cell, size and options, but the other isReversed")
    }
    self.forwards = forwards
    self.backwards = backwards
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    guard !forwards.options.takesState, !forwards.options.returnsState else {
      throw LayerError(
        context.path, "a bidirectional layer has no ports for states",
        remedy: "Wrap a layer without takesState and returnsState")
    }
    return try concatenate([forwards(x, in: context), backwards(x, in: context)])
  }

  public func validate(_ inputs: [Layout]) throws { try forwards.validate(inputs) }

  public func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    forwards.outputLayouts(shapes, for: inputs)
  }

  public var defaultName: String { "bidirectional" }
  public var description: String { "Bidirectional(\(forwards))" }
  public var isObservationWise: Bool { forwards.isObservationWise }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_forwards.slot) }
}
