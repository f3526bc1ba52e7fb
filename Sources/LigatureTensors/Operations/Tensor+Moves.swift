// Elements in other places, or several times. Nothing is computed, so whole numbers will do as
// well.

extension Tensor {
  /// The elements in the opposite order along `axes`, or along all of them when none is named.
  /// O(count).
  public func flipped(_ axes: Int...) throws -> Tensor {
    try require("flipped")
    return try Flip(axes: Reduce.axes("flipped", self, axes))([self])
  }

  /// The elements `shift` places further along `axis`; what leaves at the end comes back at the
  /// front. O(count).
  public func rolled(by shift: Int, axis: Int = -1) throws -> Tensor {
    let axis = try place(of: axis, "rolled")
    let size = shape[axis]
    guard size > 0 else { return self }
    let cut = (size - (shift % size + size) % size) % size
    guard cut > 0 else { return self }
    return try concatenate(
      [slice(cut..<size, axis: axis), slice(0..<cut, axis: axis)], axis: axis)
  }

  /// Each element `count` times in a row along `axis`: a a b b. Throws for a negative count.
  /// O(count of the result).
  public func repeated(_ count: Int, axis: Int = -1) throws -> Tensor {
    let axis = try place(of: axis, "repeated")
    return try stretched("repeated", count, axis, newAxis: axis + 1)
  }

  /// The whole tensor `counts[i]` times along axis i: a b a b. Throws unless there is a count of 0
  /// or more for each axis. O(count of the result, for each axis that is repeated).
  public func tiled(_ counts: [Int]) throws -> Tensor {
    try require("tiled")
    guard counts.count == rank else {
      throw TensorError(
        "tiled", "\(counts.prefix(9)) is no count for each axis of shape \(shape)",
        remedy: "Give \(counted(rank, "number")) of 0 or more")
    }
    var result = self
    for (axis, count) in counts.enumerated() where count != 1 {
      result = try result.stretched("tiled", count, axis, newAxis: axis)
    }
    return result
  }

  /// A new axis of `count` equal elements, taken into `axis`.
  private func stretched(
    _ name: String, _ count: Int, _ axis: Int, newAxis: Int
  ) throws -> Tensor {
    guard count >= 0 else {
      throw TensorError(name, "the count is \(count)", remedy: "Give a number of 0 or more")
    }
    var target = shape
    target[axis] = try Tensor.product(name, [shape[axis], count])
    try Tensor.validate(target, name)
    // What is around the axis is taken together, so that there is room for one more.
    let outer = Shape.count(shape[..<axis])
    let inner = Shape.count(shape[(axis + 1)...])
    let box =
      newAxis == axis ? [outer, 1, shape[axis], inner] : [outer, shape[axis], 1, inner]
    let wide =
      newAxis == axis ? [outer, count, shape[axis], inner] : [outer, shape[axis], count, inner]
    return try reshaped(to: box).broadcast(to: wide).reshaped(to: target)
  }

  /// Every `step`-th element along `axis`, from the first one on. A view, O(1). Throws for a step
  /// below 1.
  public func strided(by step: Int, axis: Int = 0) throws -> Tensor {
    let axis = try place(of: axis, "strided")
    guard step > 0, rank < Tensor.maximumRank else {
      throw TensorError(
        "strided", "the step is \(step), the shape \(shape)",
        remedy: "Give a step of 1 or more, and at most \(Tensor.maximumRank - 1) axes")
    }
    guard shape[axis] > 0, step > 1 else { return self }
    let windows = try Windows(axis: axis, size: 1, step: step)(self)
    return try windows.reshaped(to: windows.shape.dropLast())
  }

  /// Windows of `size` neighbours, `step` apart along `axis`, as a new last axis: `[time,
  /// features]` along 0 becomes `[(time - size) / step + 1, features, size]`. A view, O(1); the
  /// gradient adds what windows share. Throws for windows that do not fit.
  public func unfolded(axis: Int, size: Int, step: Int = 1) throws -> Tensor {
    let axis = try place(of: axis, "unfolded")
    guard size > 0, size <= shape[axis], step > 0, rank < Tensor.maximumRank else {
      throw TensorError(
        "unfolded",
        "windows of \(size), \(step) apart, do not fit axis \(axis) of shape \(shape)",
        remedy: "Give a size in 1...\(shape[axis]), a step of 1 or more, and at most "
          + "\(Tensor.maximumRank - 1) axes")
    }
    return try Windows(axis: axis, size: size, step: step)(self)
  }

  /// Consecutive parts of `size` elements along `axis`, the last one what is left. Views, O(parts).
  /// Throws for a size below 1, and where the parts would be more than 65536.
  public func chunked(size: Int, axis: Int = 0) throws -> [Tensor] {
    let axis = try place(of: axis, "chunked")
    guard size > 0, shape[axis] / size < 1 << 16 else {
      throw TensorError(
        "chunked", "parts of \(size) along axis \(axis) of shape \(shape)",
        remedy: "Give a size of 1 or more that makes at most 65536 parts")
    }
    return try Swift.stride(from: 0, to: shape[axis], by: size).map { start in
      try slice(start..<(start + Swift.min(size, shape[axis] - start)), axis: axis)
    }
  }

  /// The elements along `axis`, which goes, as tensors of their own. Views, O(size). Throws for
  /// more than 65536.
  public func unstacked(axis: Int = 0) throws -> [Tensor] {
    let axis = try place(of: axis, "unstacked")
    guard shape[axis] <= 1 << 16 else {
      throw TensorError(
        "unstacked", "axis \(axis) of shape \(shape) has too many elements",
        remedy: "Take parts of it by slice(_:axis:)")
    }
    return try (0..<shape[axis]).map { try at($0, axis: axis) }
  }

  /// Axis `from` at position `to`, the others in their order. A view, O(1).
  public func movingAxis(_ from: Int, to: Int) throws -> Tensor {
    let (from, to) = (try place(of: from, "movingAxis"), try place(of: to, "movingAxis"))
    var order = Array(shape.indices)
    order.remove(at: from)
    order.insert(from, at: to)
    return try permuted(order)
  }

  /// Axes `a` and `b` exchanged. A view, O(1).
  public func swappingAxes(_ a: Int, _ b: Int) throws -> Tensor {
    var order = Array(shape.indices)
    order.swapAt(try place(of: a, "swappingAxes"), try place(of: b, "swappingAxes"))
    return try permuted(order)
  }
}
