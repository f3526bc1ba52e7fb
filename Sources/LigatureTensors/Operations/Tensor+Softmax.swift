import LigatureKernels

/// exp(x) / Σ exp(x) along `axis`, shifted by the maximum so that nothing overflows. O(count).
public func softmax(_ x: Tensor, axis: Int = -1) throws -> Tensor {
  try alongLastAxis("softmax", x, axis) { try rows("softmax", $0, logarithm: false) }
}

/// The logarithm of the softmax along `axis`, without forming the softmax. O(count).
public func logSoftmax(_ x: Tensor, axis: Int = -1) throws -> Tensor {
  try alongLastAxis("logSoftmax", x, axis) { try rows("logSoftmax", $0, logarithm: true) }
}

/// (x - mean) / sqrt(variance + epsilon) over the last axis, with the biased variance: layer
/// normalisation before its scale and offset (Ba et al. 2016). O(count).
public func normalized(_ x: Tensor, epsilon: Double = 1e-5) throws -> Tensor {
  try x.requireFloatingPoint("normalized")
  guard let columns = x.shape.last, columns > 0 else {
    throw TensorError(
      "normalized", "shape \(x.shape) has no elements along a last axis",
      remedy: "Give at least one feature")
  }
  let source = x.contiguous()
  let count = source.count / columns
  let type = x.scalarType.kernelType
  let result = Tensor(uninitialized: x.shape, x.scalarType)
  let mean = Tensor(uninitialized: [count], x.scalarType)
  let inverse = Tensor(uninitialized: [count], x.scalarType)
  lk_normalize_rows(
    type, count, columns, epsilon, source.pointer, result.pointer, mean.pointer, inverse.pointer)
  guard let recorder = Recorder([x]) else { return result }
  return recorder.record(result) { pull, gradient in
    pull.accumulate(to: 0, result.shape, result.scalarType) { target, adding in
      lk_normalize_rows_gradient(
        type, count, columns, result.pointer, inverse.pointer, gradient.contiguous().pointer,
        target, adding ? 1 : 0)
    }
  }
}

private func rows(_ name: String, _ x: Tensor, logarithm: Bool) throws -> Tensor {
  let columns = x.shape.last ?? 1
  let source = x.contiguous()
  let result = Tensor(uninitialized: x.shape, x.scalarType)
  let count = columns == 0 ? 0 : x.count / columns
  let type = x.scalarType
  let flag: Int32 = logarithm ? 1 : 0
  let minimum = max(1, Kernels.transcendentalMinimum / max(1, columns))
  Parallel.split(count, minimum: minimum) { range in
    let start = range.lowerBound * columns * type.byteCount
    lk_softmax(
      type.kernelType, flag, range.count, columns, source.pointer + start, result.pointer + start)
  }
  guard let recorder = Recorder([x]) else { return result }
  return recorder.record(result, origin: logarithm ? .operation : .softmax(logits: x.detached)) {
    pull, gradient in
    let gradient = gradient.contiguous()
    pull.accumulate(to: 0, result.shape, type) { target, adding in
      Parallel.split(count, minimum: minimum) { range in
        let start = range.lowerBound * columns * type.byteCount
        lk_softmax_gradient(
          type.kernelType, flag, range.count, columns, result.pointer + start,
          gradient.pointer + start, target + start, adding ? 1 : 0)
      }
    }
  }
}

/// Brings `axis` to the end, applies `body`, and brings it back.
private func alongLastAxis(
  _ name: String, _ x: Tensor, _ axis: Int, _ body: (Tensor) throws -> Tensor
) throws -> Tensor {
  try x.requireFloatingPoint(name)
  guard let axis = Shape.normalized(axis, rank: x.rank) else {
    throw TensorError(
      name, "shape \(x.shape) has no axis \(axis)",
      remedy: Shape.axisRemedy(rank: x.rank))
  }
  guard axis != x.rank - 1 else { return try body(x) }
  var order = Array(x.shape.indices)
  order.swapAt(axis, x.rank - 1)
  return try body(x.permuted(order)).permuted(order)
}
