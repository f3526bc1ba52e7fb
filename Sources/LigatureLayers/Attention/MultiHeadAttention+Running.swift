import LigatureNetworks
import LigatureTensors

extension MultiHeadAttention {
  /// The result for inputs, with weights dropped at random with a probability.
  func attended(
    _ inputs: [Tensor], dropping probability: Double, in context: Context
  ) throws -> [Tensor] {
    try requireInputs(inputs, in: context)
    let sizes = try HeadSizes(self, in: context)
    let x = inputs[0]
    let memory = options.source == .memory ? inputs[1] : x
    for sequence in [x, memory] where sequence.rank != 3 {
      throw LayerError(
        .shape, context.path,
        "takes sequences [batch, time, channels], found shape \(sequence.shape)",
        remedy: "Reshape the input; one channel is a last axis of size 1")
    }
    let lengths = try context.lengths(of: x)
    let inner = context.counting(lengths)
    var seen = SeenSteps(
      keys: try split(keys(memory, in: context), sizes.key),
      values: try split(values(memory, in: context), sizes.value),
      lengths: try context.lengths(of: memory))
    var asked = try split(queries(x, in: context), sizes.key)
    if carries(in: context) {
      try goOn(&asked, &seen, x, in: context)
    } else if let rotation = options.rotation {
      asked = try rotation(asked, at: .range(0..<x.shape[1]).cast(to: .float64))
      seen.keys = try rotation(
        seen.keys, at: .range(0..<memory.shape[1]).cast(to: .float64))
    }
    let bias = try options.takesMask ? mask(inputs[inputs.count - 1], x.scalarType, context) : nil
    let found = try find(asked, seen, bias: bias, dropping: probability, in: context)
    let result = try output(
      found.permuted([0, 2, 1, 3]).reshaped(to: [x.shape[0], x.shape[1], heads * sizes.value]),
      in: inner)
    context.setOutputLengths([lengths])
    return [result]
  }

  /// Whether the steps of passes before are seen.
  private func carries(in context: Context) -> Bool {
    options.source == .itself && (options.carriesState || context.carriesState)
  }

  /// `[batch, time, heads · size]` as `[batch, heads, time, size]`.
  private func split(_ x: Tensor, _ size: Int) throws -> Tensor {
    try x.reshaped(to: [x.shape[0], x.shape[1], x.shape[2] / size, size]).permuted([0, 2, 1, 3])
  }

  /// A mask from outside, `[batch, 1, steps, keySteps]`.
  private func mask(_ x: Tensor, _ type: ScalarType, _ context: Context) throws -> Tensor {
    guard x.rank == 3, x.scalarType == type else {
      throw LayerError(
        .shape, context.path, "was given a mask of \(x.scalarType) \(x.shape)",
        remedy: "Give \(type) [batch, steps, keySteps], 0 for what is seen, -infinity for what not")
    }
    return try x.expandingAxis(1)
  }

  /// What each head finds, `[batch, heads, steps, valueSize]`.
  private func find(
    _ asked: Tensor, _ seen: SeenSteps, bias: Tensor?, dropping probability: Double,
    in context: Context
  ) throws -> Tensor {
    let weights = asked.shape.dropLast() + [seen.keys.shape[2]]
    var factors: Tensor?
    if probability > 0 {
      var stream = context.randomStream()
      factors = try stream.mask(
        Array(weights), keep: 1 - probability, value: 1 / (1 - probability), asked.scalarType)
    }
    // Heads that share keys stand beside each other, along an axis of their own.
    let group = heads / keyValueHeads
    func grouped(_ x: Tensor) throws -> Tensor {
      try group == 1
        ? x
        : x.reshaped(to: [x.shape[0], x.shape[1] / group, group] + x.shape.dropFirst(2))
    }
    func shared(_ x: Tensor) throws -> Tensor { try group == 1 ? x : x.expandingAxis(2) }
    let found = try scaledDotProductAttention(
      queries: grouped(asked), keys: shared(seen.keys), values: shared(seen.values),
      mask: seen.shown.map { try shared($0) }, bias: bias.map { try shared($0) },
      keyLengths: seen.lengths, causal: options.isCausal, factors: factors.map { try grouped($0) })
    return try found.reshaped(to: asked.shape.dropLast() + [seen.values.shape[3]])
  }

  /// Puts what was carried before the steps of a piece, and carries all of it on.
  private func goOn(
    _ asked: inout Tensor, _ seen: inout SeenSteps, _ x: Tensor, in context: Context
  ) throws {
    guard options.isCausal else {
      throw LayerError(
        .setting, context.path,
        "sees the steps that come, so it cannot go on where another piece ended",
        remedy: "Make it causal, or give whole sequences without carried state")
    }
    let (batch, steps) = (x.shape[0], x.shape[1])
    let carried = carriedSteps
    guard carried.rank < 2 || carried.shape[0] == batch else {
      throw LayerError.otherBatch(carried.shape[0], batch, in: context)
    }
    func stretched(_ state: Tensor, _ rank: Int) throws -> Tensor {
      state.rank == rank ? state : try state.broadcast(to: [batch] + state.shape)
    }
    let before = try stretched(carried, 2)
    if let rotation = options.rotation {
      // Padding has no position: steps go on where those that count ended.
      let first = try before.sum(1).cast(to: .float64)
      let positions =
        try first.reshaped(to: [batch, 1, 1])
        + Tensor.range(0..<steps).cast(to: .float64)
      asked = try rotation(asked, at: positions)
      seen.keys = try rotation(seen.keys, at: positions)
    }
    let counts = seen.lengths ?? [Int](repeating: steps, count: batch)
    let counting = try Tensor.counting(counts, of: steps, before.scalarType)
    let shown = try concatenate([before, counting], axis: 1)
    seen.keys = try concatenate([stretched(carriedKeys, 4), seen.keys], axis: 2)
    seen.values = try concatenate([stretched(carriedValues, 4), seen.values], axis: 2)
    (carriedKeys, carriedValues, carriedSteps) = (seen.keys, seen.values, shown)
    seen.lengths = nil
    seen.shown = try shown.reshaped(to: [batch, 1, 1, shown.shape[1]])
  }
}

/// The steps that queries may see.
private struct SeenSteps {
  /// `[batch, heads, steps, size]`.
  var keys: Tensor
  var values: Tensor
  /// How many of them count, where later ones are padding.
  var lengths: [Int]?
  /// Which of them count, `[batch, 1, 1, steps]`, where some of them were carried.
  var shown: Tensor?
}
