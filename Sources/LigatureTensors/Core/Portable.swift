/// Functions of single numbers whose last bit does not depend on a system's mathematical library.
package enum Portable {
  /// base to a whole power of 0 or more.
  package static func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, factor, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }

  /// A number of 0 or more to a power, as tensors have it.
  package static func power(_ base: Double, _ exponent: Double) -> Double {
    if exponent >= 0, let whole = Int(exactly: exponent) { return power(base, whole) }
    return map(.exp, [exponent * map(.log, [base])[0]])[0]
  }

  /// The cosine, as tensors have it.
  package static func cosine(_ x: Double) -> Double { map(.cos, [x])[0] }

  /// A function of many numbers, as tensors have it.
  static func map(_ function: MapFunction, _ numbers: [Double]) -> [Double] {
    let result = Tensor(uninitialized: [numbers.count], .float64)
    result.perform(.map(function), [Tensor(numbers)])
    return withExtendedLifetime(result) {
      let first = result.pointer.assumingMemoryBound(to: Double.self)
      return Array(UnsafeBufferPointer(start: first, count: numbers.count))
    }
  }
}
