// Logic, element by element. What is not 0 counts as true, and so does NaN. Results are constants
// of 1 and 0 in the type that comparing gives: the operands' own, int32 for uint8. O(count).

/// 1 where both are true, with broadcasting.
public func logicalAnd(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  let (a, b) = try truths("logicalAnd", a, b)
  return try a * b
}

/// 1 where either is true, with broadcasting.
public func logicalOr(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  let (a, b) = try truths("logicalOr", a, b)
  return try maximum(a, b)
}

/// 1 where one is true and the other is not, with broadcasting.
public func logicalXor(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  let (a, b) = try truths("logicalXor", a, b)
  return try a .!= b
}

/// 1 where x is 0.
public func logicalNot(_ x: Tensor) throws -> Tensor {
  try x.require("logicalNot")
  return try x .== 0
}

/// 1 where x is not a number. Throws for integer tensors, which are always numbers.
public func isNaN(_ x: Tensor) throws -> Tensor {
  try x.requireFloatingPoint("isNaN")
  return try x .!= x
}

/// 1 where x is infinite, of either sign.
public func isInfinite(_ x: Tensor) throws -> Tensor {
  try x.requireFloatingPoint("isInfinite")
  return try abs(x.traced) .== .infinity
}

/// 1 where x is neither infinite nor NaN. Whether all elements are is ``Tensor/isFinite()``.
public func isFinite(_ x: Tensor) throws -> Tensor {
  try x.requireFloatingPoint("isFinite")
  return try abs(x.traced) .< .infinity
}

private func truths(_ name: String, _ a: Tensor, _ b: Tensor) throws -> (Tensor, Tensor) {
  try a.require(name)
  try b.require(name)
  guard a.scalarType == b.scalarType else {
    throw TensorError(
      name, "one operand is \(a.scalarType) \(a.shape), the other \(b.scalarType) \(b.shape)",
      remedy: "Convert one with cast(to:)")
  }
  return (try a .!= 0, try b .!= 0)
}

extension Tensor {
  /// 1 where an element along `axes`, or any at all when none is named, is not 0; NaN counts. 0
  /// over nothing. O(count).
  public func any(_ axes: Int..., keepingAxes: Bool = false) throws -> Tensor {
    try self.any(axes: axes, keepingAxes: keepingAxes)
  }

  /// The same along an array of axes; all of them when it is empty. A constant, int64 for whole
  /// numbers.
  public func any(axes: [Int], keepingAxes: Bool = false) throws -> Tensor {
    try require("any")
    return try (self .!= 0).sum(axes: Reduce.axes("any", self, axes), keepingAxes: keepingAxes)
      .> 0
  }

  /// 1 where every element along `axes`, or all of them when none is named, is not 0; NaN counts as
  /// not 0. 1 over nothing. O(count).
  public func all(_ axes: Int..., keepingAxes: Bool = false) throws -> Tensor {
    try self.all(axes: axes, keepingAxes: keepingAxes)
  }

  /// The same along an array of axes; all of them when it is empty. A constant, int64 for whole
  /// numbers.
  public func all(axes: [Int], keepingAxes: Bool = false) throws -> Tensor {
    try require("all")
    return try (self .== 0).sum(axes: Reduce.axes("all", self, axes), keepingAxes: keepingAxes)
      .== 0
  }

  /// How many elements along `axes`, or in all when none is named, are not 0, as int64. O(count).
  public func countNonZero(_ axes: Int..., keepingAxes: Bool = false) throws -> Tensor {
    try require("countNonZero")
    // As integers, since a sum of float32 counts to 2^24.
    return try (self .!= 0).cast(to: .uint8)
      .sum(axes: Reduce.axes("countNonZero", self, axes), keepingAxes: keepingAxes)
  }

  /// A number in place of the elements where `mask`, of this tensor's type and stretched to its
  /// shape, is not 0. No gradient comes back to them. O(count).
  public func maskedFill(_ mask: Tensor, _ value: Double) throws -> Tensor {
    let name = "maskedFill"
    try require(name)
    try mask.require(name)
    guard mask.scalarType == scalarType, Shape.broadcast(mask.shape, shape) == shape else {
      throw TensorError(
        name, "a mask of \(mask.scalarType) \(mask.shape) does not fit \(scalarType) \(shape)",
        remedy: "Make the mask by comparing tensors of this type and shape")
    }
    return try select(mask, .full([], value, scalarType), self)
  }
}
