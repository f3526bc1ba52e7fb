// Arithmetic on two tensors of one scalar type. Shapes are stretched to each other: sizes, counted
// from the last axis, must be equal or 1. O(count of the result).

extension Tensor {
  /// The elementwise sum.
  public static func + (a: Tensor, b: Tensor) throws -> Tensor { try Zip(.add)([a, b]) }

  /// The elementwise difference.
  public static func - (a: Tensor, b: Tensor) throws -> Tensor { try Zip(.subtract)([a, b]) }

  /// The elementwise product. A matrix product is ``matmul(_:_:)``.
  public static func * (a: Tensor, b: Tensor) throws -> Tensor { try Zip(.multiply)([a, b]) }

  /// The elementwise quotient.
  public static func / (a: Tensor, b: Tensor) throws -> Tensor { try Zip(.divide)([a, b]) }

  /// The elementwise negative.
  public static prefix func - (x: Tensor) throws -> Tensor {
    try Map(.negate, "-")([x])
  }

  /// Each element plus a number.
  public static func + (a: Tensor, b: Double) throws -> Tensor {
    try Map(.affine(scale: 1, offset: b), "+")([a])
  }
  /// A number plus each element.
  public static func + (a: Double, b: Tensor) throws -> Tensor { try b + a }
  /// Each element minus a number.
  public static func - (a: Tensor, b: Double) throws -> Tensor {
    try Map(.affine(scale: 1, offset: -b), "-")([a])
  }
  /// A number minus each element.
  public static func - (a: Double, b: Tensor) throws -> Tensor {
    try Map(.affine(scale: -1, offset: a), "-")([b])
  }
  /// Each element times a number.
  public static func * (a: Tensor, b: Double) throws -> Tensor {
    try Map(.affine(scale: b, offset: 0), "*")([a])
  }
  /// A number times each element.
  public static func * (a: Double, b: Tensor) throws -> Tensor { try b * a }
  /// Each element divided by a number, rounded as IEEE 754 says.
  public static func / (a: Tensor, b: Double) throws -> Tensor {
    try Map(.quotient(divisor: b), "/")([a])
  }
  /// A number divided by each element, rounded as IEEE 754 says.
  public static func / (a: Double, b: Tensor) throws -> Tensor {
    if a == 1 { return try Map(.reciprocal, "/")([b]) }
    try b.requireFloatingPoint("/")
    return try Tensor.full([], a, b.scalarType) / b
  }
}

/// a to the power b, element by element, with broadcasting. The derivative in b needs a > 0.
public func pow(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  try a.requireFloatingPoint("pow")
  return try Zip(.power)([a, b])
}

/// The larger of two elements, with broadcasting; NaN where either is. Where both are equal each
/// gets half of the gradient.
public func maximum(_ a: Tensor, _ b: Tensor) throws -> Tensor { try Zip(.maximum)([a, b]) }

/// The smaller of two elements, with broadcasting; NaN where either is. Where both are equal each
/// gets half of the gradient.
public func minimum(_ a: Tensor, _ b: Tensor) throws -> Tensor { try Zip(.minimum)([a, b]) }

/// a - b floor(a / b), element by element and with broadcasting: what division leaves, with the
/// sign of b. The division is exact however large it is. NaN for b = 0; of whole numbers 0. The
/// derivative is 1 in a, and -floor(a / b) in b.
public func remainder(_ a: Tensor, _ b: Tensor) throws -> Tensor { try Zip(.remainder)([a, b]) }

/// a - b trunc(a / b), element by element and with broadcasting: what division leaves, with the
/// sign of a. Otherwise as ``remainder(_:_:)``, for floating-point numbers.
public func truncatedRemainder(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  let name = "truncatedRemainder"
  try a.requireFloatingPoint(name)
  try b.requireFloatingPoint(name)
  return try sign(a) * remainder(abs(a), abs(b))
}

/// a + weight · (b - a), element by element and with broadcasting of all three: a for weight 0, b
/// for weight 1 up to rounding.
public func lerp(_ a: Tensor, _ b: Tensor, _ weight: Tensor) throws -> Tensor {
  try a.requireFloatingPoint("lerp")
  return try a + weight * (b - a)
}

/// a + weight · (b - a) with one weight for all elements.
public func lerp(_ a: Tensor, _ b: Tensor, _ weight: Double) throws -> Tensor {
  try a.requireFloatingPoint("lerp")
  return try a + (b - a) * weight
}
