import LigatureNetworks
import LigatureTensors

/// One step of an LSTM: input `[batch, channels]`, hidden and cell state `[batch, hidden]` to the
/// next hidden and cell state. Gates and weights are those of ``LSTM``.
public struct LSTMCell: CustomLayer, Codable, CustomStringConvertible {
  /// `[channels, 4 · hidden]`.
  @Learnable public var weights: Tensor = .deferred
  /// `[hidden, 4 · hidden]`.
  @Learnable public var recurrentWeights: Tensor = .deferred
  /// `[4 · hidden]`.
  @Learnable(l2Factor: 0) public var bias: Tensor = .deferred
  /// The number of hidden units.
  public let hiddenSize: Int

  /// A cell of a number of hidden units.
  public init(_ hiddenSize: Int) { self.hiddenSize = hiddenSize }

  public var inputNames: [String] { ["in", "hidden", "cell"] }
  public var outputNames: [String] { ["hidden", "cell"] }

  public func initialize(
    for inputs: Tuple<Tensor, Tensor, Tensor>, in context: Context
  ) throws {
    let first = try RecurrentWeights.initial(
      .lstm, hiddenSize, inputSize: inputs.elements.0.shape.last ?? 0, in: context)
    (weights, recurrentWeights) = (first.input, first.recurrent)
    if let first = first.bias { bias = first }
  }

  public func predict(
    _ inputs: Tuple<Tensor, Tensor, Tensor>, in context: Context
  ) throws -> Tuple<Tensor, Tensor> {
    let (x, hidden, cell) = inputs.elements
    let weights = RecurrentWeights(input: weights, recurrent: recurrentWeights, bias: bias)
    let next = try step(.lstm, x, weights, from: RecurrentState(hidden: hidden, cell: cell))
    return Tuple(next.hidden, next.cell ?? cell)
  }

  public var defaultName: String { "lstmCell" }
  public var description: String { "LSTMCell(\(hiddenSize))" }
  public var isObservationWise: Bool { true }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_weights.slot) }
}

/// One step of a GRU: input `[batch, channels]` and hidden state `[batch, hidden]` to the next
/// hidden state. Gates and weights are those of ``GRU``.
public struct GRUCell: CustomLayer, Codable, CustomStringConvertible {
  /// `[channels, 3 · hidden]`.
  @Learnable public var weights: Tensor = .deferred
  /// `[hidden, 3 · hidden]`.
  @Learnable public var recurrentWeights: Tensor = .deferred
  /// `[3 · hidden]`.
  @Learnable(l2Factor: 0) public var bias: Tensor = .deferred
  /// `[hidden]`: the candidate's bias inside the reset; nil for none.
  @Learnable(l2Factor: 0) public var recurrentBias: Tensor? = nil
  /// The number of hidden units.
  public let hiddenSize: Int

  /// A cell of a number of hidden units.
  public init(_ hiddenSize: Int, recurrentBias: Bool = false) {
    self.hiddenSize = hiddenSize
    if recurrentBias { _recurrentBias = Learnable(wrappedValue: .some(.deferred), l2Factor: 0) }
  }

  public var inputNames: [String] { ["in", "hidden"] }
  public var outputNames: [String] { ["hidden"] }

  public func initialize(for inputs: Tuple<Tensor, Tensor>, in context: Context) throws {
    let first = try RecurrentWeights.initial(
      .gru, hiddenSize, inputSize: inputs.elements.0.shape.last ?? 0, in: context)
    (weights, recurrentWeights) = (first.input, first.recurrent)
    if let first = first.bias { bias = first }
    if recurrentBias != nil { recurrentBias = try .zeros([hiddenSize], context.scalarType) }
  }

  public func predict(_ inputs: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    let (x, hidden) = inputs.elements
    let weights = RecurrentWeights(
      input: weights, recurrent: recurrentWeights, bias: bias, recurrentBias: recurrentBias)
    return try step(.gru, x, weights, from: RecurrentState(hidden: hidden)).hidden
  }

  public var defaultName: String { "gruCell" }
  public var description: String { "GRUCell(\(hiddenSize))" }
  public var isObservationWise: Bool { true }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_weights.slot) }
}

/// One step of a plain recurrent layer: input `[batch, channels]` and hidden state `[batch,
/// hidden]` to the next hidden state. Weights are those of ``RNN``.
public struct RNNCell: CustomLayer, Codable, CustomStringConvertible {
  /// `[channels, hidden]`.
  @Learnable public var weights: Tensor = .deferred
  /// `[hidden, hidden]`.
  @Learnable public var recurrentWeights: Tensor = .deferred
  /// `[hidden]`.
  @Learnable(l2Factor: 0) public var bias: Tensor = .deferred
  /// The number of hidden units.
  public let hiddenSize: Int
  private let activation: RNN.Activation

  /// A cell of a number of hidden units.
  public init(_ hiddenSize: Int, activation: RNN.Activation = .tanh) {
    self.hiddenSize = hiddenSize
    self.activation = activation
  }

  private var cell: RecurrentCell { activation == .tanh ? .tanh : .relu }

  public var inputNames: [String] { ["in", "hidden"] }
  public var outputNames: [String] { ["hidden"] }

  public func initialize(for inputs: Tuple<Tensor, Tensor>, in context: Context) throws {
    let first = try RecurrentWeights.initial(
      cell, hiddenSize, inputSize: inputs.elements.0.shape.last ?? 0, in: context)
    (weights, recurrentWeights) = (first.input, first.recurrent)
    if let first = first.bias { bias = first }
  }

  public func predict(_ inputs: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    let (x, hidden) = inputs.elements
    let weights = RecurrentWeights(input: weights, recurrent: recurrentWeights, bias: bias)
    return try step(cell, x, weights, from: RecurrentState(hidden: hidden)).hidden
  }

  public var defaultName: String { "rnnCell" }
  public var description: String { "RNNCell(\(hiddenSize))" }
  public var isObservationWise: Bool { true }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_weights.slot) }
}

/// The state after one step of a cell on `x`, `[batch, channels]`.
private func step(
  _ cell: RecurrentCell, _ x: Tensor, _ weights: RecurrentWeights, from state: RecurrentState
) throws -> RecurrentState {
  guard x.rank == 2 else {
    throw TensorError(
      "recurrent cell", "the input has shape \(x.shape)",
      remedy: "Give [batch, channels]: a cell runs one step, a layer a whole sequence")
  }
  return try recurrence(
    cell, x.reshaped(to: [x.shape[0], 1, x.shape[1]]), weights, from: state,
    reading: RecurrentReading(returnsSequence: false)
  ).state
}
