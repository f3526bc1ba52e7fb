import LigatureKernels

extension Tensor {
  /// The sum along `axes`, or of everything when none is named. Reduced axes go, unless
  /// `keepingAxes` leaves them at size 1. O(count); the error grows with the logarithm of the
  /// count.
  public func sum(_ axes: Int..., keepingAxes: Bool = false) throws -> Tensor {
    try sum(axes: axes, keepingAxes: keepingAxes)
  }

  /// The sum along an array of axes; all of them when it is empty.
  public func sum(axes: [Int], keepingAxes: Bool = false) throws -> Tensor {
    let reduced = try ReducedAxes("sum", self, axes)
    let kept = reduced.applied(LK_SUM, to: self)
    let result = kept.reshapedConstant(keepingAxes ? kept.shape : reduced.droppedShape)
    guard let recorder = Recorder([self]) else { return result }
    let original = shape
    return recorder.record(result) { pull, gradient in
      let column = gradient.contiguous().reshapedConstant(reduced.keptShape)
      try pull.add(column.broadcast(to: original), to: 0)
    }
  }

  /// The mean along `axes`, or of everything when none is named; NaN over nothing.
  public func mean(_ axes: Int..., keepingAxes: Bool = false) throws -> Tensor {
    try mean(axes: axes, keepingAxes: keepingAxes)
  }

  /// The mean along an array of axes; all of them when it is empty.
  public func mean(axes: [Int], keepingAxes: Bool = false) throws -> Tensor {
    let reduced = try ReducedAxes("mean", self, axes)
    return try sum(axes: axes, keepingAxes: keepingAxes) * (1 / Double(reduced.reducedCount))
  }

  /// The mean squared distance from the mean, with divisor n, along `axes` or of everything.
  public func variance(_ axes: Int..., keepingAxes: Bool = false) throws -> Tensor {
    try variance(axes: axes, keepingAxes: keepingAxes)
  }

  /// The variance, with divisor n, along an array of axes; all of them when it is empty.
  public func variance(axes: [Int], keepingAxes: Bool = false) throws -> Tensor {
    try square(self - mean(axes: axes, keepingAxes: true)).mean(
      axes: axes, keepingAxes: keepingAxes)
  }

  /// The largest element along `axes`, or of everything; equals share the gradient. -infinity over
  /// nothing.
  public func max(_ axes: Int..., keepingAxes: Bool = false) throws -> Tensor {
    try extreme("max", LK_MAX_OF, axes, keepingAxes)
  }

  /// The smallest element along `axes`, or of everything; equals share the gradient. +infinity over
  /// nothing.
  public func min(_ axes: Int..., keepingAxes: Bool = false) throws -> Tensor {
    try extreme("min", LK_MIN_OF, axes, keepingAxes)
  }

  /// The index of the first largest element along `axis`, as int64. Throws for an axis of size 0.
  public func argmax(_ axis: Int = -1) throws -> Tensor { try argExtreme("argmax", axis, 0) }

  /// The index of the first smallest element along `axis`, as int64. Throws for an axis of size 0.
  public func argmin(_ axis: Int = -1) throws -> Tensor { try argExtreme("argmin", axis, 1) }

  /// Whether every element is finite. O(count).
  public func isFinite() throws -> Bool {
    try requireFloatingPoint("isFinite")
    let source = contiguous()
    return lk_all_finite(scalarType.kernelType, count, source.pointer) != 0
  }

  private func extreme(
    _ name: String, _ op: LKReduction, _ axes: [Int], _ keepingAxes: Bool
  ) throws -> Tensor {
    let reduced = try ReducedAxes(name, self, axes)
    let kept = reduced.applied(op, to: self)
    let result = kept.reshapedConstant(keepingAxes ? kept.shape : reduced.droppedShape)
    guard let recorder = Recorder([self]) else { return result }
    let source = detached
    return recorder.record(result) { pull, gradient in
      let column = gradient.contiguous().reshapedConstant(reduced.keptShape)
      let winners = try source .== kept
      let share = try column / winners.sum(axes: axes, keepingAxes: true)
      try pull.add(winners * share, to: 0)
    }
  }

  private func argExtreme(_ name: String, _ axis: Int, _ smallest: Int32) throws -> Tensor {
    try requireFloatingPoint(name)
    guard let axis = Shape.normalized(axis, rank: rank), shape[axis] > 0 else {
      throw TensorError(
        name, "axis \(axis) of shape \(shape) does not exist or is empty",
        remedy: "Name an axis of at least one element")
    }
    let source = contiguous()
    var target = shape
    target.remove(at: axis)
    let result = Tensor(uninitialized: target, .int64)
    lk_arg_extreme(
      scalarType.kernelType, smallest, Shape.count(Array(shape[..<axis])), shape[axis],
      Shape.count(Array(shape[(axis + 1)...])), source.pointer,
      result.pointer.assumingMemoryBound(to: Int64.self))
    return result
  }

  /// A constant of the given shape and count; the source is contiguous.
  package func reshapedConstant(_ target: [Int]) -> Tensor {
    view(shape: target, strides: Shape.strides(target))
  }

  /// The sum over the axes along which `target` was stretched to this shape: the pull-back of
  /// broadcasting. A constant.
  package func summed(to target: [Int]) throws -> Tensor {
    if target == shape { return detached }
    let lead = rank - target.count
    let axes = shape.indices.filter { axis in
      axis < lead || (target[axis - lead] == 1 && shape[axis] != 1)
    }
    guard !axes.isEmpty else { return contiguous().reshapedConstant(target) }
    return try detached.sum(axes: axes, keepingAxes: true).reshapedConstant(target)
  }
}

/// Which axes a reduction takes away, and the shapes that follow.
private struct ReducedAxes {
  let axes: [Int]
  let shape: [Int]
  let keptShape: [Int]
  let droppedShape: [Int]

  init(_ name: String, _ tensor: Tensor, _ wanted: [Int]) throws {
    try tensor.requireFloatingPoint(name)
    let normal = wanted.compactMap { Shape.normalized($0, rank: tensor.rank) }
    guard normal.count == wanted.count, Set(normal).count == normal.count else {
      throw TensorError(
        name, "axes \(wanted) do not each name one axis of shape \(tensor.shape)",
        remedy: "Give different axes in -\(tensor.rank)..<\(tensor.rank)")
    }
    let chosen = wanted.isEmpty ? Array(tensor.shape.indices) : normal.sorted()
    axes = chosen
    shape = tensor.shape
    keptShape = tensor.shape.indices.map { chosen.contains($0) ? 1 : tensor.shape[$0] }
    droppedShape = tensor.shape.indices.filter { !chosen.contains($0) }.map { tensor.shape[$0] }
  }

  /// Scalars that go into one result.
  var reducedCount: Int { axes.map { shape[$0] }.reduce(1, *) }

  /// The reduction with the reduced axes kept at size 1: each run of neighbouring axes at once,
  /// the last run first.
  func applied(_ op: LKReduction, to tensor: Tensor) -> Tensor {
    var current = tensor.contiguous()
    var sizes = shape
    var end = axes.count
    if axes.isEmpty {
      // A scalar: reducing it over no axis still applies the operation once.
      return reduce(op, current, 1, 1, 1, [])
    }
    while end > 0 {
      var start = end - 1
      while start > 0, axes[start - 1] == axes[start] - 1 { start -= 1 }
      let (first, last) = (axes[start], axes[end - 1])
      let outer = Shape.count(Array(sizes[..<first]))
      let inner = Shape.count(Array(sizes[(last + 1)...]))
      let n = Shape.count(Array(sizes[first...last]))
      for axis in first...last { sizes[axis] = 1 }
      current = reduce(op, current, outer, n, inner, sizes)
      end = start
    }
    return current
  }

  private func reduce(
    _ op: LKReduction, _ source: Tensor, _ outer: Int, _ n: Int, _ inner: Int, _ target: [Int]
  ) -> Tensor {
    let result = Tensor(uninitialized: target, source.scalarType)
    let type = source.scalarType
    let minimum = max(1, Kernels.elementwiseMinimum / max(1, n * inner))
    Parallel.split(outer, minimum: minimum) { range in
      lk_reduce(
        type.kernelType, op, range.count, n, inner,
        source.pointer + range.lowerBound * n * inner * type.byteCount,
        result.pointer + range.lowerBound * inner * type.byteCount, 0)
    }
    return result
  }
}
