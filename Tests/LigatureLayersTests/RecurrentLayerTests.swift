import LigatureTensors
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

@Suite("A recurrent layer")
struct RecurrentLayerTests {
  private func sequence(_ batch: Int = 4, _ time: Int = 5) throws -> Tensor {
    try numbers([batch, time, 2], seed: 8, .float64)
  }

  /// A cell that is run one step after the other.
  private func stepping(_ cell: RecurrentCell) -> any Layer {
    switch cell {
    case .lstm: Stepping(LSTMCell(3)) { Tuple($0, $1, $2) }
    case .gru: Stepping(GRUCell(3)) { x, hidden, _ in Tuple(x, hidden) }
    case .tanh: Stepping(RNNCell(3)) { x, hidden, _ in Tuple(x, hidden) }
    case .relu: Stepping(RNNCell(3, activation: .relu)) { x, hidden, _ in Tuple(x, hidden) }
    }
  }

  @Test(
    "is its cell, step by step, values and gradients",
    arguments: RecurrentKind.all.filter { !$0.testDescription.contains("with") })
  func cells(kind: RecurrentKind) throws {
    let x = try sequence()
    let whole = try kind.network()
    let steps = try network(of: stepping(kind.cell), for: [x])
    for phase in Phase.allCases {
      let found = try RecordedPass(of: whole, [x], phase) { try whole($1, in: $0) }
      let wanted = try RecordedPass(of: steps, [x], phase) { try steps($1, in: $0) }
      try found.expectEqual(to: wanted)
    }
  }

  @Test(
    "gives as its last state the last of the sequence, whatever its length",
    arguments: RecurrentKind.all, [false, true])
  func last(kind: RecurrentKind, isReversed: Bool) throws {
    let x = try sequence()
    let lengths = [5, 1, 3, 0]
    let all = try kind.network(RecurrentOptions(isReversed: isReversed, returnsState: true))
    let last = try kind.network(
      RecurrentOptions(outputMode: .last, isReversed: isReversed, returnsState: true))
    let found = try RecordedPass(of: last, [x], lengths: lengths) { try last($1, in: $0) }
    let wanted = try RecordedPass(of: all, [x], lengths: lengths) { context, inputs in
      let outputs = try all(inputs, in: context)
      let ends = try lengths.enumerated().map { row, length in
        let step = isReversed ? 0 : max(0, length - 1)
        return try outputs[0].slice(row..<row + 1).at(step, axis: 1)
      }
      return try [concatenate(ends, axis: 0)] + outputs.dropFirst()
    }
    try found.expectEqual(to: wanted)
    #expect(try found.outputs[0].isIdentical(to: found.outputs[1]), "the hidden state is the last")
  }

  @Test(
    "reversed, is the layer forwards on the reversed sequence",
    arguments: RecurrentKind.all, [nil, [5, 1, 3, 0]])
  func reversed(kind: RecurrentKind, lengths: [Int]?) throws {
    let x = try sequence()
    let forwards = try kind.network()
    let backwards = try kind.network(RecurrentOptions(isReversed: true))
    let used = lengths ?? [5, 5, 5, 5]
    let found = try RecordedPass(of: backwards, [x], lengths: lengths) { try backwards($1, in: $0) }
    let wanted = try RecordedPass(of: forwards, [x], lengths: lengths) { context, inputs in
      [try forwards(inputs[0].reversedInTime(used), in: context).reversedInTime(used)]
    }
    try found.expectEqual(to: wanted)
  }

  @Test("in both directions, is two layers side by side", arguments: OutputMode.allCases)
  func bidirectional(mode: OutputMode) throws {
    let x = try sequence()
    let options = RecurrentOptions(outputMode: mode)
    let both = try Bidirectional(
      forwards: GRU(3, options: options), backwards: GRU(3, options: options.reversed))
    let network = try network(of: both, for: [x])
    let lengths = [2, 5, 0, 4]
    let found = try network.predict(x, sequenceLengths: lengths)
    let parts = try [both.forwards, both.backwards].map { layer in
      try network.inference(sequenceLengths: lengths) { try layer(x, in: $0) }
    }
    #expect(try found.isIdentical(to: concatenate(parts)))
    #expect(Bidirectional(LSTM(2)).backwards.options.isReversed)
    #expect(!Bidirectional(LSTM(2, options: options.reversed)).backwards.options.isReversed)
  }

  @Test(
    "from given first states, half after half, is the layer on the whole",
    arguments: RecurrentKind.all)
  func handingOn(kind: RecurrentKind) throws {
    let x = try sequence()
    let network = try kind.network(RecurrentOptions(takesState: true, returnsState: true))
    let start = try (0..<kind.stateCount).map {
      try numbers([4, 3], seed: 30 + UInt64($0), .float64)
    }
    let whole = try RecordedPass(of: network, [x] + start) { try network($1, in: $0) }
    let halves = try RecordedPass(of: network, [x] + start) { context, inputs in
      let first = try network(
        [inputs[0].slice(0..<2, axis: 1)] + inputs.dropFirst(), in: context)
      let second = try network(
        [inputs[0].slice(2..<5, axis: 1)] + first.dropFirst(), in: context)
      return try [concatenate([first[0], second[0]], axis: 1)] + second.dropFirst()
    }
    try halves.expectEqual(to: whole)
  }

  @Test("keeps its numbers in single precision too", arguments: RecurrentKind.all)
  func single(kind: RecurrentKind) throws {
    let x = try sequence()
    let network = try kind.network()
    let wanted = try network.predict(x)
    try network.cast(to: .float32)
    let found = try network.predict(x.cast(to: .float32))
    #expect(found.scalarType == .float32)
    #expect(try found.cast(to: .float64).isClose(to: wanted, relative: 1e-4, absolute: 1e-5))
  }

  @Test("gives the same bits on any number of threads", arguments: [RecurrentCell.lstm, .gru])
  func threads(cell: RecurrentCell) throws {
    let layer: any Layer = cell == .lstm ? LSTM(24) : GRU(24)
    let x = try numbers([70, 4, 5], seed: 9, .float64)
    let network = try network(of: layer, for: [x])
    let before = Parallel.threads
    defer { Parallel.threads = before }
    let runs = try [1, 2, 3].map { threads in
      Parallel.threads = threads
      return try RecordedPass(of: network, [x]) { try network($1, in: $0) }
    }
    for run in runs.dropFirst() {
      #expect(try run.outputs.isIdentical(to: runs[0].outputs))
      #expect(
        try run.inputGradients.compactMap(\.self)
          .isIdentical(to: runs[0].inputGradients.compactMap(\.self)))
      #expect(
        try run.gradients.compactMap(\.self)
          .isIdentical(to: runs[0].gradients.compactMap(\.self)))
    }
  }

  @Test("begins with a forget gate that is open, and recurrent weights that keep lengths")
  func firstValues() throws {
    let network = try Network(input: Layout("BTC", [nil, nil, 2])) { LSTM(3) }
    let layer = network.layers(of: LSTM.self)[0]
    #expect(try layer.bias.doubles() == [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    let weights = try layer.recurrentWeights.cast(to: .float64)
    let products = try matmul(weights, weights.transposed)
    let identity = try Tensor.identity(3, .float64)
    #expect(try products.isClose(to: identity, absolute: 1e-5), "\(products)")
  }
}

/// A cell that is run along time by a loop.
private struct Stepping<Cell: CustomLayer>: CustomLayer {
  @Learnable var cell: Cell
  private let arrange: @Sendable (Tensor, Tensor, Tensor) -> Cell.Input

  init(_ cell: Cell, _ arrange: @escaping @Sendable (Tensor, Tensor, Tensor) -> Cell.Input) {
    self.cell = cell
    self.arrange = arrange
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    var state = try [Tensor](repeating: .zeros([x.shape[0], 3], x.scalarType), count: 2)
    let outputs = try (0..<x.shape[1]).map { step in
      let next = try cell(arrange(x.at(step, axis: 1), state[0], state[1]), in: context).tensors
      state = [next[0], next[next.count - 1]]
      return next[0]
    }
    return try stack(outputs, axis: 1)
  }
}
