extension Tensor {
  /// The number that a share `q` of the elements along `axis`, or of all of them, lies below:
  /// between the two nearest in order by linear interpolation at q (n - 1), as MATLAB's and NumPy's
  /// default. NaN where one of them is NaN. The gradient goes to those two. Throws for nothing, and
  /// for a q outside 0...1. O(count · log(size)).
  public func quantile(
    _ q: Double, axis: Int? = nil, keepingAxis: Bool = false
  ) throws -> Tensor {
    try quantile("quantile", q, axis, keepingAxis)
  }

  /// The middle one of the elements in order along `axis`, or of all of them; of an even number the
  /// mean of the middle two. Otherwise as ``quantile(_:axis:keepingAxis:)``.
  public func median(axis: Int? = nil, keepingAxis: Bool = false) throws -> Tensor {
    try quantile("median", 0.5, axis, keepingAxis)
  }

  private func quantile(
    _ name: String, _ q: Double, _ axis: Int?, _ keepingAxis: Bool
  ) throws -> Tensor {
    try requireFloatingPoint(name)
    guard q >= 0, q <= 1 else {
      throw TensorError(name, "the share is \(q)", remedy: "Give a number of 0...1")
    }
    let lines = axis == nil ? try reshaped(to: [count]) : self
    let place = try lines.place(of: axis ?? 0, name)
    let size = lines.shape[place]
    guard size > 0 else {
      throw TensorError(
        name, "there is nothing to choose from in shape \(shape)",
        remedy: "Give at least one element")
    }
    let ordered = try lines.sorted(axis: place)
    let position = q * Double(size - 1)
    let lower = Int(position)
    let weight = position - Double(lower)
    func element(_ number: Int) throws -> Tensor {
      try ordered.slice(number..<(number + 1), axis: place)
    }
    var value = try element(lower)
    if weight > 0 { value = try lerp(value, element(lower + 1), weight) }
    // NaN is in the last place of the order where there is one.
    let last = try element(size - 1)
    value = try select(isNaN(last), .full([], .nan, scalarType), value)
    if keepingAxis {
      let ones = [Int](repeating: 1, count: rank)
      return axis == nil ? try value.reshaped(to: ones) : value
    }
    var target = lines.shape
    target.remove(at: place)
    return try value.reshaped(to: target)
  }
}
