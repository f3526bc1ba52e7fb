import LigatureTensors
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

@Suite("States of a layer that reads both ways")
struct BidirectionalStateTests {
  private func wrapped<L: RecurrentLayer>(_ layer: L) -> any Layer { Bidirectional(layer) }

  @Test("are those of its two layers, side by side", arguments: RecurrentKind.all)
  func ports(kind: RecurrentKind) throws {
    let options = RecurrentOptions(takesState: true, returnsState: true)
    let layer = wrapped(kind.make(options))
    let size = RecurrentKind.hiddenSize
    let x = try numbers([2, 4, 2], .float64)
    let states = try (0..<kind.stateCount).map {
      try numbers([2, 2 * size], seed: 30 + UInt64($0), .float64)
    }
    let network = try network(of: layer, for: [x] + states)
    #expect(layer.inputNames.count == 1 + kind.stateCount)
    #expect(layer.outputNames == ["out"] + layer.inputNames.dropFirst())
    let found = try network.predict([x] + states, sequenceLengths: [4, 2])

    // By hand: the same learnables in two layers, each with its half of the states.
    for (half, isReversed) in [(0, false), (1, true)] {
      var one = options
      one.isReversed = isReversed
      let starts = try states.map { try $0.split(into: 2)[half] }
      let alone = try LigatureLayersTests.network(of: kind.make(one), for: [x] + starts)
      let values = network.learnables.filter {
        $0.path.contains(isReversed ? "/backwards/" : "/forwards/")
      }
      for (target, source) in zip(alone.parameters, values) {
        try target.set(source.parameter.value)
      }
      let expected = try alone.predict([x] + starts, sequenceLengths: [4, 2])
      for (output, other) in zip(found, expected) {
        #expect(try output.split(into: 2)[half].isClose(to: other, relative: 1e-14))
      }
    }
  }

  @Test("may be left out, as in a chain")
  func chain() throws {
    let network = Network {
      Bidirectional(LSTM(2)).named("both"); Bidirectional(GRU(2, .last)).shared()
    }
    #expect(try network.predict(.zeros([2, 3, 4])).shape == [2, 4])
  }
}

@Suite("A cell with given weights")
struct GivenCellTests {
  @Test("is a step of the layer with these weights, a GRU's second bias included")
  func steps() throws {
    let (x, hidden, cell) = (
      try numbers([2, 4], seed: 1, .float64), try numbers([2, 3], seed: 2, .float64),
      try numbers([2, 3], seed: 3, .float64)
    )
    func weights(_ cell: RecurrentCell, recurrentBias: Bool = false) throws -> RecurrentWeights {
      let columns = cell.gateCount * 3
      return RecurrentWeights(
        input: try numbers([4, columns], seed: 4, .float64),
        recurrent: try numbers([3, columns], seed: 5, .float64),
        bias: try numbers([columns], seed: 6, .float64),
        recurrentBias: recurrentBias ? try numbers([3], seed: 7, .float64) : nil)
    }
    func expected(_ kind: RecurrentCell, _ weights: RecurrentWeights) throws -> RecurrentState {
      try recurrence(
        kind, x.reshaped(to: [2, 1, 4]), weights,
        from: RecurrentState(hidden: hidden, cell: kind == .lstm ? cell : nil),
        reading: RecurrentReading(returnsSequence: false)
      ).state
    }
    func results(_ layer: any Layer, _ inputs: [Tensor]) throws -> [Tensor] {
      let network = Network()
      try network.add(layer, named: "cell")
      for port in layer.inputNames {
        try network.addInput("to \(port)")
        try network.connect("to \(port)", to: "cell/\(port)")
      }
      return try network.predict(inputs)
    }
    let lstm = try weights(.lstm)
    let next = try expected(.lstm, lstm)
    let found = try results(LSTMCell(weights: lstm), [x, hidden, cell])
    #expect(try found.isIdentical(to: [next.hidden, #require(next.cell)]))
    for hasBias in [false, true] {
      let gru = try weights(.gru, recurrentBias: hasBias)
      #expect(
        try results(GRUCell(weights: gru), [x, hidden])
          .isIdentical(to: [expected(.gru, gru).hidden]))
    }
    let plain = try weights(.tanh)
    #expect(
      try results(RNNCell(weights: plain), [x, hidden])
        .isIdentical(to: [expected(.tanh, plain).hidden]))
    #expect(message { try GRUCell(weights: plain) }.contains("do not fit a cell gru"))
  }

  @Test("learns a second bias where that is wanted")
  func recurrentBias() throws {
    let network = Network()
    for port in ["in", "hidden"] { try network.addInput("to \(port)") }
    try network.add(GRUCell(3, recurrentBias: true), named: "cell")
    for port in ["in", "hidden"] { try network.connect("to \(port)", to: "cell/\(port)") }
    try network.initialize(for: [.zeros([1, 2]), .zeros([1, 3])])
    #expect(network.learnables.map(\.path).contains("cell/recurrentBias"))
    #expect(network.learnableCount == 2 * 9 + 3 * 9 + 9 + 3)
  }
}
