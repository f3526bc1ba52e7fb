import LigatureNetworks
import LigatureTensors

extension MultiHeadAttention {
  /// A layer of weights as PyTorch keeps them: `in_proj_weight` `[3 · size, channels]`, in which
  /// those of queries, keys and values stand below each other, `out_proj.weight` `[outputs, size]`,
  /// and biases of as many numbers as rows. Heads are parts of the rows in their order, as here.
  ///
  /// Throws where shapes do not fit.
  public static func pyTorch(
    inProjection weight: Tensor, inProjectionBias bias: Tensor? = nil, outProjection: Tensor,
    outProjectionBias: Tensor? = nil, heads: Int, options: AttentionOptions = AttentionOptions()
  ) throws -> MultiHeadAttention {
    guard weight.rank == 2, weight.shape[0].isMultiple(of: 3),
      bias == nil || bias?.shape == [weight.shape[0]]
    else {
      let found = [weight, bias].compactMap { $0?.shape }
      throw TensorError(
        "MultiHeadAttention", "the packed projection has shapes \(found)",
        remedy: "Give in_proj_weight [3 · size, channels] and in_proj_bias [3 · size]")
    }
    let weights = try weight.split(into: 3, axis: 0)
    let biases = try bias?.split(into: 3, axis: 0)
    return try pyTorch(
      queryProjection: weights[0], queryBias: biases?[0], keyProjection: weights[1],
      keyBias: biases?[1], valueProjection: weights[2], valueBias: biases?[2],
      outProjection: outProjection, outProjectionBias: outProjectionBias, heads: heads,
      options: options)
  }

  /// A layer of weights that PyTorch keeps apart, `q_proj_weight`, `k_proj_weight` and
  /// `v_proj_weight` `[size, channels]`, as it does where keys and values have channels of their
  /// own.
  ///
  /// Throws where shapes do not fit.
  public static func pyTorch(
    queryProjection: Tensor, queryBias: Tensor? = nil, keyProjection: Tensor,
    keyBias: Tensor? = nil, valueProjection: Tensor, valueBias: Tensor? = nil,
    outProjection: Tensor, outProjectionBias: Tensor? = nil, heads: Int,
    keyValueHeads: Int? = nil, options: AttentionOptions = AttentionOptions()
  ) throws -> MultiHeadAttention {
    MultiHeadAttention(
      queries: try .foreign(queryProjection, queryBias, "the queries"),
      keys: try .foreign(keyProjection, keyBias, "the keys"),
      values: try .foreign(valueProjection, valueBias, "the values"),
      output: try .foreign(outProjection, outProjectionBias, "the output"), heads: heads,
      keyValueHeads: keyValueHeads, options: options)
  }

  /// A layer of weights as MATLAB's `selfAttentionLayer` and `attentionLayer` keep them:
  /// `QueryWeights`, `KeyWeights` `[keyChannels, channels]`, `ValueWeights` `[valueChannels,
  /// channels]`, `OutputWeights` `[outputs, valueChannels]`, and biases `[rows, 1]` or `[rows]`.
  ///
  /// Throws where shapes do not fit.
  public static func matlab(
    queryWeights: Tensor, queryBias: Tensor? = nil, keyWeights: Tensor, keyBias: Tensor? = nil,
    valueWeights: Tensor, valueBias: Tensor? = nil, outputWeights: Tensor,
    outputBias: Tensor? = nil, heads: Int, options: AttentionOptions = AttentionOptions()
  ) throws -> MultiHeadAttention {
    func flat(_ bias: Tensor?) throws -> Tensor? { try bias?.reshaped(to: [-1]) }
    return try pyTorch(
      queryProjection: queryWeights, queryBias: flat(queryBias), keyProjection: keyWeights,
      keyBias: flat(keyBias), valueProjection: valueWeights, valueBias: flat(valueBias),
      outProjection: outputWeights, outProjectionBias: flat(outputBias), heads: heads,
      options: options)
  }
}

extension TransformerEncoderBlock {
  /// PyTorch's `TransformerEncoderLayer`, of the tensors of its `state_dict` by their names
  /// (`self_attn.in_proj_weight`, `linear1.weight`, `norm1.weight` and so on). Sizes come from the
  /// tensors; `options` say whether it was made with `norm_first`, its activation and its dropout.
  ///
  /// Throws for a tensor that is missing or does not fit.
  public static func pyTorch(
    _ values: [String: Tensor], heads: Int, options: TransformerOptions = TransformerOptions()
  ) throws -> TransformerEncoderBlock {
    let values = ForeignBlock(values)
    let (size, options, feedForward) = try values.feedForward(options)
    let attention = try values.attention(
      "self_attn", heads, options.attentionOptions(.itself, isCausal: options.isCausal))
    let block = TransformerEncoderBlock(size, options, attention, feedForward)
    try values.set(block.attentionNorm, "norm1")
    try values.set(block.feedForwardNorm, "norm2")
    return block
  }
}

extension TransformerDecoderBlock {
  /// PyTorch's `TransformerDecoderLayer`, of the tensors of its `state_dict` by their names, as
  /// for ``TransformerEncoderBlock/pyTorch(_:heads:options:)``; the memory has the block's size.
  ///
  /// Throws for a tensor that is missing or does not fit.
  public static func pyTorch(
    _ values: [String: Tensor], heads: Int, options: TransformerOptions = TransformerOptions()
  ) throws -> TransformerDecoderBlock {
    let values = ForeignBlock(values)
    let (size, options, feedForward) = try values.feedForward(options)
    let block = TransformerDecoderBlock(
      size, options,
      try values.attention(
        "self_attn", heads, options.attentionOptions(.itself, isCausal: true)),
      try values.attention(
        "multihead_attn", heads, options.attentionOptions(.memory, isCausal: false)), feedForward)
    try values.set(block.attentionNorm, "norm1")
    try values.set(block.memoryNorm, "norm2")
    try values.set(block.feedForwardNorm, "norm3")
    return block
  }
}

/// The tensors of a block of PyTorch's.
private struct ForeignBlock {
  private let values: [String: Tensor]

  init(_ values: [String: Tensor]) { self.values = values }

  private subscript(_ name: String) -> Tensor {
    get throws {
      guard let value = values[name] else {
        throw TensorError(
          "transformer", "there is no tensor \"\(name)\"",
          remedy: "Give the state_dict of one layer, with names from the layer on")
      }
      return value
    }
  }

  /// The size, what the tensors say of the options, and the feed-forward network.
  func feedForward(
    _ options: TransformerOptions
  ) throws -> (size: Int, options: TransformerOptions, network: Network) {
    let (first, second) = try (layer("linear1"), layer("linear2"))
    var options = options
    options.feedForwardSize = first.outputSize
    options.hasBias = values["linear1.bias"] != nil
    return (second.outputSize, options, options.feedForward(first, second))
  }

  private func layer(_ name: String) throws -> FullyConnected {
    try .foreign(self[name + ".weight"], values[name + ".bias"], name)
  }

  func attention(
    _ name: String, _ heads: Int, _ options: AttentionOptions
  ) throws -> MultiHeadAttention {
    try .pyTorch(
      inProjection: self[name + ".in_proj_weight"],
      inProjectionBias: values[name + ".in_proj_bias"],
      outProjection: self[name + ".out_proj.weight"],
      outProjectionBias: values[name + ".out_proj.bias"], heads: heads, options: options)
  }

  func set(_ norm: LayerNormalization, _ name: String) throws {
    let scale = try self[name + ".weight"]
    norm.scale = scale
    norm.offset = try values[name + ".bias"] ?? .zeros(scale.shape, scale.scalarType)
  }
}

extension FullyConnected {
  /// The layer of weights `[outputs, inputs]` and a bias `[outputs]`.
  fileprivate static func foreign(
    _ weights: Tensor, _ bias: Tensor?, _ words: String
  ) throws -> FullyConnected {
    guard weights.rank == 2, bias == nil || bias?.shape == [weights.shape[0]] else {
      let found = [weights, bias].compactMap { $0?.shape }
      throw TensorError(
        "MultiHeadAttention", "the weights of \(words) have shapes \(found)",
        remedy: "Give a matrix [outputs, inputs], and a bias [outputs] or nil")
    }
    return FullyConnected(
      weights: weights.transposed.contiguousCopy(), bias: bias?.contiguousCopy())
  }
}
