extension Tensor {
  /// The same numbers in another scalar type; itself when it has that type. Floating point to
  /// integer truncates toward zero and saturates. Between floating-point types gradients flow.
  /// O(count).
  public func cast(to type: ScalarType) throws -> Tensor {
    try require("cast")
    guard type != scalarType else { return self }
    // Nothing is differentiated through integers.
    let isSmooth = type.isFloatingPoint && scalarType.isFloatingPoint
    return try Cast(type: type)([isSmooth ? self : traced])
  }
}
