import LigatureKernels

// Arithmetic on two tensors of one scalar type. Shapes are stretched to each other: sizes, counted
// from the last axis, must be equal or 1. O(count of the result).

extension Tensor {
  /// The elementwise sum.
  public static func + (a: Tensor, b: Tensor) throws -> Tensor {
    let shape = try Elementwise.commonShape("+", a, b)
    let sum = Elementwise.zip(LK_ADD, a, b, shape: shape)
    guard let recorder = Recorder([a, b]) else { return sum }
    let shapes = (a.shape, b.shape)
    return recorder.record(sum) { pull, gradient in
      try pull.add(gradient.summed(to: shapes.0), to: 0)
      try pull.add(gradient.summed(to: shapes.1), to: 1)
    }
  }

  /// The elementwise difference.
  public static func - (a: Tensor, b: Tensor) throws -> Tensor {
    let shape = try Elementwise.commonShape("-", a, b)
    let difference = Elementwise.zip(LK_SUBTRACT, a, b, shape: shape)
    guard let recorder = Recorder([a, b]) else { return difference }
    let shapes = (a.shape, b.shape)
    return recorder.record(difference) { pull, gradient in
      try pull.add(gradient.summed(to: shapes.0), to: 0)
      try pull.add((-gradient).summed(to: shapes.1), to: 1)
    }
  }

  /// The elementwise product. A matrix product is ``matmul(_:_:)``.
  public static func * (a: Tensor, b: Tensor) throws -> Tensor {
    let shape = try Elementwise.commonShape("*", a, b)
    let product = Elementwise.zip(LK_MULTIPLY, a, b, shape: shape)
    guard let recorder = Recorder([a, b]) else { return product }
    let (left, right) = (a.detached, b.detached)
    return recorder.record(product) { pull, gradient in
      try pull.addProduct(gradient, right, shape: left.shape, to: 0)
      try pull.addProduct(gradient, left, shape: right.shape, to: 1)
    }
  }

  /// The elementwise quotient.
  public static func / (a: Tensor, b: Tensor) throws -> Tensor {
    let shape = try Elementwise.commonShape("/", a, b)
    let quotient = Elementwise.zip(LK_DIVIDE, a, b, shape: shape)
    guard let recorder = Recorder([a, b]) else { return quotient }
    let (shapeA, divisor, value) = (a.shape, b.detached, quotient)
    return recorder.record(quotient) { pull, gradient in
      let share = Elementwise.zip(LK_DIVIDE, gradient, divisor, shape: value.shape)
      try pull.add(share.summed(to: shapeA), to: 0)
      if pull.needs(1) {
        try pull.add((-(share * value)).summed(to: divisor.shape), to: 1)
      }
    }
  }

  /// The elementwise negative.
  public static prefix func - (x: Tensor) throws -> Tensor {
    try Elementwise.map("-", LK_NEGATE, x)
  }

  /// Each element plus a number.
  public static func + (a: Tensor, b: Double) throws -> Tensor {
    try Elementwise.map("+", LK_AFFINE, a, 1, b)
  }
  /// A number plus each element.
  public static func + (a: Double, b: Tensor) throws -> Tensor { try b + a }
  /// Each element minus a number.
  public static func - (a: Tensor, b: Double) throws -> Tensor {
    try Elementwise.map("-", LK_AFFINE, a, 1, -b)
  }
  /// A number minus each element.
  public static func - (a: Double, b: Tensor) throws -> Tensor {
    try Elementwise.map("-", LK_AFFINE, b, -1, a)
  }
  /// Each element times a number.
  public static func * (a: Tensor, b: Double) throws -> Tensor {
    try Elementwise.map("*", LK_AFFINE, a, b, 0)
  }
  /// A number times each element.
  public static func * (a: Double, b: Tensor) throws -> Tensor { try b * a }
  /// Each element divided by a number.
  public static func / (a: Tensor, b: Double) throws -> Tensor {
    try Elementwise.map("/", LK_AFFINE, a, 1 / b, 0)
  }
  /// A number divided by each element.
  public static func / (a: Double, b: Tensor) throws -> Tensor { try reciprocal(b) * a }
}

/// a to the power b, element by element, with broadcasting. The derivative in b needs a > 0.
public func pow(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  try a.requireFloatingPoint("pow")
  let shape = try Elementwise.commonShape("pow", a, b)
  let power = Elementwise.zip(LK_POWER_ZIP, a, b, shape: shape)
  guard let recorder = Recorder([a, b]) else { return power }
  let (base, exponent) = (a.detached, b.detached)
  return recorder.record(power) { pull, gradient in
    if pull.needs(0) {
      // To the power 0 everything is 1, also 0, whose slope would come out as 0 · infinity.
      let zero = try Tensor.zeros([], base.scalarType)
      let slope = try select(exponent .== 0, zero, exponent * pow(base, exponent - 1))
      try pull.add((gradient * slope).summed(to: base.shape), to: 0)
    }
    if pull.needs(1) {
      // 0 to any power has no slope in the exponent; log(0) must not make it NaN.
      let logarithm = try select(base .> 0, log(base), Tensor.zeros(base.shape, base.scalarType))
      try pull.add((gradient * power * logarithm).summed(to: exponent.shape), to: 1)
    }
  }
}

/// The larger of two elements, with broadcasting; NaN where either is. Where both are equal each
/// gets half of the gradient.
public func maximum(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  try extreme("maximum", LK_MAXIMUM, LK_GREATER, a, b)
}

/// The smaller of two elements, with broadcasting; NaN where either is. Where both are equal each
/// gets half of the gradient.
public func minimum(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  try extreme("minimum", LK_MINIMUM, LK_LESS, a, b)
}

private func extreme(
  _ name: String, _ op: LKZip, _ wins: LKZip, _ a: Tensor, _ b: Tensor
) throws -> Tensor {
  let shape = try Elementwise.commonShape(name, a, b)
  let result = Elementwise.zip(op, a, b, shape: shape)
  guard let recorder = Recorder([a, b]) else { return result }
  let (left, right) = (a.detached, b.detached)
  return recorder.record(result) { pull, gradient in
    let tie = try Elementwise.zip(LK_EQUAL, left, right, shape: shape) * 0.5
    let first = try Elementwise.zip(wins, left, right, shape: shape) + tie
    let second = try Elementwise.zip(wins, right, left, shape: shape) + tie
    try pull.add((gradient * first).summed(to: left.shape), to: 0)
    try pull.add((gradient * second).summed(to: right.shape), to: 1)
  }
}

extension PullBack {
  /// Adds gradient · factor, summed to `shape`, to the gradient of input `number`.
  fileprivate func addProduct(
    _ gradient: Tensor, _ factor: Tensor, shape: [Int], to number: Int
  ) throws {
    guard needs(number) else { return }
    if shape == gradient.shape {
      accumulate(to: number, shape, gradient.scalarType) { target, adding in
        Elementwise.zip(
          LK_MULTIPLY, gradient, factor, shape: shape, into: target, adding: adding)
      }
    } else {
      let product = Elementwise.zip(LK_MULTIPLY, gradient, factor, shape: gradient.shape)
      try add(product.summed(to: shape), to: number)
    }
  }
}
