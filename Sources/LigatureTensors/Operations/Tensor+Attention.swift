/// Scaled dot-product attention (Vaswani et al. 2017): softmax(queries · keysᵀ · scale + bias) ·
/// values, over the keys that a query sees. `queries` are `[..., steps, features]`, `keys` `[...,
/// keySteps, features]`, `values` `[..., keySteps, valueFeatures]`; leading axes (batch, heads)
/// stretch to each other. The result is `[..., steps, valueFeatures]`.
///
/// A query that sees no key at all gets zeros, and no gradient comes from it.
///
/// O(batch · heads · steps · keySteps · (features + valueFeatures)). Short sequences keep the
/// weights for the gradient. From 512 key steps on the weights are made for some queries at a time,
/// and again on the backward pass, so that memory is linear in the steps, but for a mask, a bias or
/// factors of that size.
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
  try attention(
    queries, keys, values, mask: mask, bias: bias, keyLengths: keyLengths, causal: causal,
    scale: scale, factors: factors, blockRows: \.blockRows)
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
  let scale = scale ?? 1 / Double(sizes.features).squareRoot()
  guard scale.isFinite else {
    throw TensorError(
      AttentionSizes.name, "the scale is \(scale)", remedy: "Give a finite number")
  }
  let isHidden = try bias.map { try $0 .== -.infinity }
  let shown = [mask, counting, try isHidden.map { try 1 - $0 }].compactMap(\.self)
  let attention = Attention(
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

/// What becomes of the scores of some queries.
private struct Attention: Sendable {
  /// 1 where a query sees a key, else 0.
  var shown: Tensor?
  var bias: Tensor?
  var factors: Tensor?
  /// How many keys come before the one at the place of the first query; nil where queries see what
  /// comes after them.
  let lead: Int?
  /// Whether a query may see no key at all.
  let hidesRows: Bool

  var operands: [Tensor] { [shown, bias, factors].compactMap(\.self) }

  /// The same with other tensors, in the order of `operands`.
  func with(_ operands: ArraySlice<Tensor>) -> Attention {
    var (copy, rest) = (self, operands)
    if shown != nil { copy.shown = rest.popFirst() }
    if bias != nil { copy.bias = rest.popFirst() }
    if factors != nil { copy.factors = rest.popFirst() }
    return copy
  }

  /// The same for some of the queries, and the number of keys that these may see.
  func cut(to rows: Range<Int>, keySteps: Int) throws -> (attention: Attention, keySteps: Int) {
    let seen = lead.map { min(keySteps, max(1, rows.upperBound + $0)) } ?? keySteps
    func cut(_ x: Tensor?) throws -> Tensor? {
      guard var x else { return nil }
      if x.shape[x.rank - 2] > 1 { x = try x.slice(rows, axis: -2) }
      if x.shape[x.rank - 1] > 1 { x = try x.slice(0..<seen, axis: -1) }
      return x
    }
    var copy = self
    (copy.shown, copy.bias, copy.factors) = (try cut(shown), try cut(bias), try cut(factors))
    return (copy, seen)
  }

  /// The values that queries from `start` on find; their scale is in them already.
  func callAsFunction(
    _ queries: Tensor, _ keys: Tensor, _ values: Tensor, from start: Int
  ) throws -> Tensor {
    var scores = try matmul(queries, keys.transposed)
    if let bias { scores = try scores + bias }
    var shown = shown
    if let lead {
      let steps = (start + lead)..<(start + lead + queries.shape[queries.rank - 2])
      let past =
        try Tensor.range(0..<keys.shape[keys.rank - 2])
        .<= Tensor.range(steps).expandingAxis(-1)
      let seen = try past.cast(to: scores.scalarType)
      shown = try shown.map { try $0 * seen } ?? seen
    }
    var weights =
      if let shown {
        try hidesRows ? softmax(scores, where: shown) : softmax(scores.hidden(where: shown))
      } else { try softmax(scores) }
    if let factors { weights = try weights * factors }
    return try matmul(weights, values)
  }
}

/// The sizes of the operands of attention.
struct AttentionSizes {
  static let name = "scaledDotProductAttention"
  let batch: [Int]
  let steps: Int
  let keySteps: Int
  let features: Int
  private let scalarType: ScalarType

  /// Throws unless the three fit each other.
  init(_ queries: Tensor, _ keys: Tensor, _ values: Tensor) throws {
    let operands = [queries, keys, values]
    for operand in operands { try operand.requireFloatingPoint(Self.name) }
    let shapes = operands.map(\.shape)
    let batch = operands.reduce([Int]?([])) { batch, operand in
      batch.flatMap { Shape.broadcast($0, Array(operand.shape.dropLast(2))) }
    }
    guard operands.allSatisfy({ $0.rank >= 2 }), let batch,
      shapes[0].last == shapes[1].last, shapes[0].last != 0,
      shapes[1].dropLast().last == shapes[2].dropLast().last,
      Set(operands.map(\.scalarType)).count == 1
    else {
      let found = operands.map { "\($0.scalarType) \($0.shape)" }
      throw TensorError(
        Self.name,
        "queries \(found[0]), keys \(found[1]) and values \(found[2]) do not fit",
        remedy: "Give [..., steps, features], [..., keySteps, features] and [..., keySteps, "
          + "valueFeatures] of one type, with at least one feature")
    }
    self.batch = batch
    steps = shapes[0][shapes[0].count - 2]
    keySteps = shapes[1][shapes[1].count - 2]
    features = shapes[0][shapes[0].count - 1]
    scalarType = queries.scalarType
    try Tensor.validate(batch + [steps, features], Self.name)
    try Tensor.validate(batch + [keySteps, features], Self.name)
  }

  /// A tensor that stretches to the scores, with two axes at least.
  func matrix(_ x: Tensor, _ word: String) throws -> Tensor {
    try x.require(Self.name)
    let scores = batch + [steps, keySteps]
    guard x.scalarType == scalarType, Shape.broadcast(x.shape, scores) == scores else {
      throw TensorError(
        Self.name,
        "the \(word) of \(x.scalarType) \(x.shape) does not fit scores of \(scalarType) "
          + "\(scores)",
        remedy: "Give \(scalarType) of a shape that stretches to [..., steps, "
          + "keySteps]")
    }
    return try x.rank < 2 ? x.reshaped(to: [1, x.count]) : x
  }

  /// 1 for the keys that count, else 0; nil where all do.
  func counting(_ lengths: [Int]) throws -> Tensor? {
    guard batch.first == lengths.count, lengths.allSatisfy({ (0...keySteps).contains($0) }) else {
      throw TensorError(
        Self.name,
        "the lengths \(lengths.prefix(8)) of \(counted(lengths.count, "sequence")) do not fit keys "
          + "of shape \(batch + [keySteps, features])",
        remedy: "Give a number of 0...\(keySteps) for each element of the first axis")
    }
    if lengths.allSatisfy({ $0 == keySteps }) { return nil }
    let ones = [Int](repeating: 1, count: batch.count)
    return try Tensor.counting(lengths, of: keySteps, scalarType)
      .reshaped(to: [lengths.count] + ones + [keySteps])
  }

  /// How many queries are worked on at a time, nil for all of them: as many as have their scores in
  /// a processor's cache, and enough for a fast product.
  var blockRows: Int? {
    guard keySteps >= 512 else { return nil }
    let rows = max(32, (1 << 19) / max(1, keySteps * Shape.count(batch)))
    return rows < steps ? rows : nil
  }
}

extension Tensor {
  /// The first rows of matrices.
  fileprivate func cutRows(to count: Int) throws -> Tensor {
    shape[rank - 2] == count ? self : try slice(0..<count, axis: -2)
  }
}
