/// What a recurrent layer computes at each time step, from the input x and the state h before it.
///
/// The order of the gates in weights and biases is the one that PyTorch and MATLAB use.
public enum RecurrentCell: String, Sendable, Codable, CaseIterable {
  /// Gates i, f, g, o (input, forget, candidate, output): c = σ(f) c + σ(i) tanh(g) and
  /// h = σ(o) tanh(c), each of i, f, g, o being x · W + h · R + b (Hochreiter and Schmidhuber 1997;
  /// Gers, Schmidhuber and Cummins 2000).
  case lstm
  /// Gates r, z, n (reset, update, candidate): n' = tanh(x · W + b + σ(r) (h · R + recurrent bias))
  /// and h = (1 - σ(z)) n' + σ(z) h (Cho et al. 2014, with the reset after the product).
  case gru
  /// h = tanh(x · W + h · R + b) (Elman 1990).
  case tanh
  /// h = max(0, x · W + h · R + b).
  case relu

  /// How many blocks of hidden size the weights have side by side.
  public var gateCount: Int {
    switch self {
    case .lstm: 4
    case .gru: 3
    case .tanh, .relu: 1
    }
  }
}

/// The learnables of a recurrent operation.
public struct RecurrentWeights: Sendable {
  /// `[features, gates · hidden]`.
  public var input: Tensor
  /// `[hidden, gates · hidden]`.
  public var recurrent: Tensor
  /// `[gates · hidden]`; nil for none.
  public var bias: Tensor?
  /// `[hidden]`: a second bias of the GRU's candidate, inside the reset; nil for none.
  public var recurrentBias: Tensor?

  /// Weights of an operation.
  public init(input: Tensor, recurrent: Tensor, bias: Tensor? = nil, recurrentBias: Tensor? = nil) {
    self.input = input
    self.recurrent = recurrent
    self.bias = bias
    self.recurrentBias = recurrentBias
  }

  var tensors: [Tensor?] { [input, recurrent, bias, recurrentBias] }
}

/// What a recurrent operation remembers between two time steps.
public struct RecurrentState: Sendable {
  /// h, `[batch, hidden]`.
  public var hidden: Tensor
  /// The LSTM's c, `[batch, hidden]`; nil for other cells.
  public var cell: Tensor?

  /// A state.
  public init(hidden: Tensor, cell: Tensor? = nil) {
    self.hidden = hidden
    self.cell = cell
  }
}

/// The order in which a sequence is read, and how much of it there is.
public struct RecurrentReading: Sendable {
  /// Time steps of each observation, where later ones are padding; nil where all count.
  public var lengths: [Int]?
  /// From the last step that counts to the first.
  public var isReversed: Bool
  /// Whether the states of all steps are wanted, or only the last.
  public var returnsSequence: Bool

  /// All steps, forwards, with the states of all steps.
  public static let everyStep = RecurrentReading()

  /// A reading; by default that of ``everyStep``.
  public init(lengths: [Int]? = nil, isReversed: Bool = false, returnsSequence: Bool = true) {
    self.lengths = lengths
    self.isReversed = isReversed
    self.returnsSequence = returnsSequence
  }
}
