extension Tensor {
  /// The sum along `axes`, or of everything when none is named. Reduced axes go, unless
  /// `keepingAxes` leaves them at size 1. O(count); the error grows with the logarithm of the
  /// count. Of whole numbers, such as what comparisons of them give, it is an int64, which wraps
  /// around, and a constant.
  public func sum(_ axes: Int..., keepingAxes: Bool = false) throws -> Tensor {
    try sum(axes: axes, keepingAxes: keepingAxes)
  }

  /// The sum along an array of axes; all of them when it is empty.
  public func sum(axes: [Int], keepingAxes: Bool = false) throws -> Tensor {
    if !isDeferred, !scalarType.isFloatingPoint {
      return try IntegerSum(self, axes, keepsAxes: keepingAxes)([traced])
    }
    return try Reduce("sum", .sum, self, axes, keepsAxes: keepingAxes)([self])
  }

  /// The mean along `axes`, or of everything when none is named; NaN over nothing. The mean of
  /// equal numbers is that number: sums of float32 are taken in double, and of float64 what
  /// rounding took from a first mean is added to it. O(count).
  public func mean(_ axes: Int..., keepingAxes: Bool = false) throws -> Tensor {
    try mean(axes: axes, keepingAxes: keepingAxes)
  }

  /// The mean along an array of axes; all of them when it is empty.
  public func mean(axes: [Int], keepingAxes: Bool = false) throws -> Tensor {
    try Reduce("mean", .mean, self, axes, keepsAxes: keepingAxes)([self])
  }

  /// The mean squared distance from the mean, with divisor n, along `axes` or of everything; 0
  /// where all are equal. What rounding the mean does to it is taken out again (Chan, Golub and
  /// LeVeque 1983). O(count).
  public func variance(_ axes: Int..., keepingAxes: Bool = false) throws -> Tensor {
    try variance(axes: axes, keepingAxes: keepingAxes)
  }

  /// The variance, with divisor n, along an array of axes; all of them when it is empty.
  public func variance(axes: [Int], keepingAxes: Bool = false) throws -> Tensor {
    let distances = try self - mean(axes: axes, keepingAxes: true)
    // Without rounding it is 0 for any tensor, so there is nothing to differentiate.
    let excess = try square(distances.traced.mean(axes: axes, keepingAxes: keepingAxes))
    return try square(distances).mean(axes: axes, keepingAxes: keepingAxes) - excess
  }

  /// The largest element along `axes`, or of everything; equals share the gradient. -infinity over
  /// nothing.
  public func max(_ axes: Int..., keepingAxes: Bool = false) throws -> Tensor {
    try Reduce("max", .max, self, axes, keepsAxes: keepingAxes)([self])
  }

  /// The smallest element along `axes`, or of everything; equals share the gradient. +infinity over
  /// nothing.
  public func min(_ axes: Int..., keepingAxes: Bool = false) throws -> Tensor {
    try Reduce("min", .min, self, axes, keepsAxes: keepingAxes)([self])
  }

  /// The index of the first largest element along `axis`, as int64. Throws for an axis of size 0.
  public func argmax(_ axis: Int = -1) throws -> Tensor { try argExtreme(axis, smallest: false) }

  /// The index of the first smallest element along `axis`, as int64. Throws for an axis of size 0.
  public func argmin(_ axis: Int = -1) throws -> Tensor { try argExtreme(axis, smallest: true) }

  /// Whether every element is finite. O(count).
  public func isFinite() throws -> Bool {
    try requireFloatingPoint("isFinite")
    try HostReading.require("isFinite", self)
    let greatest = scalarType.greatestFinite
    return try isWithin(-greatest...greatest)
  }

  /// Whether every element is in a range, and none NaN. O(count).
  package func isWithin(_ range: ClosedRange<Double>) throws -> Bool {
    let result = Tensor(uninitialized: [], .uint8)
    result.perform(.allWithin(range), [self])
    return try result.scalars(as: UInt8.self)[0] != 0
  }

  private func argExtreme(_ axis: Int, smallest: Bool) throws -> Tensor {
    let place = Shape.normalized(axis, rank: rank) ?? axis
    return try ArgExtreme(axis: place, smallest: smallest)([traced])
  }

  /// A constant of the given shape and count; the source is contiguous.
  package func reshapedConstant(_ target: [Int]) -> Tensor {
    view(shape: target, strides: Shape.strides(target))
  }

  /// The sum over the axes along which `target` was stretched to this shape: the derivative of
  /// broadcasting.
  package func summed(to target: [Int]) throws -> Tensor {
    let shape = shape
    if target == shape { return self }
    let lead = shape.count - target.count
    let axes = shape.indices.filter { axis in
      axis < lead || (target[axis - lead] == 1 && shape[axis] != 1)
    }
    guard !axes.isEmpty else { return try reshaped(to: target) }
    return try sum(axes: axes, keepingAxes: true).reshaped(to: target)
  }
}
