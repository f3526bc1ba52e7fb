import LigatureNetworks
import LigatureTensors

/// An LSTM whose state is projected to fewer numbers, and whose gates may see the cell (Gers and
/// Schmidhuber 2000; Sak, Senior and Beaufays 2014), over sequences `[batch, time, channels]`:
///
///     i = σ(x Wi + r Ri + pi c + bi)     f = σ(x Wf + r Rf + pf c + bf)
///     c' = f c + i tanh(x Wg + r Rg + bg)
///     o = σ(x Wo + r Ro + po c' + bo)    h = o tanh(c')    r' = h P
///
/// What comes out and is carried is r, `[batch, projectionSize]`, as of PyTorch's `LSTM` with
/// `proj_size`; or else h, `[batch, hidden]`, as of MATLAB's `lstmProjectedLayer`, of which the
/// gates alone see h P. An input projection puts x Q in the place of x. Gates stand in the order of
/// ``LSTM``.
///
/// See ``RecurrentLayer`` for ports. O(batch · time · (channels + projectionSize) · hidden), in
/// tensor operations for each step: where none of it is needed ``LSTM`` is several times as fast.
public struct ProjectedLSTM: RecurrentLayer {
  /// `[channels, 4 · hidden]`, or `[inputProjectionSize, 4 · hidden]`.
  @Learnable public var weights: Tensor = .deferred
  /// `[projectionSize, 4 · hidden]`.
  @Learnable public var recurrentWeights: Tensor = .deferred
  /// `[4 · hidden]`.
  @Learnable(l2Factor: 0) public var bias: Tensor = .deferred
  /// P, `[hidden, projectionSize]`; nil for none.
  @Learnable public var projection: Tensor? = nil
  /// Q, `[channels, inputProjectionSize]`; nil for none.
  @Learnable public var inputProjection: Tensor? = nil
  /// `[3, hidden]`: what input, forget and output gate see of the cell; nil for nothing.
  @Learnable public var peepholes: Tensor? = nil
  /// The carried state.
  @LayerState(.memory) public var hidden: Tensor = .deferred
  /// The carried cell state.
  @LayerState(.memory) public var cellState: Tensor = .deferred
  public let hiddenSize: Int
  /// The size of what the gates see of the state; nil for all of it.
  public let projectionSize: Int?
  /// The size of what the gates see of the input; nil for all of it.
  public let inputProjectionSize: Int?
  /// Whether the projected state comes out and is carried.
  public let returnsProjection: Bool
  public let options: RecurrentOptions

  /// A layer of a number of hidden units.
  ///
  /// - Parameters:
  ///   - hiddenSize: the size of cell and gates.
  ///   - projectionSize: the size of what the gates see of the state; nil for all of it.
  ///   - inputProjectionSize: the size of what they see of the input; nil for all of it.
  ///   - returnsProjection: whether the projected state comes out and is carried, or the whole one.
  ///   - peepholes: whether the gates see the cell.
  ///   - options: how memory is treated.
  public init(
    _ hiddenSize: Int, projectionSize: Int? = nil, inputProjectionSize: Int? = nil,
    returnsProjection: Bool = true, peepholes: Bool = false,
    options: RecurrentOptions = RecurrentOptions()
  ) {
    self.hiddenSize = hiddenSize
    self.projectionSize = projectionSize
    self.inputProjectionSize = inputProjectionSize
    self.returnsProjection = returnsProjection
    self.options = options
    if projectionSize != nil { _projection = Learnable(wrappedValue: .some(.deferred)) }
    if inputProjectionSize != nil { _inputProjection = Learnable(wrappedValue: .some(.deferred)) }
    if peepholes { _peepholes = Learnable(wrappedValue: .some(.deferred)) }
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

  /// The size of what comes out.
  private var outputSize: Int { returnsProjection ? projectionSize ?? hiddenSize : hiddenSize }

  public func stateShapes(for x: Tensor) -> [[Int]] { [[outputSize], [hiddenSize]] }

  public func initialize(for inputs: [Tensor], in context: Context) throws {
    try requireInputs(inputs, in: context)
    try requireSequence(inputs[0], in: context)
    let sizes = [projectionSize, inputProjectionSize].compactMap(\.self)
    guard sizes.allSatisfy({ $0 > 0 }) else {
      throw LayerError(
        .setting, context.path, "projects to \(sizes) numbers",
        remedy: "Give sizes of at least 1, or nil for no projection")
    }
    let channels = inputs[0].shape[2]
    let first = try RecurrentWeights.initial(
      cell, hiddenSize, inputSize: inputProjectionSize ?? channels, stateSize: projectionSize,
      in: context)
    weights = first.input
    recurrentWeights = first.recurrent
    if let first = first.bias { bias = first }
    if let projectionSize {
      projection = try Initializer.orthogonal([hiddenSize, projectionSize], in: context)
    }
    if let inputProjectionSize {
      inputProjection = try Initializer.orthogonal([channels, inputProjectionSize], in: context)
    }
    if peepholes != nil { peepholes = try Initializer.zeros([3, hiddenSize], in: context) }
    carriedState = RecurrentState(
      hidden: try .zeros([outputSize], context.scalarType),
      cell: try .zeros([hiddenSize], context.scalarType))
  }

  public func run(
    _ x: Tensor, from state: RecurrentState?, reading: RecurrentReading, in context: Context
  ) throws -> (output: Tensor?, state: RecurrentState) {
    try requireSequence(x, in: context)
    let (recurrentWeights, projection) = (recurrentWeights, projection)
    let expected = [projectionSize ?? hiddenSize, 4 &* hiddenSize]
    guard recurrentWeights.rank != 2 || recurrentWeights.shape == expected else {
      throw LayerError(
        .shape, context.path,
        "has recurrent weights \(recurrentWeights.shape), and \(expected) is needed",
        remedy: "Give weights [projectionSize, 4 · hidden], or make the layer of their size")
    }
    let first = try start(state, for: x, in: context)
    let counting = try reading.lengths.map { try x.zeroed(beyond: $0) } ?? x
    let input = try inputProjection.map { try matmul(counting, $0) } ?? counting
    let peepholes = try peepholes?.unstacked()
    func projected(_ state: Tensor) throws -> Tensor {
      try projection.map { try matmul(state, $0) } ?? state
    }
    return try RecurrentSteps(reading).run(
      linear(input, weights: weights, bias: bias), from: first
    ) { input, state in
      let seen = returnsProjection ? state.hidden : try projected(state.hidden)
      let gates = try input + matmul(seen, recurrentWeights)
      var next = try RecurrentState.lstm(gates, from: state, peepholes: peepholes)
      if returnsProjection { next.hidden = try projected(next.hidden) }
      return next
    }
  }

  private func requireSequence(_ x: Tensor, in context: Context) throws {
    guard x.rank == 3 else {
      throw LayerError(
        .shape, context.path,
        "takes sequences [batch, time, channels], found shape \(x.shape)",
        remedy: "Reshape the input; one channel is a last axis of size 1")
    }
  }

  public func reversedTwin() -> ProjectedLSTM {
    ProjectedLSTM(
      hiddenSize, projectionSize: projectionSize, inputProjectionSize: inputProjectionSize,
      returnsProjection: returnsProjection, peepholes: !$peepholes.parameters.isEmpty,
      options: options.reversed)
  }

  public var defaultName: String { "lstm" }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_weights.slot) }
  public var settings: [String] {
    [
      "\(hiddenSize)", projectionSize.map { "projectionSize: \($0)" },
      inputProjectionSize.map { "inputProjectionSize: \($0)" },
      returnsProjection ? nil : "returnsProjection: false",
      $peepholes.parameters.isEmpty ? nil : "peepholes",
    ].compactMap(\.self)
  }
}
