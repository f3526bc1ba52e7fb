/// A reduction over axes, which stay at size 1 in the result; all of them different, in order.
struct Reduce: Operation {
  let reduction: Reduction
  let axes: [Int]
  let keepsAxes: Bool

  var name: String { reduction.rawValue }
  var attributes: String { "axes: \(axes)" + (keepsAxes ? ", keepingAxes" : "") }
  var keeps: Keeping {
    switch reduction {
    case .sum, .mean: .nothing
    case .max, .min: [.first, .result]
    case .product: .first
    }
  }
  /// Whether the derivative is the same for every element.
  private var isSum: Bool { reduction == .sum || reduction == .mean }

  /// Throws unless each of `wanted` names an axis of its own; none stands for all.
  init(_ name: String, _ reduction: Reduction, _ x: Tensor, _ wanted: [Int], keepsAxes: Bool) throws
  {
    try x.requireFloatingPoint(name)
    self.reduction = reduction
    axes = try Reduce.axes(name, x, wanted)
    self.keepsAxes = keepsAxes
  }

  /// The axes counted from the front, in order; all of them where none is named.
  static func axes(_ name: String, _ x: Tensor, _ wanted: [Int]) throws -> [Int] {
    let rank = x.rank
    let normal = wanted.compactMap { Shape.normalized($0, rank: rank) }
    guard normal.count == wanted.count,
      normal.count < 2 || Set(normal).count == normal.count
    else {
      throw TensorError(
        name, "axes \(wanted) do not each name one axis of shape \(x.shape)",
        remedy: rank > 0
          ? "Give different axes in -\(rank)..<\(rank)" : "A scalar has no axes: name none")
    }
    return wanted.isEmpty ? Array(0..<rank) : normal.count > 1 ? normal.sorted() : normal
  }

  private init(_ reduction: Reduction, axes: [Int], keepsAxes: Bool) {
    self.reduction = reduction
    self.axes = axes
    self.keepsAxes = keepsAxes
  }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    let x = operands[0]
    try x.requireFloatingPoint(name)
    if !keepsAxes, axes.count == x.rank { return TensorSpec([], x.scalarType) }
    let shape = x.shape
    let result = shape.indices.compactMap { axis in
      axes.contains(axis) ? (keepsAxes ? 1 : nil) : shape[axis]
    }
    return TensorSpec(result, x.scalarType)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    result.perform(.reduce(reduction, axes: axes), operands, adding: adding)
  }

  /// The result's shape with the reduced axes.
  private func kept(_ shape: [Int]) -> [Int] {
    shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
  }

  /// For each element the product of the others that it is reduced with, without a division: what
  /// is before it times what is behind it.
  private func othersProduct(_ x: Tensor) throws -> Tensor {
    guard x.count > 0, !axes.isEmpty else { return try .ones(x.shape, x.scalarType) }
    let order = x.shape.indices.filter { !axes.contains($0) } + axes
    let turned = try x.permuted(order)
    let lines = try turned.reshaped(to: turned.shape.dropLast(axes.count) + [-1])
    let last = lines.rank - 1
    let before = try Scan(.product, axis: last)([lines]).moved(by: 1, axis: last, filling: 1)
    let behind = try Scan(.product, axis: last, reversed: true)([lines])
      .moved(by: -1, axis: last, filling: 1)
    var inverse = order
    for (position, axis) in order.enumerated() { inverse[axis] = position }
    return try (before * behind).reshaped(to: turned.shape).permuted(inverse)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    let shape = pull.shape(0)
    let gradient =
      reduction == .mean ? try gradient / Double(axes.reduce(1) { $0 * shape[$1] }) : gradient
    if isSum, gradient.rank == 0 {
      return try pull.add(gradient.broadcast(to: shape), to: 0)
    }
    let column = try gradient.reshaped(to: kept(shape))
    guard !isSum else { return try pull.add(column.broadcast(to: shape), to: 0) }
    guard reduction != .product else {
      return try pull.add(column * othersProduct(pull.operand(0)), to: 0)
    }
    // Equals share the gradient.
    let result = try pull.result.detached.reshaped(to: kept(shape))
    let winners = try pull.operand(0).detached .== result
    let share = try column / winners.sum(axes: axes, keepingAxes: true)
    try pull.add(winners * share, to: 0)
  }
}

/// The place of the first extreme along an axis.
struct ArgExtreme: Operation {
  let axis: Int
  let smallest: Bool

  var name: String { smallest ? "argmin" : "argmax" }
  var attributes: String { "axis: \(axis)" }
  var keeps: Keeping { .nothing }
  var canAdd: Bool { false }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    try operands[0].requireFloatingPoint(name)
    var shape = operands[0].shape
    guard shape.indices.contains(axis) else { throw Shape.missing(axis: axis, of: shape, name) }
    guard shape[axis] > 0 else {
      throw TensorError(
        name, "axis \(axis) of shape \(shape) is empty",
        remedy: "Name an axis of at least one element")
    }
    shape.remove(at: axis)
    return TensorSpec(shape, .int64)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    result.perform(.argExtreme(axis: axis, smallest: smallest), operands)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {}
}
