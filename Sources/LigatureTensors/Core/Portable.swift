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

  /// The cosine, as tensors have it.
  package static func cosine(_ x: Double) -> Double {
    let result = Tensor(uninitialized: [], .float64)
    result.perform(.map(.cos), [Tensor([x]).reshapedConstant([])])
    return result.pointer.load(as: Double.self)
  }
}
