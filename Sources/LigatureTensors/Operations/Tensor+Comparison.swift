infix operator .< : ComparisonPrecedence
infix operator .<= : ComparisonPrecedence
infix operator .> : ComparisonPrecedence
infix operator .>= : ComparisonPrecedence
infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence

// Comparisons, element by element and with broadcasting, give 1 where true and 0 where not, in the
// operands' scalar type, as constants. The point tells them from comparisons of whole tensors.

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
    try Zip(function)([a.traced, b.traced])
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
