import Ligature

extension SoundLayer {
  private static let words = Layout("BT", [nil, nil], .int64)
  private static let memory = Layout("BTC", [nil, nil, 3])
  private static let differing = CheckOptions(phasesDiffer: true)
  private static let remembering = CheckOptions(exceptions: [.remembersObservations])

  /// The package's layers of class numbers, positions and attention, in their variants.
  static let attentive: [SoundLayer] = [
    SoundLayer("the package's Embedding", on: [words], CheckOptions(learnableCount: 12)) {
      Embedding(2, dimension: 6)
    },
    SoundLayer("an Embedding with padding", on: [words]) {
      Embedding(2, dimension: 3, paddingIndex: 0)
    },
    SoundLayer("an Embedding of one channel", on: [Layout("BTC", [nil, nil, 1], .int64)]) {
      Embedding(2, dimension: 3)
    },
    SoundLayer("OneHot", on: [words]) { OneHot(2) },
    SoundLayer("SinusoidalPositions", on: [.sequences]) { SinusoidalPositions() },
    SoundLayer("LearnedPositions", on: [.sequences]) { LearnedPositions(16) },
    SoundLayer("RotaryPositions", on: [.wideSequences]) { RotaryPositions() },
    SoundLayer("RotaryPositions of halves", on: [.wideSequences]) {
      RotaryPositions(RotaryRotation(pairing: .halves))
    },
    SoundLayer("positions that are carried", on: [.wideSequences], remembering) {
      SinusoidalPositions(carriesState: true)
    },
    SoundLayer("MultiHeadAttention", on: [.wideSequences]) { MultiHeadAttention(6, heads: 2) },
    SoundLayer("MultiHeadAttention, causal, rotary, of shared keys", on: [.sequences]) {
      MultiHeadAttention(
        3, heads: 4, keySize: 2, valueSize: 3, keyValueHeads: 2,
        options: AttentionOptions(isCausal: true, rotation: RotaryRotation()), bias: false)
    },
    SoundLayer("MultiHeadAttention over a memory", on: [.sequences, memory]) {
      MultiHeadAttention(4, heads: 2, options: AttentionOptions(source: .memory))
    },
    SoundLayer("MultiHeadAttention with dropout", on: [.sequences], differing) {
      MultiHeadAttention(4, heads: 2, options: AttentionOptions(dropout: 0.3))
    },
    SoundLayer("AttentionPooling", on: [.sequences]) { AttentionPooling(3) },
    SoundLayer("AttentionPooling by a query", on: [.sequences, .features]) {
      AttentionPooling(3, takesQuery: true)
    },
    SoundLayer("AttentionPooling of products", on: [.sequences]) {
      AttentionPooling(2, score: .multiplicative)
    },
    SoundLayer("AttentionPooling of products with a query", on: [.sequences, .features]) {
      AttentionPooling(5, score: .multiplicative, takesQuery: true)
    },
    SoundLayer("TransformerEncoderBlock", on: [.wideSequences]) {
      TransformerEncoderBlock(6, heads: 2)
    },
    SoundLayer("TransformerEncoderBlock, causal, with dropout", on: [.wideSequences], differing) {
      TransformerEncoderBlock(
        6, heads: 2,
        options: TransformerOptions(
          normalization: .after, activation: .relu, feedForwardSize: 7, dropout: 0.2,
          isCausal: true, rotation: nil))
    },
    SoundLayer("TransformerDecoderBlock", on: [.wideSequences, memory]) {
      TransformerDecoderBlock(6, heads: 2, options: TransformerOptions(feedForwardSize: 5))
    },
  ]
}
