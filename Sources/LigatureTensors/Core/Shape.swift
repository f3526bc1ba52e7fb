/// Row-major index arithmetic on plain arrays of sizes: `[batch, time, features]`.
package enum Shape {
  package static func count(_ shape: [Int]) -> Int {
    var count = 1
    for size in shape { count *= size }
    return count
  }

  package static func count(_ sizes: ArraySlice<Int>) -> Int {
    var count = 1
    for size in sizes { count *= size }
    return count
  }

  /// Strides of contiguous row-major memory, in scalars.
  package static func strides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    var stride = 1
    for axis in shape.indices.reversed() {
      strides[axis] = stride
      stride *= max(shape[axis], 1)
    }
    return strides
  }

  /// Whether `strides` walk memory without gaps; axes of size 1 do not matter.
  package static func isContiguous(_ shape: [Int], _ strides: [Int]) -> Bool {
    var stride = 1
    for axis in shape.indices.reversed() {
      if shape[axis] == 0 { return true }
      if shape[axis] != 1 {
        if strides[axis] != stride { return false }
        stride *= shape[axis]
      }
    }
    return true
  }

  /// Whether strides are just those that `strides(_:)` gives, along axes of size 1 too.
  package static func isPlain(_ shape: [Int], _ strides: [Int]) -> Bool {
    var stride = 1
    for axis in shape.indices.reversed() {
      if strides[axis] != stride { return false }
      stride *= max(shape[axis], 1)
    }
    return true
  }

  /// The shape both operands are stretched to, aligned at the last axis; nil when they disagree.
  package static func broadcast(_ a: [Int], _ b: [Int]) -> [Int]? {
    if a == b { return a }
    let rank = max(a.count, b.count)
    var result = [Int](repeating: 1, count: rank)
    for back in 1...max(rank, 1) where back <= rank {
      let sizeA = back <= a.count ? a[a.count - back] : 1
      let sizeB = back <= b.count ? b[b.count - back] : 1
      guard sizeA == sizeB || sizeA == 1 || sizeB == 1 else { return nil }
      result[rank - back] = sizeA == 1 ? sizeB : sizeA
    }
    return result
  }

  /// Strides that read a tensor of `shape` as `target`: 0 along stretched axes.
  package static func broadcastStrides(_ shape: [Int], _ strides: [Int], to target: [Int]) -> [Int]
  {
    let lead = target.count - shape.count
    return target.indices.map { axis in
      axis < lead || (shape[axis - lead] == 1 && target[axis] != 1) ? 0 : strides[axis - lead]
    }
  }

  /// The sizes around an axis: those before it, its own, and those behind it.
  package static func around(
    _ axis: Int, of shape: [Int]
  ) -> (outer: Int, size: Int, inner: Int) {
    (count(shape[..<axis]), shape[axis], count(shape[(axis + 1)...]))
  }

  /// An axis counted from the front, or from the back when negative; nil outside the rank.
  package static func normalized(_ axis: Int, rank: Int) -> Int? {
    let normal = axis < 0 ? axis + rank : axis
    return (0..<rank).contains(normal) ? normal : nil
  }

  /// The error that an axis is which a shape does not have.
  static func missing(axis: Int, of shape: [Int], _ operation: String) -> TensorError {
    TensorError(
      operation, "shape \(shape) has no axis \(axis)",
      remedy: shape.isEmpty
        ? "A scalar has no axes: reshape it to [1] first"
        : "Give an axis in -\(shape.count)..<\(shape.count)")
  }
}
