import LigatureNetworks
import LigatureTensors

// Projected LSTMs with weights of another program. Gates stand in the same order everywhere, so
// matrices are transposed and nothing else.

extension ProjectedLSTM {
  /// A layer with weights as PyTorch's `LSTM` with `proj_size` keeps them: `weight_ih` `[4 ·
  /// hidden, inputs]`, `weight_hh` `[4 · hidden, projectionSize]`, `weight_hr` `[projectionSize,
  /// hidden]`, and two biases `[4 · hidden]`, which are added. Throws where shapes do not fit.
  public static func pyTorch(
    inputHidden: Tensor, hiddenHidden: Tensor, hiddenProjection: Tensor, inputBias: Tensor? = nil,
    hiddenBias: Tensor? = nil, options: RecurrentOptions = RecurrentOptions()
  ) throws -> ProjectedLSTM {
    try ProjectedLSTM(
      weights: .foreign(
        .lstm, inputHidden, hiddenHidden, inputBias, hiddenBias,
        projectionSize: hiddenProjection.shape.first ?? 0),
      projection: hiddenProjection.transposed.contiguousCopy(), options: options)
  }

  /// A layer with weights as MATLAB's `lstmProjectedLayer` keeps them: `InputWeights` `[4 · hidden,
  /// inputProjectionSize]`, `RecurrentWeights` `[4 · hidden, projectionSize]`, `Bias` `[4 · hidden,
  /// 1]`, `InputProjector` `[inputs, inputProjectionSize]` and `OutputProjector` `[hidden,
  /// projectionSize]`. Throws where shapes do not fit.
  public static func matlab(
    inputWeights: Tensor, recurrentWeights: Tensor, bias: Tensor, inputProjector: Tensor,
    outputProjector: Tensor, options: RecurrentOptions = RecurrentOptions()
  ) throws -> ProjectedLSTM {
    try ProjectedLSTM(
      weights: .foreign(
        .lstm, inputWeights, recurrentWeights, bias.reshaped(to: [-1]),
        projectionSize: outputProjector.shape.last ?? 0),
      projection: outputProjector, inputProjection: inputProjector, returnsProjection: false,
      options: options)
  }

  /// A layer with given weights, such as `pyTorch` and `matlab` make of those of another program.
  /// Throws where shapes or types do not fit each other.
  public init(
    weights given: RecurrentWeights, projection: Tensor? = nil, inputProjection: Tensor? = nil,
    returnsProjection: Bool = true, peepholes: Tensor? = nil,
    options: RecurrentOptions = RecurrentOptions()
  ) throws {
    let (columns, inputs) = (given.input.shape.last ?? 0, given.input.shape.first ?? 0)
    let size = columns / 4
    let seen = projection?.shape.last ?? size
    let all = [
      given.input, given.recurrent, given.bias, projection, inputProjection, peepholes,
    ].compactMap(\.self)
    guard size > 0, seen > 0, inputs > 0, given.input.shape == [inputs, 4 * size],
      given.recurrent.shape == [seen, columns], given.recurrentBias == nil,
      given.bias.map({ $0.shape == [columns] }) ?? true,
      projection.map({ $0.shape == [size, seen] }) ?? true,
      inputProjection.map({ $0.rank == 2 && $0.shape[1] == inputs }) ?? true,
      peepholes.map({ $0.shape == [3, size] }) ?? true
    else {
      throw TensorError(
        "ProjectedLSTM", "weights of shapes \(all.map(\.shape)) do not fit each other",
        remedy: "Give [inputs, 4 · hidden], [projectionSize, 4 · hidden], [4 · hidden], and where "
          + "wanted a projection [hidden, projectionSize], one of the input [channels, inputs], "
          + "and peepholes [3, hidden]")
    }
    try RecurrentWeights.requireOneType(all)
    self.init(
      size, projectionSize: projection?.shape[1],
      inputProjectionSize: inputProjection.map { _ in inputs },
      returnsProjection: returnsProjection, peepholes: peepholes != nil, options: options)
    let type = given.input.scalarType
    weights = given.input
    recurrentWeights = given.recurrent
    bias = try given.bias ?? .zeros([columns], type)
    self.projection = projection
    self.inputProjection = inputProjection
    self.peepholes = peepholes
    carriedState = RecurrentState(
      hidden: try .zeros([returnsProjection ? seen : size], type), cell: try .zeros([size], type))
  }
}
