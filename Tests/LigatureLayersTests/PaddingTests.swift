import LigatureTensors
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

@Suite("Padding")
struct PaddingTests {
  private static let lengths = [3, 0, 5, 1]

  /// Sequences of different lengths, with something behind them that is no number.
  private func padded() throws -> Tensor {
    let x = try numbers([4, 5, 2], seed: 18, .float64)
    var values = try x.doubles()
    for (row, length) in Self.lengths.enumerated() {
      for index in (row * 5 + length) * 2..<(row + 1) * 10 {
        values[index] = index.isMultiple(of: 2) ? .nan : .infinity
      }
    }
    return try Tensor(values, shape: [4, 5, 2])
  }

  /// Networks whose results are sequences, by name.
  private static let networks: [(name: String, make: @Sendable () -> Network)] = [
    ("LSTM", { Network { LSTM(3) } }),
    ("reversed GRU", { Network { GRU(3, options: RecurrentOptions(isReversed: true)) } }),
    ("both directions", { Network { Bidirectional(RNN(2)) } }),
    (
      "layers of single steps before",
      {
        Network {
          FullyConnected(3); LayerNormalization(); Tanh(); Select(1..<3); LSTM(2)
        }
      }
    ),
    (
      "a stack",
      {
        Network {
          LSTM(3); FullyConnected(2); Bidirectional(GRU(2)); Network { RNN(3, activation: .relu) }
        }
      }
    ),
    (
      "last of a stack",
      {
        Network {
          GRU(2); LSTM(3, .last); FullyConnected(2)
        }
      }
    ),
    (
      "causal convolution, and one that keeps the size",
      {
        Network {
          Convolution([2], filters: 3, padding: .causal); Tanh()
          Convolution([3], filters: 2, padding: .same); LSTM(2)
        }
      }
    ),
    ("projected LSTM", { Network { ProjectedLSTM(3, projectionSize: 2, peepholes: true) } }),
  ]

  @Test("changes no result and no gradient, whatever it holds", arguments: networks.indices)
  func masking(index: Int) throws {
    let x = try padded()
    let network = try drawn(Self.networks[index].make(), for: [.zeros([2, 3, 2])])
    let isSequence = try network.predict(.zeros([1, 1, 2], .float64)).rank == 3
    let whole = try RecordedPass(of: network, [x], lengths: Self.lengths) {
      try network($1, in: $0)
    }
    let alone = try RecordedPass(of: network, [x]) { context, inputs in
      let rows = try Self.lengths.enumerated().map { row, length in
        let one = try inputs[0].slice(row..<row + 1).slice(0..<length, axis: 1)
        let output = try network(one, in: context)
        guard isSequence else { return output }
        let behind = try Tensor.zeros([1, 5 - length, output.shape[2]], .float64)
        return try concatenate([output, behind], axis: 1)
      }
      return [try concatenate(rows, axis: 0)]
    }
    let name = Comment(rawValue: Self.networks[index].name)
    // Behind the last step a layer that knows no time may put something; it counts for nothing.
    try expectClose(whole.inputGradients, alone.inputGradients, "input gradient", name)
    try expectClose(whole.gradients, alone.gradients, "gradient", name)
    try expectClose(whole.outputs, alone.outputs, "output", name)
    let gradient = try #require(whole.inputGradients[0]).doubles()
    for (row, length) in Self.lengths.enumerated() {
      #expect(gradient[(row * 5 + length) * 2..<(row + 1) * 10].allSatisfy { $0 == 0 })
    }
  }

  @Test("is followed batch by batch in a prediction")
  func batches() throws {
    let x = try padded()
    let network = try drawn(Self.networks[4].make(), for: [.zeros([2, 3, 2])])
    let whole = try network.predict(x, sequenceLengths: Self.lengths)
    let parts = try network.predict(x, batchSize: 3, sequenceLengths: Self.lengths)
    #expect(try parts.isIdentical(to: whole))
  }

  @Test("leaves a state as the last step that counts left it", arguments: RecurrentKind.all)
  func states(kind: RecurrentKind) throws {
    let network = try kind.network(RecurrentOptions(takesState: true, returnsState: true))
    let start = try (0..<kind.stateCount).map {
      try numbers([4, 3], seed: 70 + UInt64($0), .float64)
    }
    let states = try network.predict([padded()] + start, sequenceLengths: Self.lengths).dropFirst()
    for (state, first) in zip(states, start) {
      #expect(try state.slice(1..<2).isIdentical(to: first.slice(1..<2)), "no step, no change")
      #expect(try state.isFinite())
    }
  }

  @Test("is refused where lengths do not fit")
  func refusals() throws {
    let x = try numbers([2, 3, 2])
    let network = Network { GRU(2) }
    #expect(
      message { try network.predict(x, sequenceLengths: [1]) }
        == "network: 1 sequence lengths came with 2 observations. Give one for each observation.")
    #expect(
      message { try network.predict(x, sequenceLengths: [1, 4]) }
        == "gru: recurrence: the sequence lengths [1, 4] do not fit 2 observations of 3 steps. "
        + "Give one length in 0...3 for each observation; the lengths of a pass are those of all its "
        + "sequences.")
    #expect(
      message { try network.predict(x, sequenceLengths: [-1, 3]) }.hasPrefix(
        "gru: recurrence: the sequence lengths [-1, 3] do not fit 2 observations of 3 steps."))
  }

  @Test("is left out of the statistics of batch normalisation, however much there is")
  func statistics() throws {
    func pass(padding: Int, _ fill: Double) throws -> (network: Network, pass: RecordedPass) {
      let network = try drawn(
        Network {
          BatchNormalization(); LSTM(2); BatchNormalization(); GRU(2, .last)
        }, for: [.zeros([2, 3, 2])])
      var values: [Double] = []
      let x = try numbers([3, 4, 2], seed: 5, .float64)
      for (row, length) in [4, 0, 2].enumerated() {
        values += try x.slice(row..<row + 1).slice(0..<length, axis: 1).doubles()
        values += [Double](repeating: fill, count: (4 + padding - length) * 2)
      }
      let padded = try Tensor(values, shape: [3, 4 + padding, 2])
      let recorded = try RecordedPass(of: network, [padded], lengths: [4, 0, 2]) {
        try network($1, in: $0)
      }
      recorded.pass.commitStates()
      return (network, recorded)
    }
    let expected = try pass(padding: 0, 0)
    for (padding, fill) in [(0, Double.nan), (7, 0), (1, .infinity), (3, 1e30)] {
      let found = try pass(padding: padding, fill)
      try expectClose(found.pass.outputs, expected.pass.outputs, "output", "\(padding), \(fill)")
      try expectClose(
        found.pass.gradients, expected.pass.gradients, "gradient", "\(padding), \(fill)")
      let states = zip(found.network.uniqueStates, expected.network.uniqueStates)
      for (state, other) in states where state.path.contains("batchNorm") {
        #expect(
          try state.slot.value(for: nil).isClose(to: other.slot.value(for: nil), relative: 1e-12))
      }
    }
  }

  @Test("is refused by layers that would lose count of the steps")
  func alongTime() throws {
    let cases: [(Network, String)] = [
      (
        Network {
          Select(0..<2, axis: 1); LSTM(2)
        }, "select"
      ),
      (
        Network {
          Select(0..<2, axis: -2); LSTM(2)
        }, "select"
      ),
      (try joining(Split(2, axis: 1)), "layer"), (try joining(Split(2), axis: 1), "joint"),
    ]
    for (network, name) in cases {
      let x = try numbers([2, 4, 2])
      _ = try network.predict(x)
      #expect(
        message { try network.predict(x, sequenceLengths: [1, 4]) }.hasPrefix(
          "\(name): works along time, and the sequences are padded"))
    }
  }
}
