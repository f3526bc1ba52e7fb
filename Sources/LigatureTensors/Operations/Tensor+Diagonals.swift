// Diagonals and triangles of matrices, or of batches of them: [..., rows, columns]. A diagonal's
// offset is 0 for the main one, positive above it, negative below.

extension Tensor {
  /// The diagonal as a last axis: `[..., rows, columns]` becomes `[..., length]`, of length 0 where
  /// the offset leaves the matrix. A view, O(1).
  public func diagonal(_ offset: Int = 0) throws -> Tensor {
    try requireMatrix("diagonal")
    return try Diagonal(offset: bounded(offset))(self)
  }

  /// Square matrices of zeros with the last axis on a diagonal: `[..., n]` becomes `[..., m, m]`
  /// with m = n + |offset|. O(count of the result).
  public func diagonalMatrix(_ offset: Int = 0) throws -> Tensor {
    try require("diagonalMatrix")
    guard let length = shape.last else {
      throw TensorError(
        "diagonalMatrix", "a scalar has no axis to put on a diagonal",
        remedy: "Reshape it to [1] first")
    }
    let (size, overflows) = length.addingReportingOverflow(Int(clamping: offset.magnitude))
    let target = Array(shape.dropLast()) + [size, size]
    guard !overflows else {
      throw TensorError(
        "diagonalMatrix", "the offset is \(offset)", remedy: "Give a number that is less far off")
    }
    try Tensor.validate(target, "diagonalMatrix")
    return try OnDiagonal(shape: target, diagonal: Diagonal(offset: offset))([self])
  }

  /// The sum of the diagonal: `[..., n, m]` becomes `[...]`. O(n).
  public func trace() throws -> Tensor {
    try requireMatrix("trace")
    return try diagonal().sum(-1)
  }

  /// The upper triangle, with zeros below the diagonal of that offset, whatever stands there.
  /// O(count).
  public func triu(_ offset: Int = 0) throws -> Tensor {
    try requireMatrix("triu")
    return try masked { try $1 - $0 .>= Double(bounded(offset)) }
  }

  /// The lower triangle, with zeros above the diagonal of that offset, whatever stands there.
  /// O(count).
  public func tril(_ offset: Int = 0) throws -> Tensor {
    try requireMatrix("tril")
    return try masked { try $1 - $0 .<= Double(bounded(offset)) }
  }

  /// An offset that leaves the matrix, at its edge.
  private func bounded(_ offset: Int) -> Int {
    Swift.min(Swift.max(offset, -shape[rank - 2] - 1), shape[rank - 1] + 1)
  }

  /// Zeros where `keeps` of the row's and the column's number is 0.
  private func masked(_ keeps: (Tensor, Tensor) throws -> Tensor) throws -> Tensor {
    let rows = try Tensor.range(0..<shape[rank - 2]).expandingAxis(1)
    let columns = try Tensor.range(0..<shape[rank - 1])
    return try select(
      keeps(rows, columns).cast(to: scalarType), self, .zeros([], scalarType))
  }

  private func requireMatrix(_ operation: String) throws {
    try require(operation)
    guard rank >= 2 else {
      throw TensorError(
        operation, "needs matrices [..., rows, columns], found shape \(shape)",
        remedy: "Reshape a vector to [1, n] or [n, 1]")
    }
  }
}
