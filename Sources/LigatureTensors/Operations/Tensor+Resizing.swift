/// How a tensor is read between its elements.
public enum Interpolation: String, Sendable, Codable, CaseIterable {
  /// The element next to the place; of two equally near ones the later.
  case nearest
  /// Between the two neighbours in proportion, along each axis in turn.
  case linear
  /// Element j of m is that at floor(j · n / m) of n: what PyTorch calls `nearest`.
  case floor
}

extension Tensor {
  /// Axes brought to other sizes: those named, or the spatial ones of images `[batch, spatial...,
  /// channels]`, of which there are one to three.
  ///
  ///     try images.resized(to: [56, 56])
  ///     try channelsFirst.resized(to: [56, 56], axes: [-2, -1], by: .nearest)
  ///
  /// Element j of an axis is read at (j + 1/2) · n / m - 1/2, from n elements to m, so that the
  /// edges of both coincide, and beyond the outermost elements at these; with `alignsCorners` at
  /// j · (n - 1) / (m - 1), so that first and last element stay. O(count of the larger one) for
  /// each axis. Throws for sizes below 1 and axes without elements.
  public func resized(
    to sizes: [Int], axes: [Int]? = nil, by interpolation: Interpolation = .linear,
    alignsCorners: Bool = false
  ) throws -> Tensor {
    let name = "resized"
    try requireFloatingPoint(name)
    guard axes != nil || (3...5).contains(rank) else {
      throw TensorError(
        name, "an image of shape \(shape) came",
        remedy: "Give [batch, spatial..., channels] with one to three spatial axes, or name axes")
    }
    let wanted = axes ?? Array(1..<(rank - 1))
    _ = try Reduce.axes(name, self, wanted)
    let axes = wanted.compactMap { Shape.normalized($0, rank: rank) }
    guard sizes.count == axes.count, sizes.allSatisfy({ $0 >= 1 }),
      axes.allSatisfy({ shape[$0] >= 1 })
    else {
      throw TensorError(
        name, "axes \(axes) of shape \(shape) came, to be of size \(sizes.prefix(8))",
        remedy: "Give a size of 1 or more for each of these axes, and elements along them")
    }
    var result = self
    for (axis, size) in zip(axes, sizes) where size != shape[axis] {
      var target = result.shape
      target[axis] = size
      try Tensor.validate(target, name)
      result = try result.resized(axis, size, interpolation, alignsCorners)
    }
    return result
  }

  private func resized(
    _ axis: Int, _ size: Int, _ interpolation: Interpolation, _ alignsCorners: Bool
  ) throws -> Tensor {
    let old = shape[axis]
    let (scale, last) = (Double(old) / Double(size), Double(old - 1))
    func place(_ number: Int) -> Double {
      let place =
        alignsCorners
        ? size > 1 ? Double(number) * last / Double(size - 1) : 0
        : (Double(number) + 0.5) * scale - 0.5
      return Swift.min(Swift.max(place, 0), last)
    }
    func read(_ place: (Int) -> Int) throws -> Tensor {
      try Gather(axis: axis)([self, Tensor((0..<size).map { Swift.min(place($0), old - 1) })])
    }
    switch interpolation {
    case .floor: return try read { $0 * old / size }
    case .nearest: return try read { Int(place($0) + 0.5) }
    case .linear:
      let shares = (0..<size).map { place($0) - place($0).rounded(.down) }
      let ones = [Int](repeating: 1, count: rank - axis - 1)
      return try lerp(
        read { Int(place($0)) }, read { Int(place($0)) + 1 },
        Tensor(shares, shape: [size] + ones).cast(to: scalarType))
    }
  }
}
