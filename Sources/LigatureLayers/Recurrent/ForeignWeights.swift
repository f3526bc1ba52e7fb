import LigatureNetworks
import LigatureTensors

extension RecurrentWeights {
  /// Weights as PyTorch keeps them: `weight_ih` `[gates · hidden, inputs]`, `weight_hh` `[gates ·
  /// hidden, hidden]`, and two biases `[gates · hidden]`, which are added; of a GRU's candidate the
  /// second stays inside the reset. The order of the gates is the same, so matrices are transposed
  /// and nothing else.
  ///
  /// Throws where shapes do not fit the cell.
  public static func pyTorch(
    _ cell: RecurrentCell, inputHidden: Tensor, hiddenHidden: Tensor, inputBias: Tensor? = nil,
    hiddenBias: Tensor? = nil
  ) throws -> RecurrentWeights {
    try foreign(cell, inputHidden, hiddenHidden, inputBias, hiddenBias)
  }

  /// Weights with gates along the first axis, and biases that are added; of an LSTM that sees its
  /// state projected to some numbers the recurrent ones are `[gates · hidden, projectionSize]`.
  static func foreign(
    _ cell: RecurrentCell, _ input: Tensor, _ recurrent: Tensor, _ inputBias: Tensor?,
    _ hiddenBias: Tensor? = nil, projectionSize: Int? = nil
  ) throws -> RecurrentWeights {
    guard recurrent.rank == 2, input.rank == 2 else {
      throw TensorError(
        "RecurrentWeights", "the matrices have shapes \(input.shape) and \(recurrent.shape)",
        remedy: "Give [gates · hidden, inputs] and [gates · hidden, hidden]")
    }
    let size = projectionSize == nil ? recurrent.shape[1] : input.shape[0] / cell.gateCount
    let rows = cell.gateCount * size
    var weights = RecurrentWeights(
      input: try fitting(input, [rows, input.shape[1]], "the input weights").transposed
        .contiguousCopy(),
      recurrent: try fitting(
        recurrent, [rows, projectionSize ?? size], "the recurrent weights"
      ).transposed.contiguousCopy())
    let biases = try [inputBias, hiddenBias].map { bias -> Tensor in
      guard let bias else { return try .zeros([rows], input.scalarType) }
      return try fitting(bias, [rows], "a bias")
    }
    if cell == .gru {
      let first = try biases[1].slice(0..<2 * size, axis: 0)
      let inner = try biases[1].slice(2 * size..<3 * size, axis: 0)
      weights.bias = try biases[0] + concatenate([first, .zeros([size], first.scalarType)])
      weights.recurrentBias = inner.contiguousCopy()
    } else {
      weights.bias = try biases[0] + biases[1]
    }
    return weights
  }

  /// Weights as MATLAB keeps them: `InputWeights` `[gates · hidden, inputs]`, `RecurrentWeights`
  /// `[gates · hidden, hidden]` and `Bias` `[gates · hidden]` or `[gates · hidden, 1]`; of a GRU
  /// with the reset mode `recurrent-bias-after-multiplication` twice as many, the second half being
  /// PyTorch's second bias. The order of the gates is the same.
  ///
  /// Throws where shapes do not fit the cell.
  public static func matlab(
    _ cell: RecurrentCell, inputWeights: Tensor, recurrentWeights: Tensor, bias: Tensor
  ) throws -> RecurrentWeights {
    let columns = inputWeights.shape.first ?? 0
    let flat = try bias.reshaped(to: [-1])
    let isDouble = cell == .gru && flat.count == 2 * columns
    return try pyTorch(
      cell, inputHidden: inputWeights, hiddenHidden: recurrentWeights,
      inputBias: isDouble ? flat.slice(0..<columns, axis: 0) : flat,
      hiddenBias: isDouble ? flat.slice(columns..<2 * columns, axis: 0) : nil)
  }

  private static func fitting(_ tensor: Tensor, _ shape: [Int], _ words: String) throws -> Tensor {
    guard tensor.shape == shape else {
      throw TensorError(
        "RecurrentWeights", "\(words) of shape \(tensor.shape), and \(shape) is needed",
        remedy: "Check the cell and the number of hidden units; gates stand along the first axis")
    }
    return tensor
  }
}

extension LSTM {
  /// A layer with given weights, such as `RecurrentWeights.pyTorch` and `.matlab` make.
  public init(
    weights given: RecurrentWeights, options: RecurrentOptions = RecurrentOptions()
  ) throws {
    try given.check(.lstm)
    self.init(given.recurrent.shape[0], options: options)
    let type = given.input.scalarType
    weights = given.input
    recurrentWeights = given.recurrent
    bias = try given.bias ?? .zeros([4 * hiddenSize], type)
    carriedState = RecurrentState(
      hidden: try .zeros([hiddenSize], type), cell: try .zeros([hiddenSize], type))
  }
}

extension GRU {
  /// A layer with given weights.
  public init(
    weights given: RecurrentWeights, options: RecurrentOptions = RecurrentOptions()
  ) throws {
    try given.check(.gru)
    self.init(
      given.recurrent.shape[0], options: options, recurrentBias: given.recurrentBias != nil)
    let type = given.input.scalarType
    weights = given.input
    recurrentWeights = given.recurrent
    bias = try given.bias ?? .zeros([3 * hiddenSize], type)
    recurrentBias = given.recurrentBias
    hidden = try .zeros([hiddenSize], type)
  }
}

extension RNN {
  /// A layer with given weights.
  public init(
    weights given: RecurrentWeights, options: RecurrentOptions = RecurrentOptions(),
    activation: Activation = .tanh
  ) throws {
    try given.check(.tanh)
    self.init(given.recurrent.shape[0], options: options, activation: activation)
    let type = given.input.scalarType
    weights = given.input
    recurrentWeights = given.recurrent
    bias = try given.bias ?? .zeros([hiddenSize], type)
    hidden = try .zeros([hiddenSize], type)
  }
}

extension RecurrentWeights {
  /// Throws unless the shapes are those of a cell.
  fileprivate func check(_ cell: RecurrentCell) throws {
    let size = recurrent.shape.first ?? 0
    let columns = cell.gateCount * size
    guard recurrent.shape == [size, columns], input.rank == 2, input.shape[1] == columns,
      bias == nil || bias?.shape == [columns],
      recurrentBias == nil || cell == .gru && recurrentBias?.shape == [size]
    else {
      let shapes = [input, recurrent, bias, recurrentBias].compactMap { $0?.shape }
      throw TensorError(
        "RecurrentWeights", "weights of shapes \(shapes) do not fit a cell \(cell)",
        remedy: "Give [channels, gates · hidden], [hidden, gates · hidden] and [gates · hidden], "
          + "and a recurrent bias [hidden] to a GRU only")
    }
    try Self.requireOneType([input, recurrent, bias, recurrentBias].compactMap(\.self))
  }

  /// Throws unless learnables are of one type that can be learned.
  static func requireOneType(_ tensors: [Tensor]) throws {
    let types = Set(tensors.map(\.scalarType))
    guard types.count == 1, types.allSatisfy(\.isFloatingPoint) else {
      throw TensorError(
        "RecurrentWeights", "weights are of types \(types.map(\.rawValue).sorted())",
        remedy: "Give all of them as float32, or all as float64")
    }
  }
}

extension LSTMCell {
  /// A cell with given weights.
  public init(weights given: RecurrentWeights) throws {
    try given.check(.lstm)
    self.init(given.recurrent.shape[0])
    (weights, recurrentWeights) = (given.input, given.recurrent)
    bias = try given.bias ?? .zeros([4 * hiddenSize], given.input.scalarType)
  }
}

extension GRUCell {
  /// A cell with given weights.
  public init(weights given: RecurrentWeights) throws {
    try given.check(.gru)
    self.init(given.recurrent.shape[0], recurrentBias: given.recurrentBias != nil)
    (weights, recurrentWeights) = (given.input, given.recurrent)
    bias = try given.bias ?? .zeros([3 * hiddenSize], given.input.scalarType)
    recurrentBias = given.recurrentBias
  }
}

extension RNNCell {
  /// A cell with given weights.
  public init(weights given: RecurrentWeights, activation: RNN.Activation = .tanh) throws {
    try given.check(.tanh)
    self.init(given.recurrent.shape[0], activation: activation)
    (weights, recurrentWeights) = (given.input, given.recurrent)
    bias = try given.bias ?? .zeros([hiddenSize], given.input.scalarType)
  }
}
