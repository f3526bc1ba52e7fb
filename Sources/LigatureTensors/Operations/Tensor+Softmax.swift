/// exp(x) / Σ exp(x) along `axis`, shifted by the maximum so that nothing overflows. O(count).
public func softmax(_ x: Tensor, axis: Int = -1) throws -> Tensor {
  try alongLastAxis(Softmax(logarithm: false), x, axis)
}

/// The softmax along `axis` of the elements where `mask`, of x's type and stretched to its shape,
/// is not 0; 0 elsewhere, and everywhere in a line that has no such element. No gradient comes back
/// to what is left out, whatever stands there. O(count).
public func softmax(_ x: Tensor, where mask: Tensor, axis: Int = -1) throws -> Tensor {
  try x.requireFloatingPoint("softmax")
  try mask.require("softmax")
  guard mask.scalarType == x.scalarType, Shape.broadcast(mask.shape, x.shape) == x.shape else {
    throw TensorError(
      "softmax",
      "a mask of \(mask.scalarType) \(mask.shape) does not fit \(x.scalarType) \(x.shape)",
      remedy: "Make the mask by comparing tensors of this type and shape")
  }
  let shown = try mask .!= 0
  return try softmax(x.hidden(where: shown), axis: axis) * shown
}

extension Tensor {
  /// The lowest number there is where `shown` is 0, so that a softmax gives nothing there.
  func hidden(where shown: Tensor) throws -> Tensor {
    let lowest =
      scalarType == .float32
      ? -Double(Float.greatestFiniteMagnitude) : -Double.greatestFiniteMagnitude
    return try select(shown, self, .full([], lowest, scalarType))
  }
}

/// The logarithm of the softmax along `axis`, without forming the softmax. O(count).
public func logSoftmax(_ x: Tensor, axis: Int = -1) throws -> Tensor {
  try alongLastAxis(Softmax(logarithm: true), x, axis)
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
