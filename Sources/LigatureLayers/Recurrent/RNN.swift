import LigatureNetworks
import LigatureTensors

/// The plain recurrent layer (Elman 1990), h = f(x · W + h · R + b), over sequences `[batch, time,
/// channels]`; see ``RecurrentLayer`` for ports and cost.
public struct RNN: RecurrentLayer {
  /// What the sum goes through.
  public enum Activation: String, Sendable, Codable {
    /// The hyperbolic tangent.
    case tanh
    /// max(0, x).
    case relu
  }

  /// `[channels, hidden]`.
  @Learnable public var weights: Tensor = .deferred
  /// `[hidden, hidden]`.
  @Learnable public var recurrentWeights: Tensor = .deferred
  /// `[hidden]`.
  @Learnable(l2Factor: 0) public var bias: Tensor = .deferred
  /// The carried hidden state.
  @LayerState(.memory) public var hidden: Tensor = .deferred
  public let hiddenSize: Int
  public let options: RecurrentOptions
  private let activation: Activation

  /// A layer of a number of hidden units.
  public init(
    _ hiddenSize: Int, _ outputMode: OutputMode = .sequence, activation: Activation = .tanh
  ) {
    self.init(
      hiddenSize, options: RecurrentOptions(outputMode: outputMode), activation: activation)
  }

  /// A layer whose memory is treated as `options` say.
  public init(_ hiddenSize: Int, options: RecurrentOptions, activation: Activation = .tanh) {
    self.hiddenSize = hiddenSize
    self.options = options
    self.activation = activation
  }

  public var cell: RecurrentCell { activation == .tanh ? .tanh : .relu }

  public var currentWeights: RecurrentWeights {
    RecurrentWeights(input: weights, recurrent: recurrentWeights, bias: bias)
  }

  public var carriedState: RecurrentState {
    get { RecurrentState(hidden: hidden) }
    nonmutating set { hidden = newValue.hidden }
  }

  public func initialize(for inputs: [Tensor], in context: Context) throws {
    let first = try RecurrentWeights.initial(cell, hiddenSize, for: inputs, in: context)
    weights = first.input
    recurrentWeights = first.recurrent
    bias = try first.bias ?? .zeros([hiddenSize], context.scalarType)
    hidden = try .zeros([hiddenSize], context.scalarType)
  }

  public func reversedTwin() -> RNN {
    RNN(hiddenSize, options: options.reversed, activation: activation)
  }

  public var defaultName: String { "rnn" }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_weights.slot) }
}
