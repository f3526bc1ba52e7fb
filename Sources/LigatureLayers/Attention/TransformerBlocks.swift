import LigatureNetworks
import LigatureTensors

/// A block of a transformer's encoder (Vaswani et al. 2017): attention of a sequence `[batch, time,
/// size]` over itself and a feed-forward network, each added to what it was given and normalised.
/// With ``TransformerOptions/isCausal`` it is the block of a model that predicts what comes next.
///
/// Costs what its attention and two fully connected layers cost, O(batch · time · size · (time +
/// size + feedForwardSize)).
public struct TransformerEncoderBlock: CustomLayer, Codable, CustomStringConvertible {
  /// The attention over the sequence itself.
  @Learnable public var attention: MultiHeadAttention
  /// The normalisation of the attention.
  @Learnable public var attentionNorm = LayerNormalization()
  /// From `[batch, time, size]` to the same.
  @Learnable public var feedForward: Network
  /// The normalisation of the feed-forward network.
  @Learnable public var feedForwardNorm = LayerNormalization()
  /// Drops what either returns.
  @Learnable public var dropout: Dropout
  /// The number of channels.
  public let size: Int
  /// How the block is built.
  public let options: TransformerOptions

  /// A block of a number of channels and heads.
  public init(_ size: Int, heads: Int, options: TransformerOptions = TransformerOptions()) {
    self.init(
      size, options, options.attention(size, heads: heads, .itself, isCausal: options.isCausal),
      options.feedForward(size))
  }

  /// A block of given parts.
  init(
    _ size: Int, _ options: TransformerOptions, _ attention: MultiHeadAttention,
    _ feedForward: Network
  ) {
    self.attention = attention
    self.feedForward = feedForward
    dropout = Dropout(options.dropout)
    self.size = size
    self.options = options
  }

  public func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try options.requireSize(x, size, in: context)
    let y = try options.residual(x, attentionNorm, dropout, in: context) {
      try attention($0, in: context)
    }
    return try options.residual(y, feedForwardNorm, dropout, in: context) {
      try feedForward($0, in: context)
    }
  }

  public func validate(_ inputs: [Layout]) throws { try SequenceLayout.validate(inputs) }

  public func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    shapes.map { Layout("BTC", $0) }
  }

  public var isObservationWise: Bool { attention.isObservationWise }
  public var defaultName: String { "encoder" }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_attention.slot) }
  public var description: String {
    "TransformerEncoderBlock(\(size), heads: \(attention.heads)\(options.isCausal ? ", causal" : ""))"
  }
}

/// A block of a transformer's decoder (Vaswani et al. 2017): causal attention of a sequence
/// `[batch, time, size]` over itself, attention over another sequence, which comes in by the port
/// `memory`, and a feed-forward network, each added to what it was given and normalised. The
/// memory's lengths are its own, and it may have any number of channels.
///
/// Costs what its parts cost, O(batch · time · size · (time + memorySteps + size +
/// feedForwardSize)).
public struct TransformerDecoderBlock: SequenceLayer, Codable, CustomStringConvertible {
  /// The attention over the sequence itself.
  @Learnable public var attention: MultiHeadAttention
  /// The normalisation of the attention over the sequence itself.
  @Learnable public var attentionNorm = LayerNormalization()
  /// The attention over the memory.
  @Learnable public var memoryAttention: MultiHeadAttention
  /// The normalisation of the attention over the memory.
  @Learnable public var memoryNorm = LayerNormalization()
  /// From `[batch, time, size]` to the same.
  @Learnable public var feedForward: Network
  /// The normalisation of the feed-forward network.
  @Learnable public var feedForwardNorm = LayerNormalization()
  /// Drops what each of them returns.
  @Learnable public var dropout: Dropout
  /// The number of channels.
  public let size: Int
  /// How the block is built.
  public let options: TransformerOptions

  /// A block of a number of channels and heads.
  public init(_ size: Int, heads: Int, options: TransformerOptions = TransformerOptions()) {
    self.init(
      size, options, options.attention(size, heads: heads, .itself, isCausal: true),
      options.attention(size, heads: heads, .memory, isCausal: false), options.feedForward(size))
  }

  /// A block of given parts.
  init(
    _ size: Int, _ options: TransformerOptions, _ attention: MultiHeadAttention,
    _ memoryAttention: MultiHeadAttention, _ feedForward: Network
  ) {
    self.attention = attention
    self.memoryAttention = memoryAttention
    self.feedForward = feedForward
    dropout = Dropout(options.dropout)
    self.size = size
    self.options = options
  }

  public var inputNames: [String] { ["in", "memory"] }
  public var outputNames: [String] { ["out"] }

  public func predict(_ inputs: [Tensor], in context: Context) throws -> [Tensor] {
    try requireInputs(inputs, in: context)
    let (x, memory) = (inputs[0], inputs[1])
    try options.requireSize(x, size, in: context)
    let lengths = try [context.lengths(of: x), context.lengths(of: memory)]
    let own = context.counting(lengths[0])
    let y = try options.residual(x, attentionNorm, dropout, in: own) {
      try attention($0, in: own)
    }
    let z = try options.residual(y, memoryNorm, dropout, in: own) {
      try memoryAttention([$0, memory], in: context.counting(each: lengths))[0]
    }
    let result = try options.residual(z, feedForwardNorm, dropout, in: own) {
      try feedForward($0, in: own)
    }
    context.setOutputLengths([lengths[0]])
    return [result]
  }

  public func validate(_ inputs: [Layout]) throws { try SequenceLayout.validate(inputs) }

  public func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    shapes.map { Layout("BTC", $0) }
  }

  public var isObservationWise: Bool { attention.isObservationWise }
  public var defaultName: String { "decoder" }
  public var identity: ObjectIdentifier? { ObjectIdentifier(_attention.slot) }
  public var description: String {
    "TransformerDecoderBlock(\(size), heads: \(attention.heads))"
  }
}
