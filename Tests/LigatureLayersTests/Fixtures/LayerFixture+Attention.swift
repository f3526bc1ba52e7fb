import LigatureTensors

@testable import LigatureLayers
@testable import LigatureNetworks

extension LayerFixture {
  private static let sequences = Layout("BTC", [nil, 3, 4])
  private static let memories = Layout("BTC", [nil, 2, 3])
  private static let words = Layout("BT", [nil, 3])

  /// Layers of class numbers.
  static let classes: [LayerFixture] = [
    LayerFixture("Embedding", "of one class an observation", on: [Layout("B", [nil])]) {
      Embedding(5, dimension: 3)
    }.classes(5),
    LayerFixture("Embedding", "of sequences with padding", on: [words]) {
      Embedding(4, dimension: 2, paddingIndex: 1)
    }.classes(4),
    LayerFixture("Embedding", "of one channel", on: [Layout("BTC", [nil, 3, 1])]) {
      Embedding(4, dimension: 2)
    }.classes(4),
    LayerFixture("OneHot", on: [words]) { OneHot(3) }.classes(3),
  ]

  /// Layers that say where steps stand.
  static let positions: [LayerFixture] = [
    LayerFixture("SinusoidalPositions", on: [sequences]) { SinusoidalPositions() },
    LayerFixture("LearnedPositions", on: [sequences]) { LearnedPositions(3) },
    LayerFixture("RotaryPositions", on: [sequences]) { RotaryPositions() },
    LayerFixture("RotaryPositions", "of halves", on: [sequences]) {
      RotaryPositions(RotaryRotation(base: 100, pairing: .halves))
    },
  ]

  /// Attention.
  static let attention: [LayerFixture] = [
    LayerFixture("MultiHeadAttention", on: [sequences]) { MultiHeadAttention(4, heads: 2) },
    LayerFixture("MultiHeadAttention", "causal, rotary, of shared keys", on: [sequences]) {
      MultiHeadAttention(
        3, heads: 4, keySize: 2, valueSize: 1, keyValueHeads: 2,
        options: AttentionOptions(isCausal: true, rotation: RotaryRotation()), bias: false)
    },
    LayerFixture("MultiHeadAttention", "over a memory", on: [sequences, memories]) {
      MultiHeadAttention(4, heads: 2, options: AttentionOptions(source: .memory))
    },
    LayerFixture(
      "MultiHeadAttention", "with a mask and dropout",
      on: [sequences, Layout("BTC", [nil, 3, 3])], differsInTraining: true
    ) {
      MultiHeadAttention(
        4, heads: 1, keySize: 2, options: AttentionOptions(takesMask: true, dropout: 0.4))
    },
    LayerFixture("AttentionPooling", on: [sequences]) { AttentionPooling(3) },
    LayerFixture("AttentionPooling", "by a query", on: [sequences, Layout("BC", [nil, 2])]) {
      AttentionPooling(3, takesQuery: true)
    },
    LayerFixture("AttentionPooling", "of products", on: [sequences]) {
      AttentionPooling(2, score: .multiplicative)
    },
    LayerFixture(
      "AttentionPooling", "of products with a query", on: [sequences, Layout("BC", [nil, 2])]
    ) { AttentionPooling(2, score: .multiplicative, takesQuery: true) },
  ]

  /// Blocks of transformers.
  static let transformers: [LayerFixture] = [
    LayerFixture("TransformerEncoderBlock", on: [sequences]) {
      TransformerEncoderBlock(4, heads: 2)
    },
    LayerFixture(
      "TransformerEncoderBlock", "causal, normalised afterwards, with dropout", on: [sequences],
      differsInTraining: true
    ) {
      TransformerEncoderBlock(
        4, heads: 2,
        options: TransformerOptions(
          normalization: .after, activation: .gelu, feedForwardSize: 3, dropout: 0.3,
          isCausal: true, rotation: RotaryRotation()))
    },
    LayerFixture("TransformerDecoderBlock", on: [sequences, memories]) {
      TransformerDecoderBlock(4, heads: 2, options: TransformerOptions(feedForwardSize: 5))
    },
    LayerFixture(
      "TransformerDecoderBlock", "normalised afterwards, without biases", on: [sequences, memories]
    ) {
      TransformerDecoderBlock(
        4, heads: 2,
        options: TransformerOptions(
          normalization: .after, feedForwardSize: 3, keyValueHeads: 1, hasBias: false))
    },
  ]
}
