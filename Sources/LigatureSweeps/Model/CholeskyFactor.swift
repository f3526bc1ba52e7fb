import Foundation

/// A symmetric positive definite matrix K as L · Lᵀ with a lower triangle L, to which rows can be
/// added. O(n³/6) multiply-adds to make, O(n²) to solve with and to add a row.
struct CholeskyFactor {
  /// The rows of L one behind the other, row i with i + 1 numbers.
  private var rows: [Double] = []
  private(set) var count = 0

  /// The factor of a matrix given by its lower triangle; nil where it is not positive definite.
  init?(_ lower: (_ row: Int, _ column: Int) -> Double, count: Int) {
    rows.reserveCapacity(count * (count + 1) / 2)
    for row in 0..<count {
      guard append((0...row).map { lower(row, $0) }) else { return nil }
    }
  }

  private func start(_ row: Int) -> Int { row * (row + 1) / 2 }

  /// Adds a row of the matrix, up to its diagonal; false, and nothing is added, where the matrix
  /// would not be positive definite.
  mutating func append(_ row: [Double]) -> Bool {
    var solved = solveLower(row.dropLast())
    let rest = row[count] - solved.reduce(0) { $0 + $1 * $1 }
    guard rest > 0, rest.isFinite else { return false }
    solved.append(rest.squareRoot())
    rows += solved
    count += 1
    return true
  }

  /// L⁻¹ b.
  func solveLower(_ b: some Collection<Double>) -> [Double] {
    var x = Array(b)
    var place = 0
    for row in x.indices {
      var sum = x[row]
      for column in 0..<row { sum -= rows[place + column] * x[column] }
      x[row] = sum / rows[place + row]
      place += row + 1
    }
    return x
  }

  /// K⁻¹ b.
  func solve(_ b: [Double]) -> [Double] {
    var x = solveLower(b)
    for row in x.indices.reversed() {
      let place = start(row)
      x[row] /= rows[place + row]
      let value = x[row]
      for column in 0..<row { x[column] -= rows[place + column] * value }
    }
    return x
  }

  /// The logarithm of the determinant of K.
  var logDeterminant: Double {
    (0..<count).reduce(0) { $0 + 2 * log(rows[start($1) + $1]) }
  }

  /// The rows of K⁻¹. O(n³).
  var inverse: [[Double]] {
    (0..<count).map { column in
      var unit = [Double](repeating: 0, count: count)
      unit[column] = 1
      return solve(unit)
    }
  }
}
