import LigatureNetworks
import LigatureTensors

/// Reads a sequence `[batch, time, channels]` with two recurrent layers, one from each end, and
/// puts their outputs side by side (Schuster and Paliwal 1997): `[batch, time, 2 · hidden]`, or
/// `[batch, 2 · hidden]` of the last states, each after its own last step. Where the options of the
/// layer it wraps say so, it has ports `hidden` and (LSTM) `cell`, `[batch, 2 · hidden]` each, with
/// the states of the two side by side, on either side; those of a ``ConvolutionalLSTM`` are images.
/// Costs as much as the two layers.
///
///     Bidirectional(LSTM(32))
public struct Bidirectional<Base: RecurrentLayer>: SequenceLayer, Codable, CustomStringConvertible {
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
        .setting, "Bidirectional",
        "the second layer, \(backwards), is not the first, \(forwards), from the other end",
        remedy: "Give it the same cell, size and options, but the other isReversed")
    }
    self.forwards = forwards
    self.backwards = backwards
  }

  public var inputNames: [String] { forwards.inputNames }
  public var outputNames: [String] { forwards.outputNames }

  public func predict(_ inputs: [Tensor], in context: Context) throws -> [Tensor] {
    try requireInputs(inputs, in: context)
    let shapes = forwards.stateShapes(for: inputs[0])
    let states = try zip(inputs.dropFirst(), shapes).map { state, shape in
      // A file may claim a size whose double is none, which no state has.
      let whole = shape.dropLast() + [2 &* (shape.last ?? 0)]
      guard state.shape.dropFirst() == whole[...] else {
        throw LayerError(
          .shape, context.path,
          "takes states [batch, \(whole.map { "\($0)" }.joined(separator: ", "))], those of both "
            + "directions side by side, found shape \(state.shape)",
          remedy: "Give the state of the layer that begins at the first step, then the other's")
      }
      return try state.split(into: 2)
    }
    let ahead = try forwards([inputs[0]] + states.map { $0[0] }, in: context)
    let back = try backwards([inputs[0]] + states.map { $0[1] }, in: context)
    return try zip(ahead, back).map { try concatenate([$0, $1]) }
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
