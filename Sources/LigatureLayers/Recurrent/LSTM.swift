import LigatureNetworks
import LigatureTensors

/// Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al.
/// 2000) over sequences `[batch, time, channels]`; see ``RecurrentLayer`` for ports and cost and
/// ``RecurrentCell/lstm`` for the formulas. Gates stand in the order input, forget, candidate,
/// output, and each has one bias.
public struct LSTM: RecurrentLayer {
  /// `[channels, 4 · hidden]`.
  @Learnable public var weights: Tensor = .deferred
  /// `[hidden, 4 · hidden]`.
  @Learnable public var recurrentWeights: Tensor = .deferred
  /// `[4 · hidden]`.
  @Learnable(l2Factor: 0) public var bias: Tensor = .deferred
  /// The carried hidden state.
  @LayerState(.memory) public var hidden: Tensor = .deferred
  /// The carried cell state.
  @LayerState(.memory) public var cellState: Tensor = .deferred
  public let hiddenSize: Int
  public let options: RecurrentOptions

  /// A layer of a number of hidden units.
  public init(_ hiddenSize: Int, _ outputMode: OutputMode = .sequence) {
    self.init(hiddenSize, options: RecurrentOptions(outputMode: outputMode))
  }

  /// A layer whose memory is treated as `options` say.
  public init(_ hiddenSize: Int, options: RecurrentOptions) {
    self.hiddenSize = hiddenSize
    self.options = options
  }

  public var cell: RecurrentCell { .lstm }

  public var currentWeights: RecurrentWeights {
    RecurrentWeights(input: weights, recurrent: recurrentWeights, bias: bias)
  }

  public var carriedState: RecurrentState {
    get { RecurrentState(hidden: hidden, cell: cellState) }
    nonmutating set {
      hidden = newValue.hidden
      if let cell = newValue.cell { cellState = cell }
    }
  }

  public func initialize(for inputs: [Tensor], in context: Context) throws {
    let first = try RecurrentWeights.initial(cell, hiddenSize, for: inputs, in: context)
    weights = first.input
    recurrentWeights = first.recurrent
    bias = try first.bias ?? .zeros([4 * hiddenSize], context.scalarType)
    carriedState = RecurrentState(
      hidden: try .zeros([hiddenSize], context.scalarType),
      cell: try .zeros([hiddenSize], context.scalarType))
  }

  public func reversedTwin() -> LSTM { LSTM(hiddenSize, options: options.reversed) }

  public var defaultName: String { "lstm" }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_weights.slot) }
}
