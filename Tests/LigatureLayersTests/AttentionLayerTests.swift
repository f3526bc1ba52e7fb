import LigatureTensors
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

@Suite("Layers of attention")
struct AttentionLayerTests {
  private static let rotary = RotaryRotation(base: 20)

  private static let streams: [(name: String, make: @Sendable () throws -> Network)] = [
    (
      "causal",
      { Network { MultiHeadAttention(4, heads: 2, options: AttentionOptions(isCausal: true)) } }
    ),
    (
      "rotary, of shared keys",
      {
        Network {
          MultiHeadAttention(
            4, heads: 4, keySize: 2, keyValueHeads: 2,
            options: AttentionOptions(isCausal: true, rotation: rotary))
        }
      }
    ),
    (
      "a model of language",
      {
        Network {
          SinusoidalPositions()
          LearnedPositions(6)
          RotaryPositions(rotary)
          TransformerEncoderBlock(4, heads: 2, options: TransformerOptions(isCausal: true))
          TransformerEncoderBlock(
            4, heads: 2,
            options: TransformerOptions(normalization: .after, isCausal: true, rotation: rotary))
        }
      }
    ),
  ]

  @Test(
    "make predictions of a stream piece by piece those of the whole", arguments: streams.indices)
  func pieces(index: Int) throws {
    let x = try numbers([2, 6, 4], seed: 19, .float64)
    let network = try drawn(Self.streams[index].make(), for: [x])
    let before = try network.predict(x)
    var state = NetworkState()
    let parts = try [0..<1, 1..<4, 4..<4, 4..<6].map {
      try network.predict(x.slice($0, axis: 1), state: &state)
    }
    try expectClose([concatenate(parts, axis: 1)], [before])
    #expect(try network.predict(x).isIdentical(to: before), "the network has not changed")
  }

  @Test("go on behind the last step that counts of each observation", arguments: streams.indices)
  func ragged(index: Int) throws {
    let x = try numbers([2, 6, 4], seed: 20, .float64)
    let network = try drawn(Self.streams[index].make(), for: [x])
    var state = NetworkState()
    let first = try network.predict(
      x.slice(0..<3, axis: 1), state: &state, sequenceLengths: [3, 1])
    let second = try network.predict(x.slice(3..<6, axis: 1), state: &state)
    let short = try concatenate(
      [x.slice(1..<2).slice(0..<1, axis: 1), x.slice(1..<2).slice(3..<6, axis: 1)], axis: 1)
    let wholes = try [network.predict(x.slice(0..<1)), network.predict(short)]
    try expectClose(
      [
        concatenate([first.slice(0..<1), second.slice(0..<1)], axis: 1),
        first.slice(1..<2).slice(0..<1, axis: 1), second.slice(1..<2),
      ], [wholes[0], wholes[1].slice(0..<1, axis: 1), wholes[1].slice(1..<4, axis: 1)])
  }

  @Test("carry keys and values from one training pass to the next until they are reset")
  func training() throws {
    let x = try numbers([2, 6, 4], seed: 21, .float64)
    let options = AttentionOptions(isCausal: true, rotation: Self.rotary, carriesState: true)
    let network = try drawn(Network { MultiHeadAttention(4, heads: 2, options: options) }, for: [x])
    let whole = try network.predict(x)
    func step(_ range: Range<Int>) throws -> Tensor {
      var output = Tensor.deferred
      _ = try valueAndGradients(of: network) { context in
        output = try network(x.slice(range, axis: 1), in: context)
        return try output.sum()
      }
      return output.detached
    }
    let parts = try [step(0..<4), step(4..<6)]
    try expectClose([concatenate(parts, axis: 1)], [whole])
    network.resetState()
    #expect(try step(0..<4).isIdentical(to: parts[0]))
  }

  @Test("that see what comes, or another batch, refuse a stream in words")
  func streamRefusals() throws {
    let x = try numbers([2, 3, 4], seed: 22)
    var state = NetworkState()
    #expect(
      message { try Network { MultiHeadAttention(4, heads: 2) }.predict(x, state: &state) }
        == "attention: sees the steps that come, so it cannot go on where another piece ended. "
        + "Make it causal, or give whole sequences without carried state.")
    for make in [
      { MultiHeadAttention(4, heads: 2, options: AttentionOptions(isCausal: true)).named("layer") },
      { SinusoidalPositions().named("layer") },
    ] as [() -> any Layer] {
      let network = Network([make()])
      var state = NetworkState()
      _ = try network.predict(x, state: &state)
      #expect(
        message { try network.predict(x.slice(0..<1), state: &state) }
          == "layer: carries a state for batches of 2, and one of 1 came. Keep the batch size "
          + "while state is carried, or begin anew: resetState(), and an empty NetworkState for "
          + "predictions.")
    }
  }

  @Test("see what counts of each sequence, and what comes out has the lengths of its own steps")
  func lengths() throws {
    let x = try numbers([2, 4, 4], seed: 23, .float64)
    let memory = try numbers([2, 5, 3], seed: 24, .float64)
    let layers: [any Layer] = [
      MultiHeadAttention(4, heads: 2, options: AttentionOptions(source: .memory)),
      TransformerDecoderBlock(4, heads: 2),
    ]
    for layer in layers {
      let network = try network(of: layer, for: [x, memory])
      let found = try network.predict([x, memory], sequenceLengths: [[4, 2], [3, 5]])[0]
      for (row, lengths) in [(4, 3), (2, 5)].enumerated() {
        let alone = try network.predict([
          x.slice(row..<(row + 1)).slice(0..<lengths.0, axis: 1),
          memory.slice(row..<(row + 1)).slice(0..<lengths.1, axis: 1),
        ])[0]
        try expectClose([found.slice(row..<(row + 1)).slice(0..<lengths.0, axis: 1)], [alone])
      }
    }
  }

  @Test("whose steps see nothing find zeros, and are finite in both directions")
  func nothing() throws {
    let x = try numbers([2, 3, 4], seed: 25, .float64)
    let memory = try numbers([2, 2, 3], seed: 26, .float64)
    let layer = MultiHeadAttention(
      4, heads: 2, options: AttentionOptions(source: .memory), bias: false)
    let crossing = try network(of: layer, for: [x, memory])
    let found = try crossing.predict([x, memory], sequenceLengths: [nil, [0, 2]])[0]
    #expect(try found.slice(0..<1).doubles() == [Double](repeating: 0, count: 12))
    let masked = MultiHeadAttention(
      4, heads: 2, options: AttentionOptions(takesMask: true), bias: false)
    let mask = try Tensor([0, 1, 2, -Double.infinity, 0, 0], shape: [1, 2, 3])
      .broadcast(to: [2, 2, 3])
    let low = try Tensor.full([2, 1, 3], -.infinity, .float64)
    let inputs = try [x, concatenate([low, mask], axis: 1)]
    let other = try network(of: masked, for: [x, x.slice(0..<3, axis: -1)])
    let pass = try RecordedPass(of: other, inputs) { context, inputs in
      try other(inputs, in: context)
    }
    #expect(try pass.outputs[0].slice(0..<1, axis: 1).doubles().allSatisfy { $0 == 0 })
    #expect(try pass.outputs[0].isFinite())
    #expect(try pass.gradients.allSatisfy { try $0?.isFinite() ?? false })
    #expect(try pass.inputGradients.allSatisfy { try $0?.isFinite() ?? true })
  }

  @Test("refuse settings that make no sense, in words")
  func settings() throws {
    let x = try numbers([1, 2, 4], seed: 27)
    func words(_ layer: any Layer) -> String {
      message { try Network([layer]).predict([x] + (layer.inputNames.count > 1 ? [x] : [])) }
    }
    #expect(
      words(MultiHeadAttention(4, heads: 3, keySize: 2, keyValueHeads: 2))
        == "attention: has 3 heads of queries and 2 of keys and values. Give numbers of at least "
        + "1, the first a multiple of the second.")
    #expect(
      words(MultiHeadAttention(4, heads: 8)).hasPrefix(
        "attention: projects to queries, keys and values of sizes [0, 0, 0], for 8 and 8 heads."))
    #expect(
      words(MultiHeadAttention(4, heads: 2, options: AttentionOptions(dropout: 1)))
        == "attention: has drop probability 1.0. Give one in 0..<1.")
    #expect(
      words(TransformerEncoderBlock(6, heads: 2)).hasPrefix(
        "encoder: takes sequences [batch, time, 6], found shape [1, 2, 4]."))
    #expect(
      words(LearnedPositions(1))
        == "positions: has vectors for 1 steps, and a sequence of 2 came. Cut sequences, or make "
        + "the layer for longer ones.")
    let network = Network { LearnedPositions(3) }
    var state = NetworkState()
    _ = try network.predict(x, state: &state)
    #expect(
      message { try network.predict(x, state: &state) }.hasPrefix(
        "positions: has vectors for 3 steps, and a sequence of 4 came."))
  }

  @Test("keep the weights of a pooled sequence on the steps that count")
  func pooling() throws {
    let x = try numbers([3, 4, 2], seed: 28, .float64)
    let query = try numbers([3, 5], seed: 29, .float64)
    let layers: [(any Layer, [Tensor])] = [
      (AttentionPooling(3), [x]), (AttentionPooling(3, takesQuery: true), [x, query]),
      (AttentionPooling(5, score: .multiplicative, takesQuery: true), [x, query]),
    ]
    for (layer, inputs) in layers {
      let network = try network(of: layer, for: inputs)
      let lengths: [[Int]?] = [[4, 0, 2]] + inputs.dropFirst().map { _ in nil }
      let found = try network.predict(inputs, sequenceLengths: lengths)[0]
      #expect(try found[1].doubles() == [0, 0])
      let alone = try network.predict(
        [x.slice(2..<3).slice(0..<2, axis: 1)] + inputs.dropFirst().map { try $0.slice(2..<3) })[0]
      try expectClose([found.slice(2..<3)], [alone])
    }
    #expect(
      message {
        try Network([AttentionPooling(4, score: .multiplicative, takesQuery: true)])
          .predict([x, query].map { try $0.cast(to: .float32) })
      }.contains("takes a query [batch, 4], found shape [2, 5]"))
  }

  @Test("have projections with names, which can be frozen and tied")
  func names() throws {
    let network = try drawn(
      Network { TransformerEncoderBlock(4, heads: 2).named("block") },
      for: [numbers([1, 2, 4], seed: 1)])
    #expect(
      network.learnables.map(\.path).prefix(4) == [
        "block/attention/queries/weights", "block/attention/queries/bias",
        "block/attention/keys/weights", "block/attention/keys/bias",
      ])
    try network.tie("block/attention/keys/weights", to: "block/attention/queries/weights")
    try network.freeze("block/feedForward/**")
    #expect(network.learnables.filter(\.parameter.isFrozen).count == 4)
  }
}
