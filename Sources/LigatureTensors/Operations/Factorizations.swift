// Operations on batches of small matrices [..., n, n].

/// X with A X = B of [A, B], whose leading sizes are equal.
struct Solve: Operation {
  /// As the caller writes it.
  let name: String
  /// nil for a matrix that is no triangle.
  let isUpper: Bool?

  init(_ name: String, isUpper: Bool? = nil) {
    self.name = name
    self.isUpper = isUpper
  }

  var attributes: String { isUpper.map { $0 ? "upper" : "lower" } ?? "" }
  var keeps: Keeping { [.first, .result] }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    let (a, b) = (operands[0], operands[1])
    try a.requireSquare(name)
    try b.requireFloatingPoint(name)
    guard a.scalarType == b.scalarType, b.rank == a.rank,
      b.shape.dropLast() == a.shape.dropLast()
    else {
      throw TensorError(
        name,
        "a matrix of \(a.scalarType) \(a.shape) does not fit a right-hand side of "
          + "\(b.scalarType) \(b.shape)",
        remedy: "Give [..., n, n] and [..., n, columns] of one type, with equal leading sizes")
    }
    return TensorSpec(like: b)
  }

  func evaluate(
    _ operands: [Tensor], as spec: TensorSpec, extras: inout [Tensor], isRecorded: Bool
  ) throws -> Tensor {
    let function = isUpper.map { MatrixFunction.solveTriangle(isUpper: $0) } ?? .solve
    return try function.result(
      name, operands, spec,
      failing: isUpper == nil
        ? "is singular: elimination met a pivot of 0" : "has a 0 on its diagonal",
      remedy: "Add a small multiple of the identity, or correct what made the matrix")
  }

  func multiplyAdds(of operands: [Tensor]) -> Int {
    let n = operands[0].shape[operands[0].rank - 1]
    return operands[1].count * n + (isUpper == nil ? operands[0].count * n / 3 : 0)
  }

  /// With Y = A⁻ᵀ G: G goes to B as Y, and to A as -Y Xᵀ, of a triangle its part.
  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    let share = try Solve(name, isUpper: isUpper.map { !$0 })([
      pull.operand(0).transposed, gradient,
    ])
    try pull.add(share, to: 1)
    guard pull.needs(0) else { return }
    let slope = try -matmul(share, pull.result.transposed)
    try pull.add(isUpper.map { try $0 ? slope.triu() : slope.tril() } ?? slope, to: 0)
  }
}

/// The lower triangular L with L Lᵀ = A.
struct Cholesky: Operation {
  var name: String { "cholesky" }
  var keeps: Keeping { .result }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    try operands[0].requireSquare(name)
    return TensorSpec(like: operands[0])
  }

  func evaluate(
    _ operands: [Tensor], as spec: TensorSpec, extras: inout [Tensor], isRecorded: Bool
  ) throws -> Tensor {
    try MatrixFunction.cholesky.result(
      name, operands, spec, failing: "is not positive definite",
      remedy: "Add a small multiple of the identity, or give a symmetric matrix whose eigenvalues "
        + "are positive")
  }

  func multiplyAdds(of operands: [Tensor]) -> Int {
    operands[0].count * operands[0].shape[operands[0].rank - 1] / 6
  }

  /// The symmetric part of L⁻ᵀ P L⁻¹, with P the lower triangle of Lᵀ G and half its diagonal
  /// (Murray 2016).
  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    guard pull.needs(0) else { return }
    let factor = pull.result
    let product = try matmul(factor.transposed, gradient)
    let inner = try (product.tril() + product.tril(-1)) * 0.5
    let solve = Solve(name, isUpper: true)
    let left = try solve([factor.transposed, inner])
    let slope = try solve([factor.transposed, left.transposed]).transposed
    try pull.add((slope + slope.transposed) * 0.5, to: 0)
  }
}

/// The determinant, as the product of the pivots of elimination.
struct Determinant: Operation {
  var name: String { "determinant" }
  var keeps: Keeping { [.first, .result] }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    try operands[0].requireSquare(name)
    return TensorSpec(Array(operands[0].shape.dropLast(2)), operands[0].scalarType)
  }

  func evaluate(
    _ operands: [Tensor], as spec: TensorSpec, extras: inout [Tensor], isRecorded: Bool
  ) throws -> Tensor {
    try MatrixFunction.pivots(of: operands[0], name).product(-1)
  }

  func multiplyAdds(of operands: [Tensor]) -> Int {
    operands[0].count * operands[0].shape[operands[0].rank - 1] / 3
  }

  /// det A · A⁻ᵀ.
  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    guard pull.needs(0) else { return }
    let inverse = try pull.operand(0).transposed.inverse(name)
    let share = try (gradient * pull.result).expandingAxis(-1).expandingAxis(-1)
    try pull.add(share * inverse, to: 0)
  }
}

/// log |det A|.
struct LogDeterminant: Operation {
  var name: String { "logDeterminant" }
  var keeps: Keeping { .first }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    try operands[0].requireSquare(name)
    return TensorSpec(Array(operands[0].shape.dropLast(2)), operands[0].scalarType)
  }

  func evaluate(
    _ operands: [Tensor], as spec: TensorSpec, extras: inout [Tensor], isRecorded: Bool
  ) throws -> Tensor {
    try log(abs(MatrixFunction.pivots(of: operands[0], name))).sum(-1)
  }

  func multiplyAdds(of operands: [Tensor]) -> Int {
    operands[0].count * operands[0].shape[operands[0].rank - 1] / 3
  }

  /// A⁻ᵀ.
  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    guard pull.needs(0) else { return }
    let inverse = try pull.operand(0).transposed.inverse(name)
    try pull.add(gradient.expandingAxis(-1).expandingAxis(-1) * inverse, to: 0)
  }
}

extension MatrixFunction {
  /// Asks the device, and throws for the first matrix that cannot be taken apart.
  fileprivate func result(
    _ name: String, _ operands: [Tensor], _ spec: TensorSpec, failing problem: String,
    remedy: String
  ) throws -> Tensor {
    try Tensor.requireMemory(for: spec, name)
    try MatrixFunction.requireRoom(name, operands)
    let batch = Shape.count(operands[0].shape.dropLast(2))
    let result = Tensor(uninitialized: spec)
    let failures = Tensor(uninitialized: [batch], .uint8)
    result.perform(.matrix(self), operands.map(\.detached), [failures])
    if let number = try failures.scalars(as: UInt8.self).firstIndex(where: { $0 != 0 }) {
      let which = batch == 1 ? "the matrix" : "matrix number \(number)"
      throw TensorError(
        name, "\(which) of shape \(operands[0].shape) \(problem)", remedy: remedy)
    }
    return result
  }

  /// The pivots of elimination `[..., n]`, as a constant.
  fileprivate static func pivots(of x: Tensor, _ name: String) throws -> Tensor {
    try requireRoom(name, [x])
    let result = Tensor(uninitialized: Array(x.shape.dropLast()), x.scalarType)
    result.perform(.matrix(.pivots), [x.detached])
    return result
  }

  /// Memory for a matrix in double on each thread, and for copies of views.
  private static func requireRoom(_ name: String, _ operands: [Tensor]) throws {
    let bytes = operands.reduce(0) { sum, operand in
      sum + operand.shape.suffix(2).reduce(8) { $0 * $1 }
    }
    try Tensor.requireMemory(bytes: bytes, name, operands[0].shape)
    for operand in operands where !operand.isContiguous {
      try Tensor.requireMemory(for: TensorSpec(like: operand), name)
    }
  }
}

extension Tensor {
  /// Throws unless this is a batch of square matrices of floating-point numbers.
  func requireSquare(_ operation: String) throws {
    try requireFloatingPoint(operation)
    guard rank >= 2, shape[rank - 1] == shape[rank - 2] else {
      throw TensorError(
        operation, "needs square matrices [..., n, n], found shape \(shape)",
        remedy: "Give as many rows as columns")
    }
  }

  /// The inverse, for an operation of that name.
  func inverse(_ operation: String) throws -> Tensor {
    try requireSquare(operation)
    let one = try Tensor.identity(shape[rank - 1], scalarType)
    return try Solve(operation)([self, one.broadcast(to: shape)])
  }
}
