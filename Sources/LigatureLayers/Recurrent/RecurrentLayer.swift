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

/// A layer that runs a cell along a sequence `[batch, time, channels]`: ``LSTM``, ``GRU``, ``RNN``.
///
/// Its ports are `in` and `out`; where its options say so, also `hidden` and (LSTM) `cell`, each
/// `[batch, hidden]`, on either side. Steps beyond the sequence's lengths are padding: they change
/// nothing, and their outputs are zero. O(batch · time · (channels + hidden) · hidden).
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
    let (x, weights) = (inputs[0], currentWeights)
    guard weights.recurrent.rank != 2 || weights.recurrent.shape[0] == hiddenSize else {
      throw LayerError(
        .shape, context.path,
        "has recurrent weights \(weights.recurrent.shape), and \(hiddenSize) hidden units",
        remedy: "Give weights for \(hiddenSize), or make the layer of that size")
    }
    let carries = options.carriesState || context.carriesState
    let start: RecurrentState? =
      if options.takesState {
        RecurrentState(hidden: inputs[1], cell: cell == .lstm ? inputs[2] : nil)
      } else if carries {
        try carriedState(for: x, in: context)
      } else { nil }
    let result = try recurrence(
      cell, x, weights, from: start,
      reading: RecurrentReading(
        lengths: try context.lengths(of: x), isReversed: options.isReversed,
        returnsSequence: options.outputMode == .sequence))
    if carries { carriedState = result.state }
    let state = [result.state.hidden] + (result.state.cell.map { [$0] } ?? [])
    return [result.output ?? result.state.hidden] + (options.returnsState ? state : [])
  }

  /// The carried state, stretched to the batch where it is the first.
  private func carriedState(for x: Tensor, in context: Context) throws -> RecurrentState {
    let state = carriedState
    guard let batch = x.shape.first, state.hidden.rank > 0 else { return state }
    guard state.hidden.rank == 1 else {
      let carried = state.hidden.shape[0]
      guard carried == batch else {
        throw LayerError(
          .shape, context.path,
          "carries a state for batches of \(carried), and one of \(batch) came",
          remedy: "Keep the batch size while state is carried, or begin anew: resetState(), and "
            + "an empty NetworkState for predictions")
      }
      return state
    }
    return RecurrentState(
      hidden: try state.hidden.broadcast(to: [batch, hiddenSize]),
      cell: try state.cell?.broadcast(to: [batch, hiddenSize]))
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

  public var description: String {
    let words = [
      "\(hiddenSize)", options.outputMode == .last ? "last" : nil,
      options.isReversed ? "reversed" : nil, options.carriesState ? "carries state" : nil,
    ]
    return "\(Self.self)(\(words.compactMap { $0 }.joined(separator: ", ")))"
  }
}
