import LigatureNetworks
import LigatureTensors

/// How the blocks of a transformer are built.
public struct TransformerOptions: Sendable, Codable, Equatable {
  /// Where layers are normalised.
  public enum Normalization: String, Sendable, Codable, CaseIterable {
    /// What enters attention and the feed-forward network (Xiong et al. 2020): deep stacks train
    /// without a warm-up; put a normalisation behind the last block.
    case before
    /// The sum with what they return (Vaswani et al. 2017).
    case after
  }

  /// What stands between the two layers of the feed-forward network.
  public enum Activation: String, Sendable, Codable, CaseIterable {
    /// max(x, 0).
    case relu
    /// x Φ(x).
    case gelu
  }

  /// Where layers are normalised.
  public var normalization: Normalization
  /// What stands between the two layers of the feed-forward network.
  public var activation: Activation
  /// The size between these two layers; 4 times the block's where it is nil.
  public var feedForwardSize: Int?
  /// The number of heads of keys and values; as many as of queries where it is nil.
  public var keyValueHeads: Int?
  /// The probability of dropping, in 0..<1: of the weights of attention, of what attention and the
  /// feed-forward network return, and of what stands between its layers.
  public var dropout: Double
  /// Whether a step sees itself and what came before only: of an encoder's block, so that it makes
  /// a model of language. A decoder's block always sees only that of its own sequence.
  public var isCausal: Bool
  /// How queries and keys of a sequence are turned by their positions; nil for not at all.
  public var rotation: RotaryRotation?
  /// Whether a training pass goes on where the training pass before it ended; needs causal blocks.
  public var carriesState: Bool
  /// Whether projections and the feed-forward network have biases.
  public var hasBias: Bool

  /// Options; by default a block that normalises first and drops nothing.
  public init(
    normalization: Normalization = .before, activation: Activation = .gelu,
    feedForwardSize: Int? = nil, keyValueHeads: Int? = nil, dropout: Double = 0,
    isCausal: Bool = false, rotation: RotaryRotation? = nil, carriesState: Bool = false,
    hasBias: Bool = true
  ) {
    self.normalization = normalization
    self.activation = activation
    self.feedForwardSize = feedForwardSize
    self.keyValueHeads = keyValueHeads
    self.dropout = dropout
    self.isCausal = isCausal
    self.rotation = rotation
    self.carriesState = carriesState
    self.hasBias = hasBias
  }

  /// Attention of a block of a size.
  func attention(_ size: Int, heads: Int, _ source: AttentionSource, isCausal: Bool)
    -> MultiHeadAttention
  {
    MultiHeadAttention(
      size, heads: heads, keyValueHeads: keyValueHeads,
      options: attentionOptions(source, isCausal: isCausal), bias: hasBias)
  }

  func attentionOptions(_ source: AttentionSource, isCausal: Bool) -> AttentionOptions {
    let isOwn = source == .itself
    return AttentionOptions(
      source: source, isCausal: isCausal, rotation: isOwn ? rotation : nil, dropout: dropout,
      carriesState: isOwn && carriesState)
  }

  /// The feed-forward network of a block of a size.
  func feedForward(_ size: Int) -> Network {
    let (wide, isOverflow) = size.multipliedReportingOverflow(by: 4)
    return feedForward(
      FullyConnected(feedForwardSize ?? (isOverflow ? .max : wide), bias: hasBias),
      FullyConnected(size, bias: hasBias))
  }

  /// The feed-forward network of two layers.
  func feedForward(_ first: FullyConnected, _ second: FullyConnected) -> Network {
    Network([first, activation == .relu ? ReLU() : GELU(), Dropout(dropout), second])
  }

  /// `x` with something computed from it added and normalised.
  func residual(
    _ x: Tensor, _ norm: LayerNormalization, _ dropout: Dropout, in context: Context,
    _ body: (Tensor) throws -> Tensor
  ) throws -> Tensor {
    switch normalization {
    case .before:
      try x + dropout(body(norm(x, in: context)), in: context)
    case .after:
      try norm(x + dropout(body(x), in: context), in: context)
    }
  }

  func requireSize(_ x: Tensor, _ size: Int, in context: Context) throws {
    guard x.rank == 3, x.shape[2] == size else {
      throw LayerError(
        .shape, context.path,
        "takes sequences [batch, time, \(size)], found shape \(x.shape)",
        remedy: "Project the channels before it: FullyConnected(\(size)), or Embedding(classes, "
          + "dimension: \(size))")
    }
  }
}
