import LigatureTensors
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

@Suite("Carried memory")
struct CarriedStateTests {
  private static let x = try? numbers([2, 6, 2], seed: 19, .float64)
  private static let pieces = [0..<1, 1..<4, 4..<4, 4..<6]

  private func sequence() throws -> Tensor { try #require(Self.x) }

  /// Networks with memory, by name.
  private static let networks: [(name: String, make: @Sendable () throws -> Network)] = [
    ("LSTM", { Network { LSTM(3) } }),
    (
      "a stack",
      {
        Network {
          GRU(3); Dropout(0.4); FullyConnected(2); RNN(2)
        }
      }
    ),
    (
      "nested",
      {
        let shared = Network { LSTM(2) }
        return Network {
          shared
          Tanh()
          shared
          Repeating(shared, count: 3)
          Network { GRU(2) }
        }
      }
    ),
    (
      "common",
      {
        try joining(
          CommonLSTMLayer(
            network: Network {
              LSTM(2); GRU(1)
            }, outputs: 2))
      }
    ),
  ]

  @Test(
    "makes predictions of a stream piece by piece those of the whole", arguments: networks.indices)
  func pieces(index: Int) throws {
    let x = try sequence()
    let network = try drawn(Self.networks[index].make(), for: [x])
    let before = try network.predict(x)
    var state = NetworkState()
    #expect(state.isEmpty)
    let parts = try Self.pieces.map { try network.predict(x.slice($0, axis: 1), state: &state) }
    #expect(!state.isEmpty)
    try expectClose([concatenate(parts, axis: 1)], [before])
    #expect(try network.predict(x).isIdentical(to: before), "the network has not changed")
    #expect(network.stateValues.values.allSatisfy { $0.count == 1 })
  }

  @Test("of two streams is apart", arguments: networks.indices)
  func streams(index: Int) throws {
    let x = try sequence()
    let other = try numbers([3, 6, 2], seed: 20, .float64)
    let network = try drawn(Self.networks[index].make(), for: [x])
    var (one, two) = (NetworkState(), NetworkState())
    var (found, others): ([Tensor], [Tensor]) = ([], [])
    for piece in [0..<2, 2..<6] {
      found.append(try network.predict(x.slice(piece, axis: 1), state: &one))
      others.append(try network.predict(other.slice(piece, axis: 1), state: &two))
    }
    try expectClose([concatenate(found, axis: 1)], [network.predict(x)])
    try expectClose([concatenate(others, axis: 1)], [network.predict(other)])
  }

  @Test("of another network, or of a layer that is gone, is refused in words")
  func strangers() throws {
    let x = try sequence()
    let network = try drawn(Network { LSTM(2).named("lstm") }, for: [x])
    var state = NetworkState()
    _ = try network.predict(x, state: &state)
    let copy = try network.copy()
    #expect(
      message { try copy.predict(x, state: &state) }
        == "network: the state is that of another network. Begin with NetworkState(), and keep one "
        + "for each network and stream.")
    try network.replace("lstm", with: LSTM(2))
    #expect(
      message { try network.predict(x, state: &state) }.hasPrefix(
        "network: the state is that of layers which are not in the network any more."))
    var fresh = NetworkState()
    _ = try copy.predict(x, state: &fresh)
    #expect(!fresh.isEmpty)
  }

  @Test("ends for each observation with its last step that counts")
  func lengths() throws {
    let x = try sequence()
    let network = try drawn(Network { LSTM(2) }, for: [x])
    var state = NetworkState()
    let first = try network.predict(
      x.slice(0..<3, axis: 1), state: &state, sequenceLengths: [3, 1])
    let second = try network.predict(x.slice(3..<6, axis: 1), state: &state)
    let wholes = try [
      x.slice(0..<1),
      concatenate(
        [x.slice(1..<2).slice(0..<1, axis: 1), x.slice(1..<2).slice(3..<6, axis: 1)], axis: 1),
    ].map { try network.predict($0) }
    try expectClose(
      [concatenate([first.slice(0..<1), second.slice(0..<1)], axis: 1), second.slice(1..<2)],
      [wholes[0], wholes[1].slice(1..<4, axis: 1)])
  }

  @Test(
    "goes from one training pass to the next, without gradient, until it is reset",
    arguments: RecurrentKind.all)
  func training(kind: RecurrentKind) throws {
    let x = try sequence()
    let network = try kind.network(RecurrentOptions(carriesState: true))
    let plain = try kind.network(RecurrentOptions(takesState: true, returnsState: true))
    let zeros = try [Tensor](repeating: .zeros([2, 3], .float64), count: kind.stateCount)
    let whole = try plain.predict([x] + zeros)
    func step(_ range: Range<Int>) throws -> (output: Tensor, gradients: Gradients) {
      var output = Tensor.deferred
      let pass = try valueAndGradients(of: network) { context in
        output = try network(x.slice(range, axis: 1), in: context)
        return try [output].projected()
      }
      return (output.detached, pass.gradients)
    }
    let first = try step(0..<4)
    let second = try step(4..<6)
    try expectClose([concatenate([first.output, second.output], axis: 1)], [whole[0]])
    let start = try Array(plain.predict([x.slice(0..<4, axis: 1)] + zeros).dropFirst())
    let wanted = try RecordedPass(of: plain, [x.slice(4..<6, axis: 1)] + start) { context, inputs in
      [try plain(inputs, in: context)[0]]
    }
    try expectClose(network.parameters.map { second.gradients[$0] }, wanted.gradients)
    network.resetState()
    #expect(try step(0..<4).output.isIdentical(to: first.output))
  }

  @Test("is the same stream for predictions that follow a training pass")
  func afterTraining() throws {
    let x = try sequence()
    let network = try drawn(
      Network { LSTM(2, options: RecurrentOptions(carriesState: true)) }, for: [x])
    let whole = try network.predict(x)
    _ = try valueAndGradients(of: network) {
      try network(x.slice(0..<4, axis: 1), in: $0).sum()
    }
    let rest = try x.slice(4..<6, axis: 1)
    try expectClose([network.predict(rest)], [whole.slice(4..<6, axis: 1)])
    var state = NetworkState()
    try expectClose([network.predict(rest, state: &state)], [whole.slice(4..<6, axis: 1)])
    #expect(try network.copy().predict(rest).isIdentical(to: network.predict(rest)))
  }

  @Test("is refused where the batch has another size, be it one")
  func batchSizes() throws {
    let x = try sequence()
    for (before, after) in [(2, 1), (1, 2), (2, 0)] {
      let network = Network { LSTM(2) }
      var state = NetworkState()
      func piece(_ batch: Int) throws -> Tensor {
        try x.slice(0..<batch).cast(to: .float32)
      }
      _ = try network.predict(piece(before), state: &state)
      #expect(
        message { try network.predict(piece(after), state: &state) }
          == "lstm: carries a state for batches of \(before), and one of \(after) came. "
          + "Keep the batch size while state is carried, or begin anew: resetState(), and an "
          + "empty NetworkState for predictions.")
      _ = try network.predict(piece(before), state: &state)
    }
  }

  @Test("is given back by a pass that fails as it was")
  func failure() throws {
    let x = try sequence().cast(to: .float32)
    let network = Network { GRU(2) }
    var state = NetworkState()
    _ = try network.predict(x, state: &state)
    var copy = state
    let wanted = try network.predict(x, state: &copy)
    _ = message { try network.predict(x.slice(0..<1), state: &state) }
    #expect(try network.predict(x, state: &state).isIdentical(to: wanted))
  }
}
