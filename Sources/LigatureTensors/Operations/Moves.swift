// Operations that copy elements to other places.

/// Tensors one after another along an axis.
struct Concatenate: Operation {
  /// Counted from the front, and as the caller spelled it.
  let axis: Int
  let spelledAxis: Int

  var name: String { "concatenate" }
  var attributes: String { "axis: \(axis)" }
  var keeps: Keeping { .nothing }
  var canAdd: Bool { false }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    for operand in operands { try operand.require(name) }
    let first = operands[0]
    var shape = first.shape
    guard shape.indices.contains(axis) else {
      throw Shape.missing(axis: spelledAxis, of: shape, name)
    }
    guard
      operands.allSatisfy({ operand in
        operand.rank == first.rank && operand.scalarType == first.scalarType
          && shape.indices.allSatisfy { $0 == axis || operand.shape[$0] == shape[$0] }
      })
    else {
      throw TensorError(
        name,
        "\(operands.map { "\($0.scalarType) \($0.shape)" }.joined(separator: ", ")) do not fit "
          + "along axis \(spelledAxis)",
        remedy: "All sizes but that axis's, and the scalar types, must be equal")
    }
    // Views may say sizes that no memory has.
    for operand in operands.dropFirst() {
      let (sum, overflows) = shape[axis].addingReportingOverflow(operand.shape[axis])
      shape[axis] = overflows ? .max : sum
    }
    try Tensor.validate(shape, name)
    return TensorSpec(shape, first.scalarType)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    let strides = result.strides
    var start = 0
    for operand in operands {
      result.view(shape: operand.shape, strides: strides, offset: start * strides[axis])
        .perform(.copy, [operand])
      start += operand.shape[axis]
    }
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    var start = 0
    for number in 0..<pull.operandCount {
      let size = pull.shape(number)[axis]
      try pull.add(gradient.slice(start..<(start + size), axis: axis), to: number)
      start += size
    }
  }
}

/// Of [source, int64 indices]: the elements that the indices name, which are valid.
struct Gather: Operation {
  let axis: Int

  var name: String { "gathered" }
  var attributes: String { "axis: \(axis)" }
  var keeps: Keeping { .second }
  var canAdd: Bool { false }
  var movesElements: Bool { true }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    try operands[0].require(name)
    var shape = operands[0].shape
    shape[axis] = operands[1].count
    try Tensor.validate(shape, name)
    return TensorSpec(shape, operands[0].scalarType)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    result.perform(.gather(axis: axis), operands)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    try pull.add(
      Scatter(shape: pull.shape(0), axis: axis), [gradient, pull.operand(1).detached], to: 0)
  }
}

/// Of [source, int64 indices]: zeros of a shape with the source added where the indices say: the
/// derivative of gathering.
struct Scatter: Operation {
  let shape: [Int]
  let axis: Int

  var name: String { "scattered" }
  var attributes: String { "in: \(shape), axis: \(axis)" }
  var keeps: Keeping { .second }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    TensorSpec(shape, operands[0].scalarType)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    if !adding { result.perform(.fill(0)) }
    result.perform(.scatterAdd(axis: axis), operands)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    try pull.add(Gather(axis: axis)([gradient, pull.operand(1).detached]), to: 0)
  }
}

/// Of [target, source, int64 indices]: the target with the source added where the indices say.
struct ScatterAdd: Operation {
  let axis: Int

  var name: String { "scatterAdded" }
  var attributes: String { "axis: \(axis)" }
  var keeps: Keeping { .third }
  var canAdd: Bool { false }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    let (target, source) = (operands[0], operands[1])
    try target.requireFloatingPoint(name)
    try source.requireFloatingPoint(name)
    var expected = target.shape
    expected[axis] = operands[2].count
    guard source.shape == expected, source.scalarType == target.scalarType else {
      throw TensorError(
        name,
        "the source is \(source.scalarType) \(source.shape), expected \(target.scalarType) "
          + "\(expected)",
        remedy: "Give one element along the axis for each index")
    }
    return TensorSpec(like: target)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    result.perform(.copy, [operands[0]])
    result.perform(.scatterAdd(axis: axis), [operands[1], operands[2]])
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    try pull.add(gradient, to: 0)
    try pull.add(Gather(axis: axis)([gradient, pull.operand(2).detached]), to: 1)
  }
}

/// The same numbers in another scalar type.
struct Cast: Operation {
  let type: ScalarType

  var name: String { "cast" }
  var attributes: String { "to: \(type)" }
  var keeps: Keeping { .nothing }
  var canAdd: Bool { false }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    try operands[0].require(name)
    return TensorSpec(operands[0].layout.contiguous, type)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    result.perform(.convert, operands)
  }

  /// Between floating-point types gradients flow; to integers none does.
  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    let original = pull.spec(0).scalarType
    guard type.isFloatingPoint, original.isFloatingPoint else { return }
    try pull.add(gradient.cast(to: original), to: 0)
  }
}
