import LigatureTensors
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

/// The values were computed in double by `Tests/Reference/torch_attention.py`.
@Suite("Attention's weights of another framework")
struct ForeignAttentionTests {
  private static let lengths = [4, 3]
  private static let memoryLengths = [2, 3]
  private static let names = ["queries", "keys", "values", "output"]

  private func expectClose(
    _ found: Tensor?, _ wanted: Tensor, _ what: Comment,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let isClose = try #require(found).isClose(to: wanted, relative: 1e-11, absolute: 1e-12)
    #expect(isClose, what, sourceLocation: sourceLocation)
  }

  /// Expects a layer to give the outputs and gradients of a case; `wanted` says by learnable what
  /// PyTorch has in its layout.
  private func expectEqual(
    _ layer: any Layer, to reference: Reference, inputs names: [String], _ lengths: [[Int]?],
    _ wanted: (String) throws -> Tensor
  ) throws {
    let inputs = try names.map { try reference[$0] }
    let network = try unchanged(layer, for: inputs)
    let output = try network.predict(inputs, sequenceLengths: lengths)[0]
    let shown =
      lengths[0].map { lengths in
        { (x: Tensor) in try x.zeroed(beyond: lengths) }
      } ?? { $0 }
    try expectClose(shown(output), shown(reference["output"]), "output")
    let pass = try Differentiated(network, inputs, [reference["outputWeights"]], .each(lengths))
    for (found, name) in zip(pass.inputs, names) {
      try expectClose(found, reference["d " + name], "d \(name)")
    }
    for (found, learnable) in zip(pass.learnables, network.learnables) {
      try expectClose(found, wanted(learnable.path), "\(learnable.path)")
    }
  }

  /// The gradient of the projection that a learnable of attention is, as it lies here.
  private func projection(
    _ path: String, _ reference: Reference, _ prefix: String = ""
  ) throws -> Tensor {
    let number = try #require(Self.names.firstIndex { path.contains("/\($0)/") })
    let isWeight = path.hasSuffix("weights")
    guard number < 3 else {
      let whole = try reference["d \(prefix)out_proj.\(isWeight ? "weight" : "bias")"]
      return isWeight ? whole.transposed : whole
    }
    let packed = try reference["d \(prefix)in_proj_\(isWeight ? "weight" : "bias")"]
    let part = try packed.split(into: 3, axis: 0)[number]
    return isWeight ? part.transposed : part
  }

  @Test("packed, gives PyTorch's values and gradients with padding and a causal mask")
  func packed() throws {
    let reference = try Reference("torch_attention", "self")
    let layer = try MultiHeadAttention.pyTorch(
      inProjection: reference["in_proj_weight"], inProjectionBias: reference["in_proj_bias"],
      outProjection: reference["out_proj.weight"],
      outProjectionBias: reference["out_proj.bias"], heads: 2,
      options: AttentionOptions(isCausal: true))
    try expectEqual(layer, to: reference, inputs: ["x"], [Self.lengths]) {
      try projection($0, reference)
    }
  }

  @Test("apart, gives PyTorch's values and gradients over a memory of other channels and lengths")
  func apart() throws {
    let reference = try Reference("torch_attention", "memory")
    let layer = try MultiHeadAttention.pyTorch(
      queryProjection: reference["q_proj_weight"], keyProjection: reference["k_proj_weight"],
      valueProjection: reference["v_proj_weight"], outProjection: reference["out_proj.weight"],
      heads: 2, options: AttentionOptions(source: .memory))
    try expectEqual(layer, to: reference, inputs: ["x", "memory"], [nil, Self.memoryLengths]) {
      path in
      let places = zip(
        Self.names, ["q_proj_weight", "k_proj_weight", "v_proj_weight", "out_proj.weight"])
      let name = try #require(places.first { path.contains("/\($0.0)/") }).1
      return try reference["d " + name].transposed
    }
  }

  @Test("of blocks gives PyTorch's values and gradients", arguments: ["before", "after"])
  func encoder(order: String) throws {
    let reference = try Reference("torch_attention", "encoder \(order)")
    let block = try TransformerEncoderBlock.pyTorch(
      reference.tensors, heads: 2,
      options: TransformerOptions(
        normalization: order == "before" ? .before : .after,
        activation: order == "before" ? .gelu : .relu))
    try expectEqual(block, to: reference, inputs: ["x"], [Self.lengths]) {
      try part($0, reference, ["attentionNorm": "norm1", "feedForwardNorm": "norm2"])
    }
  }

  @Test("of a decoder's block gives PyTorch's values and gradients")
  func decoder() throws {
    let reference = try Reference("torch_attention", "decoder")
    let block = try TransformerDecoderBlock.pyTorch(
      reference.tensors, heads: 2, options: TransformerOptions(activation: .relu))
    try expectEqual(block, to: reference, inputs: ["x", "memory"], [nil, Self.memoryLengths]) {
      try part(
        $0, reference,
        ["attentionNorm": "norm1", "memoryNorm": "norm2", "feedForwardNorm": "norm3"])
    }
  }

  /// The gradient of a part of a block, as it lies here.
  private func part(
    _ path: String, _ reference: Reference, _ norms: [String: String]
  ) throws -> Tensor {
    if let norm = norms.first(where: { path.contains("/\($0.key)/") })?.value {
      return try reference["d \(norm).\(path.hasSuffix("scale") ? "weight" : "bias")"]
    }
    if path.contains("/feedForward/") {
      let layer = path.contains("fc1") ? "linear1" : "linear2"
      let isWeight = path.hasSuffix("weights")
      let whole = try reference["d \(layer).\(isWeight ? "weight" : "bias")"]
      return isWeight ? whole.transposed : whole
    }
    return try projection(
      path, reference, path.contains("/memoryAttention/") ? "multihead_attn." : "self_attn.")
  }

  @Test("in MATLAB's layout gives what PyTorch's does, with columns of biases")
  func matlab() throws {
    let reference = try Reference("torch_attention", "self")
    let weights = try reference["in_proj_weight"].split(into: 3, axis: 0)
    let biases = try reference["in_proj_bias"].reshaped(to: [18, 1]).split(into: 3, axis: 0)
    let layer = try MultiHeadAttention.matlab(
      queryWeights: weights[0], queryBias: biases[0], keyWeights: weights[1], keyBias: biases[1],
      valueWeights: weights[2], valueBias: biases[2], outputWeights: reference["out_proj.weight"],
      outputBias: reference["out_proj.bias"].reshaped(to: [6, 1]), heads: 2,
      options: AttentionOptions(isCausal: true))
    let x = try reference["x"]
    let output = try unchanged(layer, for: [x]).predict(x, sequenceLengths: Self.lengths)
    try expectClose(
      output.zeroed(beyond: Self.lengths), reference["output"].zeroed(beyond: Self.lengths),
      "output")
  }

  @Test("is refused where shapes do not fit, or a tensor is missing, in words")
  func refusals() throws {
    let square = try Tensor.zeros([4, 4])
    #expect(
      message {
        try MultiHeadAttention.pyTorch(inProjection: square, outProjection: square, heads: 2)
      }
        == "MultiHeadAttention: the packed projection has shapes [[4, 4]]. "
        + "Give in_proj_weight [3 · size, channels] and in_proj_bias [3 · size].")
    #expect(
      message {
        try MultiHeadAttention.pyTorch(
          queryProjection: square, queryBias: .zeros([3]), keyProjection: square,
          valueProjection: square, outProjection: square, heads: 2)
      }
        == "MultiHeadAttention: the weights of the queries have shapes [[4, 4], [3]]. "
        + "Give a matrix [outputs, inputs], and a bias [outputs] or nil.")
    #expect(
      message { try TransformerEncoderBlock.pyTorch(["linear1.weight": square], heads: 2) }
        == "transformer: there is no tensor \"linear2.weight\". "
        + "Give the state_dict of one layer, with names from the layer on.")
  }
}
