/// How a tensor is read between its elements.
public enum InterpolationMode: Sendable {
  /// The element at floor(place).
  case nearest
  /// A mean of the two around a place, weighed by nearness.
  case linear
}

extension Tensor {
  /// The last `sizes.count` axes brought to other sizes, each read at places between its elements:
  /// images `[batch, channels, height, width]` by `interpolated(to: [height, width])`. Element j of
  /// an axis is read at (j + 1/2) n / m - 1/2, from n elements to m, within the axis; with
  /// `alignsCorners` at j (n - 1) / (m - 1), so that first and last element stay. Nearest reads at
  /// floor(j n / m). Throws for an axis without elements and sizes below 1. O(count of the result)
  /// for each axis.
  public func interpolated(
    to sizes: [Int], mode: InterpolationMode = .linear, alignsCorners: Bool = false
  ) throws -> Tensor {
    try requireFloatingPoint("interpolated")
    let first = rank - sizes.count
    guard first >= 0, sizes.allSatisfy({ $0 > 0 }), !shape.suffix(sizes.count).contains(0) else {
      throw TensorError(
        "interpolated", "the last axes of shape \(shape) cannot be brought to \(sizes.prefix(9))",
        remedy: "Give sizes of 1 or more for axes of at least one element")
    }
    let target = shape.prefix(first) + sizes
    try Tensor.validate(Array(target), "interpolated")
    var result = self
    for (number, size) in sizes.enumerated() where size != shape[first + number] {
      result = try result.interpolated(first + number, size, mode, alignsCorners)
    }
    return result
  }

  private func interpolated(
    _ axis: Int, _ size: Int, _ mode: InterpolationMode, _ alignsCorners: Bool
  ) throws -> Tensor {
    let old = shape[axis]
    guard mode == .linear else {
      let places = (0..<size).map { Swift.min(old - 1, $0 * old / size) }
      return try Gather(axis: axis)([self, Tensor(places)])
    }
    let places = (0..<size).map { number -> Double in
      let place =
        alignsCorners
        ? size > 1 ? Double(number) * Double(old - 1) / Double(size - 1) : 0
        : (Double(number) + 0.5) * Double(old) / Double(size) - 0.5
      return Swift.min(Swift.max(place, 0), Double(old - 1))
    }
    let lower = places.map { Int($0) }
    let upper = lower.map { Swift.min($0 + 1, old - 1) }
    let ones = [Int](repeating: 1, count: rank - axis - 1)
    let weights = try Tensor(zip(places, lower).map { $0 - Double($1) }, shape: [size] + ones)
    let (a, b) = (
      try Gather(axis: axis)([self, Tensor(lower)]), try Gather(axis: axis)([self, Tensor(upper)])
    )
    return try lerp(a, b, weights.cast(to: scalarType))
  }
}
