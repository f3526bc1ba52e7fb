infix operator .< : ComparisonPrecedence
infix operator .<= : ComparisonPrecedence
infix operator .> : ComparisonPrecedence
infix operator .>= : ComparisonPrecedence
infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence

// Comparisons, element by element and with broadcasting, give 1 where true and 0 where not, in the
// operands' scalar type, as constants. The point tells them from comparisons of whole tensors.
//
// Of two types both operands are converted to one that holds either's numbers, which the result has
// too: float64 where one of them is floating point (int64 is exact there up to 2^53), else int64.
// Two uint8 are compared as int32, since uint8 is not computed with.

extension Tensor {
  /// 1 where a < b.
  public static func .< (a: Tensor, b: Tensor) throws -> Tensor { try compare(.less, a, b) }
  /// 1 where a ≤ b.
  public static func .<= (a: Tensor, b: Tensor) throws -> Tensor {
    try compare(.lessEqual, a, b)
  }
  /// 1 where a > b.
  public static func .> (a: Tensor, b: Tensor) throws -> Tensor {
    try compare(.greater, a, b)
  }
  /// 1 where a ≥ b.
  public static func .>= (a: Tensor, b: Tensor) throws -> Tensor {
    try compare(.greaterEqual, a, b)
  }
  /// 1 where a = b.
  public static func .== (a: Tensor, b: Tensor) throws -> Tensor {
    try compare(.equal, a, b)
  }
  /// 1 where a ≠ b.
  public static func .!= (a: Tensor, b: Tensor) throws -> Tensor {
    try compare(.notEqual, a, b)
  }

  /// 1 where a < b.
  public static func .< (a: Tensor, b: Double) throws -> Tensor { try a .< a.number(".<", b) }
  /// 1 where a ≤ b.
  public static func .<= (a: Tensor, b: Double) throws -> Tensor { try a .<= a.number(".<=", b) }
  /// 1 where a > b.
  public static func .> (a: Tensor, b: Double) throws -> Tensor { try a .> a.number(".>", b) }
  /// 1 where a ≥ b.
  public static func .>= (a: Tensor, b: Double) throws -> Tensor { try a .>= a.number(".>=", b) }
  /// 1 where a = b.
  public static func .== (a: Tensor, b: Double) throws -> Tensor { try a .== a.number(".==", b) }
  /// 1 where a ≠ b.
  public static func .!= (a: Tensor, b: Double) throws -> Tensor { try a .!= a.number(".!=", b) }

  private static func compare(
    _ function: ZipFunction, _ a: Tensor, _ b: Tensor
  ) throws -> Tensor {
    // On a trace a comparison is an operation like others; on other tapes it is a constant.
    guard !a.isDeferred, !b.isDeferred, a.scalarType != b.scalarType || a.scalarType == .uint8
    else { return try Zip(function)([a.traced, b.traced]) }
    let type: ScalarType =
      a.scalarType.isFloatingPoint || b.scalarType.isFloatingPoint
      ? .float64 : a.scalarType == b.scalarType ? .int32 : .int64
    return try Zip(function)([a.traced.cast(to: type), b.traced.cast(to: type)])
  }

  /// A number as a scalar of this tensor's type, which must be able to hold it.
  private func number(_ name: String, _ value: Double) throws -> Tensor {
    let number = try Tensor.full([], value, scalarType)
    guard try scalarType.isFloatingPoint || number.item() == value else {
      throw TensorError(
        name, "\(value) is no \(scalarType), the type of the tensor it is compared with",
        remedy: "Convert the tensor with cast(to: .float64), or give a whole number")
    }
    return number
  }
}

/// `a` where `mask` is not 0, else `b`, with broadcasting of all three. Gradients flow to `a` and
/// `b` where they were chosen, and an infinite or undefined value that was not chosen does no harm.
public func select(_ mask: Tensor, _ a: Tensor, _ b: Tensor) throws -> Tensor {
  try Select()([mask.traced, a, b])
}
