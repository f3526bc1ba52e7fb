import LigatureKernels

/// Attention on the processor, a sequence and head at a time, without the matrix of weights.
struct Attentions {
  private let form: AttentionForm
  private let operands: [Tensor]
  private let offsets: [BatchOffsets]
  private let batches: Int
  private let type: ScalarType

  /// Of [queries, keys, values] with equal batch axes, and the gradient of the result where theirs
  /// are wanted.
  init(_ form: AttentionForm, _ operands: [Tensor]) {
    self.form = form
    // A kernel reads rows at any distance, whose scalars are adjacent.
    self.operands = operands.map { operand in
      operand.shape[operand.rank - 1] == 1 || operand.strides[operand.rank - 1] == 1
        ? operand : operand.contiguous()
    }
    offsets = self.operands.map(BatchOffsets.init)
    batches = Shape.count(operands[0].shape.dropLast(2))
    type = operands[0].scalarType
  }

  /// The result, and the largest score and the inverse of the sum of each query, `[batches, 2,
  /// steps]`.
  func run(into result: Tensor, statistics: Tensor) {
    let steps = self.steps(0)
    guard result.count > 0 else { return lk_fill(kind, statistics.count, 0, statistics.pointer) }
    // Few sequences are cut into runs of queries, each of which looks at the keys for itself.
    let parts = max(1, min(Parallel.threads / max(1, batches), steps / (4 * Self.granularity)))
    let tasks = batches * parts
    let minimum = max(1, Kernels.productMinimum * tasks / max(1, multiplyAdds))
    let pieces = Parallel.pieces(tasks, minimum: minimum)
    let scratch = scratch(pieces.count) { lk_attention_workspace(kind, $0) }
    withExtendedLifetime((operands, scratch.storage)) {
      Parallel.forEach(pieces) { number, range in
        for task in range {
          let (batch, part) = (task / parts, task % parts)
          let blocks = (steps + Self.granularity - 1) / Self.granularity
          let first = blocks * part / parts * Self.granularity
          let end = min(steps, blocks * (part + 1) / parts * Self.granularity)
          let (start, width) = (batch * steps, values * type.byteCount)
          withUnsafePointer(to: sizes(batch)) {
            lk_attention(
              kind, $0, first, end - first, pointer(0, batch), pointer(1, batch),
              pointer(2, batch), result.pointer + start * width,
              statistics.pointer + 2 * start * type.byteCount,
              scratch.storage.pointer + number * scratch.byteCount)
          }
        }
      }
    }
  }

  /// The gradients in queries, keys and values. Each sequence and head is worked on by one thread.
  func gradient(
    _ result: Tensor, _ statistics: Tensor, into gradients: [Tensor]
  ) {
    let (steps, keys, features) = (self.steps(0), self.steps(1), operands[0].shape.last ?? 0)
    guard result.count > 0 else {
      for gradient in gradients { lk_fill(kind, gradient.count, 0, gradient.pointer) }
      return
    }
    let result = result.contiguous()
    let minimum = max(1, Kernels.productMinimum * batches / max(1, multiplyAdds))
    let pieces = Parallel.pieces(batches, minimum: minimum)
    let scratch = scratch(pieces.count) { lk_attention_gradient_workspace(kind, $0) }
    withExtendedLifetime((operands, result, scratch.storage)) {
      Parallel.forEach(pieces) { number, range in
        for batch in range {
          let sizes = sizes(batch)
          withUnsafePointer(to: sizes) {
            lk_attention_gradient(
              kind, $0, pointer(0, batch), pointer(1, batch), pointer(2, batch),
              result.pointer + batch * steps * values * type.byteCount,
              statistics.pointer + 2 * batch * steps * type.byteCount,
              pointer(3, batch),
              gradients[0].pointer + batch * steps * features * type.byteCount,
              gradients[1].pointer + batch * keys * features * type.byteCount,
              gradients[2].pointer + batch * keys * values * type.byteCount,
              scratch.storage.pointer + number * scratch.byteCount)
          }
          // Keys beyond the length have no part in the result.
          for (gradient, width) in [(gradients[1], features), (gradients[2], values)] {
            let start = (batch * keys + sizes.keys) * width * type.byteCount
            lk_fill(kind, (keys - sizes.keys) * width, 0, gradient.pointer + start)
          }
        }
      }
    }
  }

  /// Queries that are worked on at a time.
  private static let granularity = 64

  private var kind: LKScalar { type.kernelType }
  private var values: Int { operands[2].shape.last ?? 0 }

  private func steps(_ operand: Int) -> Int {
    operands[operand].shape[operands[operand].rank - 2]
  }

  private var multiplyAdds: Int {
    batches * steps(0) * steps(1) * (values + (operands[0].shape.last ?? 0))
  }

  private func pointer(_ operand: Int, _ batch: Int) -> UnsafeMutableRawPointer {
    operands[operand].pointer + offsets[operand].offset(batch) * type.byteCount
  }

  private func sizes(_ batch: Int) -> LKAttention {
    func row(_ operand: Int) -> Int { operands[operand].strides[operands[operand].rank - 2] }
    let keys = form.keyLengths.map { $0[batch / (batches / $0.count)] } ?? steps(1)
    return LKAttention(
      queries: steps(0), keys: keys, features: operands[0].shape.last ?? 0,
      value_features: values, scale: form.scale, causal: form.lead == nil ? 0 : 1,
      lead: form.lead ?? 0, query_row: row(0), key_row: row(1), value_row: row(2),
      upstream_row: operands.count > 3 ? row(3) : 0)
  }

  private func scratch(
    _ count: Int, _ size: (UnsafePointer<LKAttention>) -> Int
  ) -> (storage: Storage, byteCount: Int) {
    var largest = sizes(0)
    largest.keys = steps(1)
    let bytes = (withUnsafePointer(to: largest, size) + 63) & ~63
    return (Storage(byteCount: bytes * count), bytes)
  }
}
