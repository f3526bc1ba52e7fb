/// exp(x) / Σ exp(x) along `axis`, shifted by the maximum so that nothing overflows. O(count).
public func softmax(_ x: Tensor, axis: Int = -1) throws -> Tensor {
  try alongLastAxis(Softmax(logarithm: false), x, axis)
}

/// The logarithm of the softmax along `axis`, without forming the softmax. O(count).
public func logSoftmax(_ x: Tensor, axis: Int = -1) throws -> Tensor {
  try alongLastAxis(Softmax(logarithm: true), x, axis)
}

/// (x - mean) / sqrt(variance + epsilon) over the last axis, with the biased variance: layer
/// normalisation before its scale and offset (Ba et al. 2016). O(count).
public func normalized(_ x: Tensor, epsilon: Double = 1e-5) throws -> Tensor {
  try Normalize(epsilon: epsilon)([x])
}

/// Brings `axis` to the end, applies an operation, and brings it back.
private func alongLastAxis(_ operation: Softmax, _ x: Tensor, _ axis: Int) throws -> Tensor {
  try x.requireFloatingPoint(operation.name)
  guard let axis = Shape.normalized(axis, rank: x.rank) else {
    throw Shape.missing(axis: axis, of: x.shape, operation.name)
  }
  guard axis != x.rank - 1 else { return try operation([x]) }
  var order = Array(x.shape.indices)
  order.swapAt(axis, x.rank - 1)
  return try operation([x.permuted(order)]).permuted(order)
}
