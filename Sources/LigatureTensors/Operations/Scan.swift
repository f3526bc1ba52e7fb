/// A chain along an axis: running sums and products of [x], and the recurrence
/// y[i] = a[i] · y[i - 1] + b[i] of [a, b], in either direction.
struct Scan: Operation {
  let function: ScanFunction
  let axis: Int
  let reversed: Bool

  init(_ function: ScanFunction, axis: Int, reversed: Bool = false) {
    self.function = function
    self.axis = axis
    self.reversed = reversed
  }

  var name: String {
    switch function {
    case .sum: "cumsum"
    case .product: "cumprod"
    case .linear: "recurrence along an axis"
    }
  }

  var attributes: String { "axis: \(axis)" + (reversed ? ", reversed" : "") }
  var canAdd: Bool { false }

  var keeps: Keeping {
    switch function {
    case .sum: .nothing
    case .product: [.first, .result]
    case .linear: [.first, .result]
    }
  }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    for operand in operands { try operand.require(name) }
    let x = operands[0]
    try x.requireAxis(name, axis)
    guard x.scalarType != .uint8 else {
      throw TensorError(
        name, "uint8 tensors such as \(x.shape) are stored and converted, not computed with",
        remedy: "Convert with cast(to: .int64) first")
    }
    return TensorSpec(like: x)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    result.perform(.scan(function, axis: axis, reversed: reversed), operands)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    switch function {
    case .sum: try pull.add(Scan(.sum, axis: axis, reversed: !reversed)([gradient]), to: 0)
    case .product:
      // What follows an element is a recurrence in the elements behind it, without a division.
      let back = try carriedBack(gradient, factors: pull.operand(0))
      try pull.add(back * pull.result.moved(by: step, axis: axis, filling: 1), to: 0)
    case .linear:
      let back = try carriedBack(gradient, factors: pull.operand(0))
      if pull.needs(0) {
        try pull.add(back * pull.result.moved(by: step, axis: axis, filling: 0), to: 0)
      }
      try pull.add(back, to: 1)
    }
  }

  private var step: Int { reversed ? -1 : 1 }

  /// h[i] = gradient[i] + factor[i + 1] · h[i + 1], in the other direction than this chain.
  private func carriedBack(_ gradient: Tensor, factors: Tensor) throws -> Tensor {
    try Scan(.linear, axis: axis, reversed: !reversed)([
      factors.moved(by: -step, axis: axis, filling: 0), gradient,
    ])
  }
}

/// The place of the first extreme so far along an axis.
struct CumulativeExtreme: Operation {
  let axis: Int
  let smallest: Bool

  var name: String { smallest ? "cummin" : "cummax" }
  var attributes: String { "axis: \(axis)" }
  var keeps: Keeping { .nothing }
  var canAdd: Bool { false }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    let x = operands[0]
    try x.require(name)
    try x.requireAxis(name, axis)
    guard x.scalarType != .uint8 else {
      throw TensorError(
        name, "uint8 tensors such as \(x.shape) are stored and converted, not computed with",
        remedy: "Convert with cast(to: .int64) first")
    }
    return TensorSpec(x.layout.contiguous, .int64)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    result.perform(.cumulativeExtreme(axis: axis, smallest: smallest), operands)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {}
}

extension Tensor {
  /// Throws unless `axis`, counted from the front, exists.
  func requireAxis(_ operation: String, _ axis: Int) throws {
    guard !shape.indices.contains(axis) else { return }
    throw Shape.missing(axis: axis, of: shape, operation)
  }

  /// An axis counted from the front, where it exists.
  func place(of axis: Int, _ operation: String) throws -> Int {
    try require(operation)
    guard let place = Shape.normalized(axis, rank: rank) else {
      throw Shape.missing(axis: axis, of: shape, operation)
    }
    return place
  }

  /// The elements one place further along an axis (`by` 1) or one nearer (-1), with a number where
  /// none came.
  func moved(by step: Int, axis: Int, filling value: Double) throws -> Tensor {
    let size = shape[axis]
    guard size > 0 else { return self }
    var edge = shape
    edge[axis] = 1
    let filling = try Tensor.full([], value, scalarType).broadcast(to: edge)
    let kept = try step > 0 ? slice(0..<(size - 1), axis: axis) : slice(1..<size, axis: axis)
    return try concatenate(step > 0 ? [filling, kept] : [kept, filling], axis: axis)
  }
}
