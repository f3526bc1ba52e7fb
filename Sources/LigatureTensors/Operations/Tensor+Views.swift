extension Tensor {
  /// The most axes a tensor may have.
  public static var maximumRank: Int { 8 }

  /// The same scalars, row-major, under another shape. One size may be -1: it is inferred. O(1), or
  /// O(count) for a view that is not contiguous. Throws when the counts differ.
  public func reshaped(to newShape: [Int]) throws -> Tensor {
    try require("reshaped")
    let target = try inferred(newShape)
    if target == shape { return self }
    try Tensor.validate(target, "reshaped")
    return try Reshape(shape: target)(self)
  }

  /// Every axis but the first in one: `[batch, ...]` becomes `[batch, features]`. Throws for a
  /// scalar.
  public func flattened() throws -> Tensor {
    try require("flattened")
    guard rank > 0 else {
      throw TensorError(
        "flattened", "the tensor is a scalar, without a batch axis",
        remedy: "Reshape it to [1, 1]")
    }
    return try reshaped(to: [shape[0], Shape.count(Array(shape.dropFirst()))])
  }

  private func inferred(_ newShape: [Int]) throws -> [Int] {
    func refuse(_ reason: String) -> TensorError {
      TensorError(
        "reshaped",
        "cannot read shape \(shape) (\(counted(count, "scalar"))) as \(newShape): \(reason)",
        remedy: "Sizes must multiply to the same count; at most one may be -1")
    }
    guard newShape.count <= Tensor.maximumRank else {
      throw refuse("more than \(Tensor.maximumRank) axes")
    }
    let free = newShape.indices.filter { newShape[$0] == -1 }
    guard free.count <= 1 else { throw refuse("more than one size is -1") }
    guard newShape.allSatisfy({ $0 >= -1 }) else { throw refuse("a size is negative") }
    var known = 1
    for size in newShape where size >= 0 {
      let (product, overflow) = known.multipliedReportingOverflow(by: size)
      guard !overflow else { throw refuse("the sizes overflow") }
      known = product
    }
    guard let axis = free.first else {
      guard known == count else { throw refuse("the counts differ") }
      return newShape
    }
    guard known > 0, count % known == 0 else { throw refuse("the count does not divide") }
    var result = newShape
    result[axis] = count / known
    return result
  }

  /// The axes in another order: axis `i` of the result is axis `axes[i]` of this tensor. A view,
  /// O(1).
  public func permuted(_ axes: [Int]) throws -> Tensor {
    try require("permuted")
    let normal = axes.compactMap { Shape.normalized($0, rank: rank) }
    guard normal.count == rank, axes.count == rank, Set(normal).count == rank else {
      throw TensorError(
        "permuted", "\(axes) does not name each axis of shape \(shape) once",
        remedy: "Give a permutation of 0..<\(rank)")
    }
    // Products read through this exchange in place, which other orders do not offer.
    var exchange = Array(shape.indices)
    if rank >= 2 { exchange.swapAt(rank - 1, rank - 2) }
    if rank >= 2, normal == exchange { return transposed }
    return try Permute(axes: normal)(self)
  }

  /// The last two axes exchanged: a matrix, or a batch of them, transposed. A view, O(1): a product
  /// reads it in place, and its gradient is written the right way round. Of a vector, throws on
  /// use.
  public var transposed: Tensor {
    guard rank >= 2 else {
      return isDeferred
        ? self
        : .absent(
          "the transpose of a tensor of shape \(shape), which has no last two axes, was used",
          remedy: "Reshape a vector to [1, n] or [n, 1] before transposing it")
    }
    var result = swappedLastAxes
    result.node = node?.swapped
    return result
  }

  /// The view behind `transposed`, as a constant.
  package var swappedLastAxes: Tensor {
    view(layout.swappedLastAxes)
  }

  /// This tensor stretched to `target` as arithmetic would: sizes are aligned at the last axis, and
  /// a size of 1 repeats. A view, O(1).
  public func broadcast(to target: [Int]) throws -> Tensor {
    try require("broadcast")
    guard Shape.broadcast(shape, target) == target else {
      throw TensorError(
        "broadcast", "shape \(shape) does not stretch to \(target)",
        remedy: "Each size must be 1 or equal, counted from the last axis")
    }
    if target == shape { return self }
    try Tensor.validate(target, "broadcast")
    return try Broadcast(shape: target)(self)
  }

  /// A new axis of size 1 at position `axis` (0...rank, or negative from the back). A view, O(1).
  public func expandingAxis(_ axis: Int) throws -> Tensor {
    try require("expandingAxis")
    guard rank < Tensor.maximumRank else {
      throw TensorError(
        "expandingAxis", "shape \(shape) has as many axes as a tensor may have",
        remedy: "Reshape it to fewer axes first")
    }
    guard let position = Shape.normalized(axis, rank: rank + 1) else {
      throw TensorError(
        "expandingAxis", "there is no position \(axis) for a new axis in shape \(shape)",
        remedy: "Give one of 0...\(rank)")
    }
    var target = shape
    target.insert(1, at: position)
    return try reshaped(to: target)
  }

  /// Without the axes of size 1 named by `axes`, or without any when none is named. A view, O(1).
  public func squeezed(_ axes: Int...) throws -> Tensor {
    try require("squeezed")
    let normal = axes.compactMap { Shape.normalized($0, rank: rank) }
    guard normal.count == axes.count, normal.allSatisfy({ shape[$0] == 1 }) else {
      throw TensorError(
        "squeezed", "axes \(axes) of shape \(shape) are not all of size 1",
        remedy: "Name axes of size 1 only")
    }
    let dropped = axes.isEmpty ? shape.indices.filter { shape[$0] == 1 } : normal
    return try reshaped(to: shape.indices.filter { !dropped.contains($0) }.map { shape[$0] })
  }
}

// MARK: - Contiguity

extension Tensor {
  /// The same value in contiguous memory, without a copy where it is so already. Keeps no node.
  package func contiguous() -> Tensor {
    isContiguous ? detached : contiguousCopy()
  }

  package func contiguousCopy() -> Tensor {
    let copy = Tensor(uninitialized: TensorSpec(like: self))
    copy.perform(.copy, [self])
    return copy
  }
}
