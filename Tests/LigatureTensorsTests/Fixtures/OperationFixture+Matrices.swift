import Foundation
import LigatureTensors

extension OperationFixture {
  /// Small matrices, away from singular ones: numbers in -3...3, and 8 more on the diagonal.
  private static func regular(_ x: Tensor) throws -> Tensor {
    // A tensor without a value has no shape: this throws for it.
    let x = try x + 0
    return try x + Tensor.identity(x.shape[x.rank - 1], x.scalarType) * 8
  }
  private static func regular(_ x: Plain) -> Plain {
    Plain(x.shape) { x[$0] + ($0[$0.count - 1] == $0[$0.count - 2] ? 8 : 0) }
  }

  /// Symmetric and positive definite.
  private static func definite(_ x: Tensor) throws -> Tensor {
    try regular(matmul(x, x.transposed))
  }
  private static func definite(_ x: Plain) -> Plain { regular(.matmul(x, x.transposed)) }

  @FixtureBuilder static var matrices: [OperationFixture] {
    for (left, right) in [
      ([3, 3], [3, 2]), ([1, 1], [1, 1]), ([2, 3, 3], [2, 3, 1]), ([2, 2, 2], [2, 2]),
      ([2, 2], [3, 2, 1]), ([0, 0], [0, 2]),
    ] {
      // A vector only where the right-hand side is one.
      OperationFixture(
        "the solution of \(left) for \(right)", "solve(Tensor, Tensor)",
        [Sample(left, .offGrid), Sample(right, .offGrid)]
      ) {
        try solve(regular($0[0]), $0[1])
      } plain: {
        solved(regular($0[0]), $0[1])
      }
      for upper in [false, true] {
        OperationFixture(
          "the solution of a triangle \(left) for \(right), \(upper ? "upper" : "lower")",
          "triangularSolve(Tensor, Tensor, upper: Bool)",
          [Sample(left, .offGrid), Sample(right, .offGrid)]
        ) {
          try triangularSolve(regular($0[0]), $0[1], upper: upper)
        } plain: { inputs in
          let matrix = regular(inputs[0])
          let triangle = Plain(left) { index in
            let apart = index[index.count - 1] - index[index.count - 2]
            return (upper ? apart >= 0 : apart <= 0) ? matrix[index] : 0
          }
          return solved(triangle, inputs[1])
        }
      }
    }
    OperationFixture("the solution for a vector", "solve(Tensor, Tensor)", [[3, 3], [3]]) {
      try solve(regular($0[0]), $0[1])
    } plain: {
      solved(regular($0[0]), $0[1].reshaped([3, 1])).reshaped([3])
    }
    for shape in [[3, 3], [2, 2, 2], [1, 1]] {
      OperationFixture("the inverse of \(shape)", "inverse()", [Sample(shape, .offGrid)]) {
        try regular($0[0]).inverse()
      } plain: {
        let one = Plain(shape) { $0[$0.count - 1] == $0[$0.count - 2] ? 1 : 0 }
        return solved(regular($0[0]), one)
      }
      OperationFixture("the determinant of \(shape)", "determinant()", [Sample(shape, .offGrid)]) {
        try (regular($0[0]) * 0.2).determinant()
      } plain: {
        determinants(regular($0[0]).map { $0 * 0.2 })
      }
      OperationFixture(
        "the log of the determinant of \(shape)", "logDeterminant()", [Sample(shape, .offGrid)]
      ) {
        try regular($0[0]).logDeterminant()
      } plain: {
        determinants(regular($0[0])).map { log(abs($0)) }
      }
      OperationFixture("Cholesky's factor of \(shape)", "cholesky()", [Sample(shape, .offGrid)]) {
        try definite($0[0]).cholesky()
      } plain: {
        factor(definite($0[0]))
      }
    }
    for exponent in [0, 1, 3, -1] {
      OperationFixture("a matrix to the power \(exponent)", "matrixPower(Int)", [[2, 2]]) {
        try (regular($0[0]) * 0.2).matrixPower(exponent) + $0[0].sum() * 0
      } plain: {
        let one = Plain([2, 2]) { $0[0] == $0[1] ? 1 : 0 }
        let matrix = regular($0[0]).map { $0 * 0.2 }
        guard exponent >= 0 else { return solved(matrix, one) }
        return (0..<exponent).reduce(one) { power, _ in .matmul(power, matrix) }
      }
    }
  }

  /// By Cramer's rule, which no elimination has a part in.
  private static func solved(_ a: Plain, _ b: Plain) -> Plain {
    let batch = Plain.stretched(Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2)))
    let n = a.shape[a.shape.count - 1]
    return Plain(batch + b.shape.suffix(2)) { index in
      let lead = Array(index.dropLast(2))
      let (row, column) = (index[index.count - 2], index[index.count - 1])
      func matrix(replacing replaced: Int?) -> [[Double]] {
        (0..<n).map { i in
          (0..<n).map { j in j == replaced ? b[lead + [i, column]] : a[lead + [i, j]] }
        }
      }
      return determinant(matrix(replacing: row)) / determinant(matrix(replacing: nil))
    }
  }

  private static func determinants(_ a: Plain) -> Plain {
    let n = a.shape[a.shape.count - 1]
    return Plain(Array(a.shape.dropLast(2))) { lead in
      determinant((0..<n).map { i in (0..<n).map { j in a[lead + [i, j]] } })
    }
  }

  /// By expansion along the first row.
  private static func determinant(_ a: [[Double]]) -> Double {
    guard let first = a.first else { return 1 }
    return first.indices.reduce(0) { sum, column in
      let minor = a.dropFirst().map { row in row.indices.filter { $0 != column }.map { row[$0] } }
      return sum + (column % 2 == 0 ? 1 : -1) * first[column] * determinant(minor)
    }
  }

  /// Column by column.
  private static func factor(_ a: Plain) -> Plain {
    let n = a.shape[a.shape.count - 1]
    return Plain(a.shape) { index in
      let lead = Array(index.dropLast(2))
      var l = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
      for j in 0..<n {
        for i in j..<n {
          let rest = a[lead + [i, j]] - (0..<j).reduce(0) { $0 + l[i][$1] * l[j][$1] }
          l[i][j] = i == j ? rest.squareRoot() : rest / l[j][j]
        }
      }
      return l[index[index.count - 2]][index[index.count - 1]]
    }
  }
}
