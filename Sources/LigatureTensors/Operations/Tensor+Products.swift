/// The matrix product: `[..., m, k]` times `[..., k, n]` is `[..., m, n]`. Leading axes are batches
/// and stretch as in arithmetic. Transposed views are read in place. O(batch · m · k · n); every
/// element is one chain of multiply-adds over k, so results do not depend on batch size or threads.
/// Throws when the inner sizes differ or an operand is no matrix.
public func matmul(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  try Product("matmul").applied(a, b)
}

/// activation(x · weights + bias) in one pass: `x` is `[..., inputs]`, `weights` `[inputs,
/// outputs]`, `bias` `[outputs]` or nil. The same numbers as the three operations in a row, and
/// O(batch · inputs · outputs) like them, but the sum and the activation never travel through
/// memory on their own.
public func linear(
  _ x: Tensor, weights: Tensor, bias: Tensor? = nil, activation: FusedActivation = .identity
) throws -> Tensor {
  try Product("linear", activation: activation).applied(x, weights, bias: bias)
}

/// The inner product Σ a b of two vectors `[n]`, or of the last axes of two batches of them.
/// O(count).
public func dot(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  try a.requireFloatingPoint("dot")
  try b.requireFloatingPoint("dot")
  guard a.rank > 0, b.rank > 0, a.shape.last == b.shape.last else {
    throw TensorError(
      "dot", "vectors of shapes \(a.shape) and \(b.shape) do not fit",
      remedy: "Give last axes of equal size")
  }
  return try (a * b).sum(-1)
}

/// The outer product a[i] b[j] of vectors `[..., m]` and `[..., n]`: `[..., m, n]`. O(m n).
public func outer(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  try a.require("outer")
  try b.require("outer")
  guard a.rank > 0, b.rank > 0 else {
    throw TensorError(
      "outer", "needs vectors, found shapes \(a.shape) and \(b.shape)",
      remedy: "Reshape a scalar to [1]")
  }
  return try a.expandingAxis(-1) * b.expandingAxis(-2)
}

/// The vector product of the last axes, which have 3 elements. O(count).
public func cross(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  try a.require("cross")
  try b.require("cross")
  guard a.shape.last == 3, b.shape.last == 3 else {
    throw TensorError(
      "cross", "the last axes of shapes \(a.shape) and \(b.shape) are not both of size 3",
      remedy: "Give vectors [..., 3]")
  }
  return try a.rolled(by: -1) * b.rolled(by: -2) - a.rolled(by: -2) * b.rolled(by: -1)
}

/// The Kronecker product of two tensors of one rank, at most 4: each element of `a` times the whole
/// of `b`, block by block; sizes are products. O(count of the result).
public func kronecker(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  try a.require("kronecker")
  try b.require("kronecker")
  guard a.rank == b.rank, a.rank <= Tensor.maximumRank / 2 else {
    throw TensorError(
      "kronecker", "shapes \(a.shape) and \(b.shape) do not fit",
      remedy: "Give tensors of one rank, of at most \(Tensor.maximumRank / 2) axes")
  }
  let product =
    try a.reshaped(to: a.shape.flatMap { [$0, 1] }) * b.reshaped(to: b.shape.flatMap { [1, $0] })
  return try product.reshaped(to: zip(a.shape, b.shape).map { $0 * $1 })
}

/// Distances of each of `a`'s vectors to each of `b`'s: of `[..., m, features]` and `[..., n,
/// features]`, `[..., m, n]`, in the norm of the given order (see
/// ``Tensor/norm(_:order:keepingAxes:)``). The differences are formed, so that near vectors keep
/// their digits: O(m n features) time and memory. Between equal vectors the derivative is taken as
/// 0.
public func pairwiseDistances(_ a: Tensor, _ b: Tensor, order: Double = 2) throws -> Tensor {
  let name = "pairwiseDistances"
  try a.requireFloatingPoint(name)
  try b.requireFloatingPoint(name)
  guard a.rank >= 2, b.rank >= 2, a.shape.last == b.shape.last, a.rank < Tensor.maximumRank,
    b.rank < Tensor.maximumRank
  else {
    throw TensorError(
      name, "vectors of shapes \(a.shape) and \(b.shape) do not fit",
      remedy: "Give [..., m, features] and [..., n, features]")
  }
  return try (a.expandingAxis(-2) - b.expandingAxis(-3)).norm(-1, order: order)
}
