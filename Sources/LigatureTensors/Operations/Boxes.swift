// Operations on boxes of memory: borders, mirrored axes, windows, diagonals.

/// A number everywhere in a larger box but for the operand within it.
struct Enclose: Operation {
  let shape: [Int]
  /// Where the operand begins along each axis.
  let start: [Int]
  let value: Double

  var name: String { "padded" }
  var attributes: String { "to: \(shape), from: \(start), value: \(value)" }
  var keeps: Keeping { .nothing }
  var canAdd: Bool { value == 0 }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    try operands[0].require(name)
    return TensorSpec(shape, operands[0].scalarType)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    if !adding { result.perform(.fill(value)) }
    let strides = result.strides
    let offset = zip(start, strides).reduce(0) { $0 + $1.0 * $1.1 }
    result.view(shape: operands[0].shape, strides: strides, offset: offset)
      .perform(.copy, operands, adding: adding)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    guard pull.needs(0) else { return }
    var inside = gradient
    for (axis, size) in pull.shape(0).enumerated() {
      inside = try inside.slice(start[axis]..<(start[axis] + size), axis: axis)
    }
    try pull.add(inside, to: 0)
  }
}

/// Axes in the opposite order.
struct Flip: Operation {
  let axes: [Int]

  var name: String { "flipped" }
  var attributes: String { "axes: \(axes)" }
  var keeps: Keeping { .nothing }
  var movesElements: Bool { true }
  var canAdd: Bool { false }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    try operands[0].require(name)
    return TensorSpec(like: operands[0])
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    let x = operands[0]
    guard x.count > 0 else { return }
    var strides = x.strides
    var offset = x.offset
    for axis in axes {
      offset += (x.shape[axis] - 1) * strides[axis]
      strides[axis] = -strides[axis]
    }
    result.perform(.copy, [x.view(shape: x.shape, strides: strides, offset: offset)])
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    try pull.add(Flip(axes: axes)([gradient]), to: 0)
  }
}

/// Windows of `size` elements, `step` apart along an axis, as a new last axis. They may overlap.
struct Windows: ViewOperation {
  let axis: Int
  let size: Int
  let step: Int

  var name: String { "unfolded" }
  var attributes: String { "axis: \(axis), size: \(size), step: \(step)" }

  static func count(_ length: Int, size: Int, step: Int) -> Int { (length - size) / step + 1 }

  /// Shape and strides of the windows in memory of a shape.
  func layout(of shape: [Int], _ strides: [Int]) -> (shape: [Int], strides: [Int]) {
    var (windows, jumps) = (shape, strides)
    windows[axis] = Windows.count(shape[axis], size: size, step: step)
    jumps[axis] = windows[axis] > 1 ? strides[axis] * step : strides[axis]
    return (windows + [size], jumps + [strides[axis]])
  }

  func view(of x: Tensor) throws -> Tensor {
    try x.require(name)
    let (shape, strides) = layout(of: x.shape, x.strides)
    return x.view(shape: shape, strides: strides)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    try pull.add(Fold(shape: pull.shape(0), windows: self), [gradient], to: 0)
  }
}

/// Zeros of a shape with windows added where they were taken from: the derivative of taking them.
struct Fold: Operation {
  let shape: [Int]
  let windows: Windows

  var name: String { "folded" }
  var attributes: String { "in: \(shape), \(windows.attributes)" }
  var keeps: Keeping { .nothing }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    TensorSpec(shape, operands[0].scalarType)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    if !adding { result.perform(.fill(0)) }
    let (boxes, jumps) = windows.layout(of: shape, result.strides)
    let x = operands[0]
    // Elements of one number in all windows do not overlap.
    for number in 0..<windows.size {
      let part = x.view(
        shape: Array(x.shape.dropLast()), strides: Array(x.strides.dropLast()),
        offset: x.offset + number * x.strides[x.rank - 1])
      result.view(
        shape: Array(boxes.dropLast()), strides: Array(jumps.dropLast()),
        offset: number * jumps[jumps.count - 1]
      ).perform(.copy, [part], adding: true)
    }
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    try pull.add(windows(gradient), to: 0)
  }
}

/// The elements whose places along the last two axes differ by an offset, as a last axis.
struct Diagonal: ViewOperation {
  let offset: Int

  var name: String { "diagonal" }
  var attributes: String { "offset: \(offset)" }

  /// Length, and the first element's row and column.
  static func line(_ rows: Int, _ columns: Int, _ offset: Int) -> (count: Int, Int, Int) {
    let (row, column) = offset < 0 ? (-offset, 0) : (0, offset)
    return (max(0, min(rows - row, columns - column)), row, column)
  }

  /// Where the diagonals lie in memory of a shape.
  func layout(
    of shape: [Int], _ strides: [Int]
  ) -> (shape: [Int], strides: [Int], start: Int) {
    let last = shape.count - 1
    let (count, row, column) = Diagonal.line(shape[last - 1], shape[last], offset)
    return (
      shape.dropLast(2) + [count], strides.dropLast(2) + [strides[last - 1] + strides[last]],
      count > 0 ? row * strides[last - 1] + column * strides[last] : 0
    )
  }

  func view(of x: Tensor) throws -> Tensor {
    try x.require(name)
    let (shape, strides, start) = layout(of: x.shape, x.strides)
    return x.view(shape: shape, strides: strides, offset: x.offset + start)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    try pull.add(OnDiagonal(shape: pull.shape(0), diagonal: self), [gradient], to: 0)
  }
}

/// Zeros of a shape with the operand on a diagonal.
struct OnDiagonal: Operation {
  let shape: [Int]
  let diagonal: Diagonal

  var name: String { "diagonalMatrix" }
  var attributes: String { "in: \(shape), \(diagonal.attributes)" }
  var keeps: Keeping { .nothing }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    try operands[0].require(name)
    return TensorSpec(shape, operands[0].scalarType)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    if !adding { result.perform(.fill(0)) }
    let (shape, strides, start) = diagonal.layout(of: self.shape, result.strides)
    result.view(shape: shape, strides: strides, offset: start)
      .perform(.copy, operands, adding: adding)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    try pull.add(diagonal(gradient), to: 0)
  }
}
