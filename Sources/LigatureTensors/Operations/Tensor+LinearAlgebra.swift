// Small dense matrices, or batches of them: [..., n, n]. They are computed in double, by
// elimination with row pivots or Cholesky's way, one matrix a thread, and rounded at the end: for
// matrices of some hundred rows, not of thousands. A matrix that cannot be solved for is an error
// that says which one; where numbers are NaN, so are the results.

/// X with A X = B: `[..., n, n]` and `[..., n, columns]`, or a vector `[n]`, with leading sizes
/// that stretch to each other. Throws for a singular matrix. O(n² (n + columns)) a matrix.
public func solve(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  try solved("solve", a, b, isUpper: nil)
}

/// X with A X = B for an upper triangular A, or a lower one; its other triangle is not read.
/// Otherwise as ``solve(_:_:)``, in O(n² columns) a matrix.
public func triangularSolve(_ a: Tensor, _ b: Tensor, upper: Bool) throws -> Tensor {
  try solved("triangularSolve", a, b, isUpper: upper)
}

private func solved(_ name: String, _ a: Tensor, _ b: Tensor, isUpper: Bool?) throws -> Tensor {
  try a.requireSquare(name)
  try b.requireFloatingPoint(name)
  let isVector = b.rank == 1
  let columns = isVector ? try b.expandingAxis(1) : b
  guard columns.rank >= 2,
    let batch = Shape.broadcast(
      Array(a.shape.dropLast(2)), Array(columns.shape.dropLast(2)))
  else {
    throw TensorError(
      name, "a matrix of shape \(a.shape) does not fit a right-hand side of shape \(b.shape)",
      remedy: "Give [..., n, n] and [..., n, columns], or a vector [n]")
  }
  let stretched = [a, columns].map { batch + $0.shape.suffix(2) }
  for shape in stretched { try Tensor.validate(shape, name) }
  let x = try Solve(name, isUpper: isUpper)([
    a.broadcast(to: stretched[0]), columns.broadcast(to: stretched[1]),
  ])
  return isVector ? try x.reshaped(to: x.shape.dropLast()) : x
}

extension Tensor {
  /// The inverse of square matrices. Throws for a singular one. To solve for a right-hand side,
  /// ``solve(_:_:)`` is faster and more accurate. O(n³) a matrix.
  public func inverse() throws -> Tensor { try inverse("inverse") }

  /// The determinants of square matrices: `[..., n, n]` becomes `[...]`. The derivative, det A ·
  /// A⁻ᵀ, needs an inverse and throws where there is none. O(n³) a matrix.
  public func determinant() throws -> Tensor { try Determinant()([self]) }

  /// log |det A| of square matrices, where the determinant itself may overflow: `[..., n, n]`
  /// becomes `[...]`; -infinity for a singular one, whose derivative throws. O(n³) a matrix.
  public func logDeterminant() throws -> Tensor { try LogDeterminant()([self]) }

  /// The lower triangular L with L Lᵀ = A of symmetric, positive definite matrices, of which the
  /// lower triangle is read. The gradient is symmetric. Throws for a matrix that is not positive
  /// definite. O(n³) a matrix.
  public func cholesky() throws -> Tensor { try Cholesky()([self]) }

  /// A square matrix to a whole power, by squaring; its inverse to one below 0, the identity for 0.
  /// O(n³ log(exponent)) a matrix.
  public func matrixPower(_ exponent: Int) throws -> Tensor {
    try requireSquare("matrixPower")
    var factor = exponent < 0 ? try inverse("matrixPower") : self
    var rest = exponent.magnitude
    var result: Tensor?
    while rest > 0 {
      if rest & 1 == 1 { result = try result.map { try matmul($0, factor) } ?? factor }
      rest >>= 1
      if rest > 0 { factor = try matmul(factor, factor) }
    }
    // To the power 0 nothing of the matrix is left but its shape.
    return try result ?? Tensor.identity(shape[rank - 1], scalarType).broadcast(to: shape)
  }
}
