/// Scaled dot-product attention (Vaswani et al. 2017): softmax(queries · keysᵀ · scale + bias) ·
/// values, over the keys that a query sees. `queries` are `[..., steps, features]`, `keys` `[...,
/// keySteps, features]`, `values` `[..., keySteps, valueFeatures]`; leading axes (batch, heads)
/// stretch to each other. The result is `[..., steps, valueFeatures]`.
///
/// A query that sees no key at all gets zeros, and no gradient comes from it.
///
/// O(batch · heads · steps · keySteps · (features + valueFeatures)). Where lengths and order alone
/// say what a query sees, the weights are never in memory (Dao et al. 2022): it is linear in the
/// steps. With a mask, a bias or factors, short sequences keep the weights for the gradient; from
/// 512 key steps on they are made for some queries at a time, and again on the backward pass.
///
/// - Parameters:
///   - mask: which keys a query sees, where it is not 0; stretches to `[..., steps, keySteps]`.
///   - bias: added to the scores, and stretched to them; -infinity hides a key as well.
///   - keyLengths: for each element of the first axis, the number of keys that count.
///   - causal: whether a query sees keys of its own step and before only. The queries are the last
///     steps of the sequence of keys, so the last query sees all of it.
///   - scale: 1 / sqrt(features) where it is nil.
///   - factors: what the weights are multiplied by after the softmax, such as a dropout mask;
///     stretches to `[..., steps, keySteps]`.
///
/// Throws for operands that do not fit, in shape or type.
public func scaledDotProductAttention(
  queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor? = nil, bias: Tensor? = nil,
  keyLengths: [Int]? = nil, causal: Bool = false, scale: Double? = nil, factors: Tensor? = nil
) throws -> Tensor {
  if mask == nil, bias == nil, factors == nil,
    let found = try fusedAttention(queries, keys, values, keyLengths, causal, scale)
  {
    return found
  }
  return try attention(
    queries, keys, values, mask: mask, bias: bias, keyLengths: keyLengths, causal: causal,
    scale: scale, factors: factors, blockRows: \.blockRows)
}

/// Attention where lengths and order alone say what a query sees; nil for more features than the
/// kernels sum in one chain.
private func fusedAttention(
  _ queries: Tensor, _ keys: Tensor, _ values: Tensor, _ keyLengths: [Int]?, _ causal: Bool,
  _ scale: Double?
) throws -> Tensor? {
  let sizes = try AttentionSizes(queries, keys, values)
  guard sizes.features <= 512, values.shape[values.rank - 1] <= 512 else { return nil }
  if let keyLengths { try sizes.requireLengths(keyLengths) }
  let operation = FusedAttention(
    form: AttentionForm(
      scale: try sizes.scale(scale), lead: causal ? sizes.keySteps - sizes.steps : nil,
      keyLengths: keyLengths))
  return try operation(
    [queries, keys, values].map { try $0.broadcast(to: sizes.batch + $0.shape.suffix(2)) })
}

/// The same with blocks of as many queries as `blockRows` says, or all at once where it is nil.
func attention(
  _ queries: Tensor, _ keys: Tensor, _ values: Tensor, mask: Tensor? = nil, bias: Tensor? = nil,
  keyLengths: [Int]? = nil, causal: Bool = false, scale: Double? = nil, factors: Tensor? = nil,
  blockRows: (AttentionSizes) -> Int?
) throws -> Tensor {
  let sizes = try AttentionSizes(queries, keys, values)
  let mask = try mask.map { try sizes.matrix($0, "mask") .!= 0 }
  let bias = try bias.map { try sizes.matrix($0, "bias") }
  let counting = try keyLengths.flatMap { try sizes.counting($0) }
  let scale = try sizes.scale(scale)
  let isHidden = try bias.map { try $0 .== -.infinity }
  let shown = [mask, counting, try isHidden.map { try 1 - $0 }].compactMap(\.self)
  let attention = AttentionWeights(
    shown: try shown.isEmpty ? nil : shown.dropFirst().reduce(shown[0]) { try $0 * $1 },
    bias: try isHidden.flatMap { hidden in
      try bias.map { try select(hidden, .zeros([], $0.scalarType), $0) }
    },
    factors: try factors.map { try sizes.matrix($0, "factors") },
    lead: causal ? sizes.keySteps - sizes.steps : nil,
    hidesRows: mask != nil || bias != nil || keyLengths?.contains(0) == true
      || causal && sizes.keySteps < sizes.steps)
  let scaled = try queries * scale
  guard let rows = blockRows(sizes) else {
    return try attention(scaled, keys, values, from: 0)
  }
  let blocks = try stride(from: 0, to: sizes.steps, by: rows).map { start in
    let range = start..<min(start + rows, sizes.steps)
    let block = try attention.cut(to: range, keySteps: sizes.keySteps)
    let operands = try [
      scaled.slice(range, axis: -2), keys.cutRows(to: block.keySteps),
      values.cutRows(to: block.keySteps),
    ]
    return try checkpoint(operands + block.attention.operands) { operands in
      let attention = block.attention.with(operands.dropFirst(3))
      return [try attention(operands[0], operands[1], operands[2], from: start)]
    }[0]
  }
  return try concatenate(blocks, axis: -2)
}

extension Tensor {
  /// The first rows of matrices.
  fileprivate func cutRows(to count: Int) throws -> Tensor {
    shape[rank - 2] == count ? self : try slice(0..<count, axis: -2)
  }
}
