/// Of [queries, keys, values] with equal batch axes: softmax(queries · keysᵀ · scale) · values,
/// where lengths and order alone say which keys a query sees. Memory is linear in the steps; a
/// derivative that is itself differentiated makes the matrix of weights.
struct FusedAttention: Operation {
  let form: AttentionForm

  var name: String { AttentionSizes.name }
  var attributes: String {
    [
      "scale: \(form.scale)", form.lead.map { $0 == 0 ? "causal" : "causal from key \($0) on" },
      form.keyLengths.map { "key lengths: \($0.prefix(8))" },
    ].compactMap(\.self).joined(separator: ", ")
  }
  var keeps: Keeping { [.first, .second, .third, .result] }
  var canAdd: Bool { false }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    let sizes = try AttentionSizes(operands[0], operands[1], operands[2])
    return TensorSpec(
      sizes.batch + [sizes.steps, operands[2].shape[operands[2].rank - 1]],
      operands[0].scalarType)
  }

  func evaluate(
    _ operands: [Tensor], as spec: TensorSpec, extras: inout [Tensor], isRecorded: Bool
  ) throws -> Tensor {
    try Tensor.requireMemory(for: spec, name)
    for operand in operands { try Tensor.requireMemory(for: TensorSpec(like: operand), name) }
    let result = Tensor(uninitialized: spec)
    let kept = spec.shape.dropLast(2) + [2, spec.shape[spec.shape.count - 2]]
    let statistics = Tensor(uninitialized: Array(kept), spec.scalarType)
    result.perform(.attention(form), operands, [statistics])
    if isRecorded { extras = [statistics] }
    return result
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    let operands = (0..<3).map { pull.operand($0) }
    let result = pull.result
    guard pull.isRecorded(gradient, operands[0], operands[1], operands[2], result) else {
      let gradients = try (0..<3).map { number in
        try Tensor.requireMemory(for: pull.spec(number), name)
        return Tensor(uninitialized: pull.spec(number))
      }
      gradients[0].perform(
        .attentionGradient(form), operands + [gradient, result, pull.extras[0]],
        Array(gradients[1...]))
      for (number, gradient) in gradients.enumerated() { try pull.add(gradient, to: number) }
      return
    }
    let (queries, keys, values) = (operands[0], operands[1], operands[2])
    let sizes = try AttentionSizes(queries, keys, values)
    let counting = try form.keyLengths.flatMap { try sizes.counting($0) }
    let weights = try AttentionWeights(
      shown: counting, bias: nil, factors: nil, lead: form.lead, hidesRows: true
    ).weights(queries * form.scale, keys, from: 0)
    let found = try matmul(gradient, values.transposed)
    let slopes = try weights * (found - (found * weights).sum(-1, keepingAxes: true)) * form.scale
    try pull.add(matmul(slopes, keys), to: 0)
    try pull.add(matmul(slopes.transposed, queries), to: 1)
    try pull.add(matmul(weights.transposed, gradient), to: 2)
  }

  func multiplyAdds(of operands: [Tensor]) -> Int {
    let (queries, keys) = (operands[0], operands[1])
    let values = operands[2].shape[operands[2].rank - 1]
    return queries.count * keys.shape[keys.rank - 2]
      + queries.count / max(1, queries.shape[queries.rank - 1]) * keys.shape[keys.rank - 2] * values
  }
}

/// What becomes of the scores of some queries.
struct AttentionWeights: Sendable {
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
  func with(_ operands: ArraySlice<Tensor>) -> AttentionWeights {
    var (copy, rest) = (self, operands)
    if shown != nil { copy.shown = rest.popFirst() }
    if bias != nil { copy.bias = rest.popFirst() }
    if factors != nil { copy.factors = rest.popFirst() }
    return copy
  }

  /// The same for some of the queries, and the number of keys that these may see.
  func cut(to rows: Range<Int>, keySteps: Int) throws -> (
    attention: AttentionWeights, keySteps: Int
  ) {
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
    try matmul(weights(queries, keys, from: start), values)
  }

  /// What queries from `start` on give to each key.
  func weights(_ queries: Tensor, _ keys: Tensor, from start: Int) throws -> Tensor {
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
    return weights
  }
}
