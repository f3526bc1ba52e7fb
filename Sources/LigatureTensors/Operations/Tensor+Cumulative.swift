extension Tensor {
  /// Running sums along `axis`: y[i] = x[0] + ... + x[i], or from the end when `reversed`. float32
  /// is summed in double, so that each is rounded once; in float64 the error grows with the axis's
  /// size. Whole numbers wrap around. O(count).
  public func cumsum(_ axis: Int = -1, reversed: Bool = false) throws -> Tensor {
    try Scan(.sum, axis: place(of: axis, "cumsum"), reversed: reversed)([self])
  }

  /// Running products along `axis`: y[i] = x[0] · ... · x[i], or from the end when `reversed`. The
  /// derivative has no division, so zeros do no harm. float32 is multiplied in double. O(count).
  public func cumprod(_ axis: Int = -1, reversed: Bool = false) throws -> Tensor {
    try Scan(.product, axis: place(of: axis, "cumprod"), reversed: reversed)([self])
  }

  /// The largest of the elements up to each one along `axis`, and its place, as int64. Of equals it
  /// is the first; the first NaN wins and stays. The gradient goes to that element. O(count).
  public func cummax(_ axis: Int = -1) throws -> (values: Tensor, places: Tensor) {
    try extremes(axis, smallest: false)
  }

  /// The smallest of the elements up to each one along `axis`, and its place. Otherwise as
  /// ``cummax(_:)``.
  public func cummin(_ axis: Int = -1) throws -> (values: Tensor, places: Tensor) {
    try extremes(axis, smallest: true)
  }

  private func extremes(_ axis: Int, smallest: Bool) throws -> (values: Tensor, places: Tensor) {
    let axis = try place(of: axis, smallest ? "cummin" : "cummax")
    let places = try CumulativeExtreme(axis: axis, smallest: smallest)([traced])
    return (try TakeAlong(axis: axis)([self, places]), places)
  }

  /// Differences of neighbours along `axis`, x[i + 1] - x[i]: one element fewer. Throws for an axis
  /// without elements. O(count).
  public func diff(_ axis: Int = -1) throws -> Tensor {
    let axis = try place(of: axis, "diff")
    guard shape[axis] > 0 else {
      throw TensorError(
        "diff", "axis \(axis) of shape \(shape) is empty", remedy: "Give at least one element")
    }
    return try slice(1..<shape[axis], axis: axis) - slice(0..<(shape[axis] - 1), axis: axis)
  }
}
