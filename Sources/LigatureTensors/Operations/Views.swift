// Operations whose results are views of their operand. They move elements, and change none.

/// The same scalars, row-major, under another shape of the same count.
struct Reshape: ViewOperation {
  let shape: [Int]

  var name: String { "reshaped" }
  var attributes: String { "to: \(shape)" }

  func view(of x: Tensor) throws -> Tensor {
    try x.require(name)
    // An axis of size 1 comes and goes without a copy, whatever the strides.
    if let strides = Reshape.strides(of: x, without1: shape) {
      return x.view(shape: shape, strides: strides)
    }
    if !x.isContiguous { try Tensor.requireMemory(for: TensorSpec(like: x), name) }
    return x.contiguous().view(TensorSpec(shape, x.scalarType).layout)
  }

  /// The strides that read `x` under a shape that differs in axes of size 1 only; nil otherwise,
  /// and for contiguous memory, which needs no care.
  private static func strides(of x: Tensor, without1 shape: [Int]) -> [Int]? {
    guard !x.isContiguous else { return nil }
    var sizes: [Int] = []
    var rest: [Int] = []
    for (size, stride) in zip(x.shape, x.strides) where size != 1 {
      sizes.append(size)
      rest.append(stride)
    }
    guard sizes == shape.filter({ $0 != 1 }) else { return nil }
    var next = 0
    return shape.map { size in
      guard size != 1 else { return 1 }
      next += 1
      return rest[next - 1]
    }
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    try pull.add(gradient.reshaped(to: pull.shape(0)), to: 0)
  }
}

/// The axes in another order.
struct Permute: ViewOperation {
  /// Axis `i` of the result is axis `axes[i]` of the operand.
  let axes: [Int]

  /// The exchange of the last two axes.
  static func exchange(_ rank: Int) -> Permute {
    var axes = Array(0..<rank)
    axes.swapAt(rank - 1, rank - 2)
    return Permute(axes: axes)
  }

  var name: String { "permuted" }
  var attributes: String { "\(axes)" }

  func view(of x: Tensor) throws -> Tensor {
    try x.require(name)
    let (shape, strides) = (x.shape, x.strides)
    return x.view(shape: axes.map { shape[$0] }, strides: axes.map { strides[$0] })
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    var inverse = axes
    for (position, axis) in axes.enumerated() { inverse[axis] = position }
    try pull.add(gradient.permuted(inverse), to: 0)
  }
}

extension Tensor {
  /// The same value whose place on its tapes is that of a record of its own, in place of one that
  /// is read with exchanged axes.
  var withPlainNode: Tensor {
    guard let node, node.isSwapped else { return self }
    var base = view(layout.swappedLastAxes)
    base.node = node.swapped
    return Permute.exchange(rank).recorded([base], self.detached)
  }
}

/// Stretched to a larger shape, as arithmetic would.
struct Broadcast: ViewOperation {
  let shape: [Int]

  var name: String { "broadcast" }
  var attributes: String { "to: \(shape)" }

  func view(of x: Tensor) throws -> Tensor {
    try x.require(name)
    return x.stretched(to: shape)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    try pull.add(gradient.summed(to: pull.shape(0)), to: 0)
  }
}

extension Tensor {
  /// A constant view that is read as if it had a larger shape, which fits.
  func stretched(to target: [Int]) -> Tensor {
    shape == target
      ? detached
      : view(shape: target, strides: Shape.broadcastStrides(shape, strides, to: target))
  }
}

/// A range of elements along an axis.
struct Slice: ViewOperation {
  let range: Range<Int>
  let axis: Int

  var name: String { "slice" }
  var attributes: String { "\(range), axis: \(axis)" }

  func view(of x: Tensor) throws -> Tensor {
    try x.require(name)
    var shape = x.shape
    guard shape.indices.contains(axis) else { throw Shape.missing(axis: axis, of: shape, name) }
    guard range.lowerBound >= 0, range.upperBound <= shape[axis] else {
      throw TensorError(
        name, "\(range) reaches beyond axis \(axis) of shape \(shape)",
        remedy: "Give a range within 0..<\(shape[axis])")
    }
    shape[axis] = range.count
    let strides = x.strides
    return x.view(
      shape: shape, strides: strides, offset: x.offset + range.lowerBound * strides[axis])
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    try pull.add(
      Embed(shape: pull.shape(0), range: range, axis: axis), [gradient], to: 0)
  }
}

/// Zeros of a shape with the operand in a range along an axis: the derivative of a slice.
struct Embed: Operation {
  let shape: [Int]
  let range: Range<Int>
  let axis: Int

  var name: String { "embedded" }
  var attributes: String { "in: \(shape), \(range), axis: \(axis)" }
  var keeps: Keeping { .nothing }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    TensorSpec(shape, operands[0].scalarType)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    if !adding { result.perform(.fill(0)) }
    let strides = result.strides
    let part = result.view(
      shape: operands[0].shape, strides: strides, offset: range.lowerBound * strides[axis])
    part.perform(.copy, operands, adding: adding)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    try pull.add(gradient.slice(range, axis: axis), to: 0)
  }
}
