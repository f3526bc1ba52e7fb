import LigatureTensors

/// Normally distributed numbers that depend on shape and seed only.
package func numbers(_ shape: [Int], seed: UInt64 = 1, _ type: ScalarType = .float32) throws
  -> Tensor
{
  var stream = RandomStream(seed: seed, name: "\(shape)")
  return try stream.normal(shape, .float64).cast(to: type)
}

/// A message as people read it, or what came instead of an error.
package func message(_ body: () throws -> some Any) -> String {
  do { return "no error, but \(try body())" } catch { return "\(error)" }
}

extension [Tensor] {
  /// Whether each tensor equals its counterpart to the last bit.
  package func isIdentical(to others: [Tensor]) throws -> Bool {
    guard count == others.count else { return false }
    return try zip(self, others).allSatisfy { try $0.isIdentical(to: $1) }
  }

  /// The sum of all elements, each weighted by a number of its own: as hard to get right as a
  /// Jacobian.
  package func projected(seed: UInt64 = 7) throws -> Tensor {
    let sums = try enumerated().map { index, tensor in
      try (tensor * numbers(tensor.shape, seed: seed + UInt64(index), tensor.scalarType)).sum()
    }
    return try sums.dropFirst().reduce(sums[0]) { try $0 + $1 }
  }
}
