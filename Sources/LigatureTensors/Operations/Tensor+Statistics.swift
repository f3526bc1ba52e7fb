extension Tensor {
  /// The product along `axes`, or of everything when none is named; 1 over nothing. The derivative
  /// has no division, so zeros do no harm. O(count).
  public func product(_ axes: Int..., keepingAxes: Bool = false) throws -> Tensor {
    try product(axes: axes, keepingAxes: keepingAxes)
  }

  /// The product along an array of axes; all of them when it is empty.
  public func product(axes: [Int], keepingAxes: Bool = false) throws -> Tensor {
    try Reduce("product", .product, self, axes, keepsAxes: keepingAxes)([self])
  }

  /// The square root of the ``variance(_:keepingAxes:)``, with divisor n, along `axes` or of
  /// everything. Where all are equal it is 0, and its derivative is taken as 0. O(count).
  public func standardDeviation(_ axes: Int..., keepingAxes: Bool = false) throws -> Tensor {
    try standardDeviation(axes: axes, keepingAxes: keepingAxes)
  }

  /// The standard deviation, with divisor n, along an array of axes; all of them when it is empty.
  public func standardDeviation(axes: [Int], keepingAxes: Bool = false) throws -> Tensor {
    try requireFloatingPoint("standardDeviation")
    let axes = try Reduce.axes("standardDeviation", self, axes)
    return try variance(axes: axes, keepingAxes: keepingAxes).rootOrZero()
  }

  /// log Σ exp(x) along `axes`, or of everything when none is named, shifted by the maximum so that
  /// nothing overflows; -infinity over nothing. O(count).
  public func logSumExp(_ axes: Int..., keepingAxes: Bool = false) throws -> Tensor {
    try logSumExp(axes: axes, keepingAxes: keepingAxes)
  }

  /// log Σ exp(x) along an array of axes; all of them when it is empty.
  public func logSumExp(axes: [Int], keepingAxes: Bool = false) throws -> Tensor {
    try requireFloatingPoint("logSumExp")
    let axes = try Reduce.axes("logSumExp", self, axes)
    guard !axes.isEmpty else { return self }
    // Any shift gives the same value, so it is a constant; an infinite one would give NaN.
    let largest = try Reduce("logSumExp", .max, self, axes, keepsAxes: true)([traced])
    let shift = try select(LigatureTensors.isFinite(largest), largest, .zeros([], scalarType))
    let value = try log(exp(self - shift).sum(axes: axes, keepingAxes: true)) + shift
    return keepingAxes
      ? value
      : try value.reshaped(to: shape.indices.filter { !axes.contains($0) }.map { shape[$0] })
  }

  /// The norm of order p, (Σ |x|^p)^(1/p), along `axes` or of everything when none is named: the
  /// length for 2, the sum of magnitudes for 1, the largest magnitude for infinity, the smallest
  /// for -infinity, and how many are not 0 for 0. Squares may overflow. The derivative at 0 is
  /// taken as 0. Throws for an order that is NaN. O(count).
  public func norm(
    _ axes: Int..., order: Double = 2, keepingAxes: Bool = false
  ) throws -> Tensor {
    try norm(axes: axes, order: order, keepingAxes: keepingAxes)
  }

  /// The norm of order p along an array of axes; all of them when it is empty.
  public func norm(
    axes: [Int], order: Double = 2, keepingAxes: Bool = false
  ) throws -> Tensor {
    try requireFloatingPoint("norm")
    let axes = try Reduce.axes("norm", self, axes)
    func sum(_ x: Tensor) throws -> Tensor { try x.sum(axes: axes, keepingAxes: keepingAxes) }
    switch order {
    case 0: return try sum(self .!= 0)
    case 1: return try sum(abs(self))
    case 2: return try sum(square(self)).rootOrZero()
    case .infinity, -.infinity:
      let reduction = order > 0 ? Reduction.max : .min
      return try Reduce("norm", reduction, self, axes, keepsAxes: keepingAxes)([abs(self)])
    case _ where order.isNaN:
      throw TensorError("norm", "the order is \(order)", remedy: "Give 2, 1 or another number")
    default:
      // Slopes of powers below 1 are infinite at 0; what is 0 adds nothing.
      let isZero = try self .== 0
      let one = try Tensor.ones([], scalarType)
      let magnitudes = try abs(select(isZero, one, self))
      let powers = try select(
        isZero, .full([], order > 0 ? 0 : .infinity, scalarType), pow(magnitudes, order))
      let total = try sum(powers)
      let isNothing = try total .== 0
      return try select(
        isNothing, .full([], order > 0 ? 0 : .infinity, scalarType),
        pow(select(isNothing, one, total), 1 / order))
    }
  }

  /// The square root, with derivative 0 where it is 0; what rounding left below 0 counts as 0.
  func rootOrZero() throws -> Tensor {
    let isNothing = try self .<= 0
    let one = try Tensor.ones([], scalarType)
    return try select(isNothing, .zeros([], scalarType), sqrt(select(isNothing, one, self)))
  }
}
