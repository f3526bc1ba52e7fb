import LigatureKernels

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
  public static func .< (a: Tensor, b: Tensor) throws -> Tensor { try compare(".<", LK_LESS, a, b) }
  /// 1 where a ≤ b.
  public static func .<= (a: Tensor, b: Tensor) throws -> Tensor {
    try compare(".<=", LK_LESS_EQUAL, a, b)
  }
  /// 1 where a > b.
  public static func .> (a: Tensor, b: Tensor) throws -> Tensor {
    try compare(".>", LK_GREATER, a, b)
  }
  /// 1 where a ≥ b.
  public static func .>= (a: Tensor, b: Tensor) throws -> Tensor {
    try compare(".>=", LK_GREATER_EQUAL, a, b)
  }
  /// 1 where a = b.
  public static func .== (a: Tensor, b: Tensor) throws -> Tensor {
    try compare(".==", LK_EQUAL, a, b)
  }
  /// 1 where a ≠ b.
  public static func .!= (a: Tensor, b: Tensor) throws -> Tensor {
    try compare(".!=", LK_NOT_EQUAL, a, b)
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
    _ name: String, _ op: LKZip, _ a: Tensor, _ b: Tensor
  ) throws -> Tensor {
    let shape = try Elementwise.commonShape(name, a, b)
    return Elementwise.zip(op, a, b, shape: shape)
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
  let values = try Elementwise.commonShape("select", a, b, computing: false)
  try mask.require("select")
  guard mask.scalarType == a.scalarType, let shape = Shape.broadcast(mask.shape, values) else {
    throw TensorError(
      "select",
      "a mask of \(mask.scalarType) \(mask.shape) does not fit values of \(a.scalarType) \(values)",
      remedy: "Make the mask by comparing tensors of the values' type and shape")
  }
  try Tensor.validate(shape, "select")
  let result = Tensor(uninitialized: shape, a.scalarType)
  choose(mask, a, b, into: result)
  guard let recorder = Recorder([a, b]) else { return result }
  let (chosen, shapes) = (mask.detached, (a.shape, b.shape))
  return recorder.record(result) { pull, gradient in
    let zero = try Tensor.zeros([], gradient.scalarType)
    for (number, target) in [shapes.0, shapes.1].enumerated() where pull.needs(number) {
      let share = Tensor(uninitialized: shape, gradient.scalarType)
      choose(chosen, number == 0 ? gradient : zero, number == 0 ? zero : gradient, into: share)
      try pull.add(share.summed(to: target), to: number)
    }
  }
}

private func choose(_ mask: Tensor, _ a: Tensor, _ b: Tensor, into result: Tensor) {
  Elementwise.forEachRun(result.shape, [mask, a, b]) { pointers, strides, start, count in
    lk_select(
      result.scalarType.kernelType, count, pointers[0], strides[0], pointers[1], strides[1],
      pointers[2], strides[2], result.pointer + start)
  }
}
