import LigatureNetworks
import LigatureTensors

/// The gated recurrent unit (Cho et al. 2014, with the reset after the product) over sequences
/// `[batch, time, channels]`; see ``RecurrentLayer`` for ports and cost and ``RecurrentCell/gru``
/// for the formulas. Gates stand in the order reset, update, candidate, and each has one bias; a
/// second bias of the candidate, which PyTorch has, is there on demand. The reset before the
/// product, MATLAB's `before-multiplication`, is not offered.
public struct GRU: RecurrentLayer {
  /// `[channels, 3 · hidden]`.
  @Learnable public var weights: Tensor = .deferred
  /// `[hidden, 3 · hidden]`.
  @Learnable public var recurrentWeights: Tensor = .deferred
  /// `[3 · hidden]`.
  @Learnable(l2Factor: 0) public var bias: Tensor = .deferred
  /// `[hidden]`: the candidate's bias inside the reset; nil for none.
  @Learnable(l2Factor: 0) public var recurrentBias: Tensor? = nil
  /// The carried hidden state.
  @LayerState(.memory) public var hidden: Tensor = .deferred
  public let hiddenSize: Int
  public let options: RecurrentOptions

  /// A layer of a number of hidden units.
  public init(_ hiddenSize: Int, _ outputMode: OutputMode = .sequence, recurrentBias: Bool = false)
  {
    self.init(
      hiddenSize, options: RecurrentOptions(outputMode: outputMode), recurrentBias: recurrentBias)
  }

  /// A layer whose memory is treated as `options` say.
  public init(_ hiddenSize: Int, options: RecurrentOptions, recurrentBias: Bool = false) {
    self.hiddenSize = hiddenSize
    self.options = options
    if recurrentBias { _recurrentBias = Learnable(wrappedValue: .some(.deferred), l2Factor: 0) }
  }

  public var cell: RecurrentCell { .gru }

  public var currentWeights: RecurrentWeights {
    RecurrentWeights(
      input: weights, recurrent: recurrentWeights, bias: bias, recurrentBias: recurrentBias)
  }

  public var carriedState: RecurrentState {
    get { RecurrentState(hidden: hidden) }
    nonmutating set { hidden = newValue.hidden }
  }

  public func initialize(for inputs: [Tensor], in context: Context) throws {
    let first = try RecurrentWeights.initial(cell, hiddenSize, for: inputs, in: context)
    weights = first.input
    recurrentWeights = first.recurrent
    bias = try first.bias ?? .zeros([3 * hiddenSize], context.scalarType)
    if recurrentBias != nil { recurrentBias = try .zeros([hiddenSize], context.scalarType) }
    hidden = try .zeros([hiddenSize], context.scalarType)
  }

  public func reversedTwin() -> GRU {
    GRU(
      hiddenSize, options: options.reversed, recurrentBias: !$recurrentBias.parameters.isEmpty)
  }

  public var defaultName: String { "gru" }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_weights.slot) }
}
