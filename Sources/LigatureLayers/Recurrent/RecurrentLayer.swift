import LigatureNetworks
import LigatureTensors

/// What a recurrent layer returns of a sequence.
public enum OutputMode: String, Sendable, Codable, CaseIterable {
  /// The hidden state after every step: `[batch, time, hidden]`.
  case sequence
  /// The one after the last step that counts: `[batch, hidden]`.
  case last
}

/// How a recurrent layer treats its memory, and what it shows of it.
public struct RecurrentOptions: Sendable, Codable, Equatable {
  /// What of a sequence is returned.
  public var outputMode: OutputMode
  /// Whether sequences are read from their last step to their first.
  public var isReversed: Bool
  /// Whether a pass begins with the state that the training pass before it left, until
  /// ``Network/resetState()``. No gradient flows from one pass to another.
  public var carriesState: Bool
  /// Whether the first state comes in through ports of its own.
  public var takesState: Bool
  /// Whether the last state goes out through ports of its own.
  public var returnsState: Bool

  /// Options; by default the whole sequence, forwards, from zeros.
  public init(
    outputMode: OutputMode = .sequence, isReversed: Bool = false, carriesState: Bool = false,
    takesState: Bool = false, returnsState: Bool = false
  ) {
    self.outputMode = outputMode
    self.isReversed = isReversed
    self.carriesState = carriesState
    self.takesState = takesState
    self.returnsState = returnsState
  }
}

/// A layer that runs a cell along a sequence `[batch, time, channels]`: ``LSTM``, ``GRU``, ``RNN``,
/// ``ProjectedLSTM`` and, along images, ``ConvolutionalLSTM``.
///
/// Its ports are `in` and `out`; where its options say so, also `hidden` and (LSTM) `cell`, each
/// `[batch, hidden]` unless the layer says otherwise, on either side. Steps beyond the sequence's
/// lengths are padding: they change nothing, and their outputs are zero. O(batch · time · (channels
/// + hidden) · hidden).
public protocol RecurrentLayer: SequenceLayer, Codable, CustomStringConvertible {
  /// What happens at a step.
  var cell: RecurrentCell { get }
  /// The number of hidden units.
  var hiddenSize: Int { get }
  /// How memory is treated.
  var options: RecurrentOptions { get }
  /// The learnables, as parts of the running pass.
  var currentWeights: RecurrentWeights { get }
  /// The state carried from pass to pass: `[hidden]` zeros at first, then `[batch, hidden]`.
  var carriedState: RecurrentState { get nonmutating set }
  /// The shape of each part of a state for sequences like `x`, without the batch: `[hidden]` unless
  /// the layer says otherwise.
  func stateShapes(for x: Tensor) -> [[Int]]
  /// The outputs along a sequence, if the reading asks for them, and the last state; from zeros
  /// where no state is given. By default ``recurrence(_:_:_:from:reading:)`` of the cell.
  func run(
    _ x: Tensor, from state: RecurrentState?, reading: RecurrentReading, in context: Context
  ) throws -> (output: Tensor?, state: RecurrentState)
  /// For people: what the layer was told beside its options; by default its size.
  var settings: [String] { get }
  /// A layer of the same settings, with learnables of its own, that reads sequences from the other
  /// end.
  func reversedTwin() -> Self
}

extension RecurrentLayer {
  public var inputNames: [String] { ["in"] + (options.takesState ? stateNames : []) }
  public var outputNames: [String] { ["out"] + (options.returnsState ? stateNames : []) }
  var stateNames: [String] { cell == .lstm ? ["hidden", "cell"] : ["hidden"] }

  public func predict(_ inputs: [Tensor], in context: Context) throws -> [Tensor] {
    try requireInputs(inputs, in: context)
    if options.isReversed, options.carriesState || context.carriesState {
      throw LayerError(
        .setting, context.path,
        "reads sequences from their end, so it cannot go on where another piece ended",
        remedy: "Give whole sequences, without carried state")
    }
    let x = inputs[0]
    let carries = options.carriesState || context.carriesState
    let start: RecurrentState? =
      if options.takesState {
        RecurrentState(hidden: inputs[1], cell: cell == .lstm ? inputs[2] : nil)
      } else if carries {
        try carriedState(for: x, in: context)
      } else { nil }
    let result = try run(
      x, from: start,
      reading: RecurrentReading(
        lengths: try context.lengths(of: x), isReversed: options.isReversed,
        returnsSequence: options.outputMode == .sequence), in: context)
    if carries { carriedState = result.state }
    let state = [result.state.hidden] + (result.state.cell.map { [$0] } ?? [])
    return [result.output ?? result.state.hidden] + (options.returnsState ? state : [])
  }

  public func stateShapes(for x: Tensor) -> [[Int]] { stateNames.map { _ in [hiddenSize] } }

  public func run(
    _ x: Tensor, from state: RecurrentState?, reading: RecurrentReading, in context: Context
  ) throws -> (output: Tensor?, state: RecurrentState) {
    let weights = currentWeights
    guard weights.recurrent.rank != 2 || weights.recurrent.shape[0] == hiddenSize else {
      throw LayerError(
        .shape, context.path,
        "has recurrent weights \(weights.recurrent.shape), and \(hiddenSize) hidden units",
        remedy: "Give weights for \(hiddenSize), or make the layer of that size")
    }
    return try recurrence(cell, x, weights, from: state, reading: reading)
  }

  /// The carried state, stretched to the batch where it is the first.
  private func carriedState(for x: Tensor, in context: Context) throws -> RecurrentState {
    let (state, shapes) = (carriedState, stateShapes(for: x))
    guard let batch = x.shape.first, let shape = shapes.first, state.hidden.rank > 0 else {
      return state
    }
    if state.hidden.rank > shape.count, state.hidden.shape[0] != batch {
      throw LayerError.otherBatch(state.hidden.shape[0], batch, in: context)
    }
    // What fits neither way is refused by the run.
    guard state.hidden.shape == shape else { return state }
    return RecurrentState(
      hidden: try state.hidden.broadcast(to: [batch] + shape),
      cell: try state.cell.map { try $0.broadcast(to: [batch] + shapes[shapes.count - 1]) })
  }

  /// The state that a run begins with: the given one, or zeros. Throws unless it fits `x`.
  func start(
    _ state: RecurrentState?, for x: Tensor, in context: Context
  ) throws -> RecurrentState {
    let shapes = stateShapes(for: x).map { [x.shape[0]] + $0 }
    let parts =
      try state.map { [$0.hidden, $0.cell].compactMap(\.self) }
      ?? shapes.map { try .zeros($0, x.scalarType) }
    guard parts.map(\.shape) == shapes else {
      throw LayerError(
        .shape, context.path,
        "begins with states of shapes \(parts.map(\.shape)), and \(shapes) are needed",
        remedy: "Give states of the sizes of batch and layer; carried ones begin anew with "
          + "resetState(), and an empty NetworkState for predictions")
    }
    return RecurrentState(hidden: parts[0], cell: parts.count > 1 ? parts[1] : nil)
  }

  public func validate(_ inputs: [Layout]) throws {
    guard let layout = inputs.first else { return }
    guard layout.rank == 3, layout.axes[0] == .batch, layout.axes[1] != .space else {
      throw LayerError(
        .shape, "", "a recurrent layer takes sequences [batch, time, channels], found \(layout)",
        remedy: "Declare the input as BTC, or reshape it")
    }
  }

  public func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    shapes.map { Layout($0.count == 3 ? "BTC" : "BC", $0) }
  }

  /// With carried memory observations of different uses must not meet in one batch.
  public var isObservationWise: Bool { !options.carriesState }

  public var settings: [String] { ["\(hiddenSize)"] }

  public var description: String {
    let words = [
      options.outputMode == .last ? "last" : nil, options.isReversed ? "reversed" : nil,
      options.carriesState ? "carries state" : nil,
    ]
    return "\(Self.self)(\((settings + words.compactMap(\.self)).joined(separator: ", ")))"
  }
}
