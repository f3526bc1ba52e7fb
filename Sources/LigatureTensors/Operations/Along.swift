// Operations that pick elements along an axis by indices of their own for every line. The indices
// are int64, counted from the front, and valid.

/// Of [source, indices] of one rank: the elements that the indices name.
struct TakeAlong: Operation {
  let axis: Int

  var name: String { "gathered" }
  var attributes: String { "along: \(axis)" }
  var keeps: Keeping { .second }
  var canAdd: Bool { false }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    try operands[0].require(name)
    return TensorSpec(operands[1].layout.contiguous, operands[0].scalarType)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    result.perform(.takeAlong(axis: axis), operands)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    try pull.add(
      SpreadAlong(shape: pull.shape(0), axis: axis), [gradient, pull.operand(1).detached], to: 0)
  }
}

/// Of [source, indices]: zeros of a shape with the source added where the indices say.
struct SpreadAlong: Operation {
  let shape: [Int]
  let axis: Int

  var name: String { "scatterAdded" }
  var attributes: String { "in: \(shape), along: \(axis)" }
  var keeps: Keeping { .second }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    TensorSpec(shape, operands[0].scalarType)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    if !adding { result.perform(.fill(0)) }
    result.perform(.putAddingAlong(axis: axis), operands)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    try pull.add(TakeAlong(axis: axis)([gradient, pull.operand(1).detached]), to: 0)
  }
}

/// Of [target, source, indices]: the target with elements of the source in the places that the
/// indices name; of several for one place the last.
struct PutAlong: Operation {
  let axis: Int

  var name: String { "scattered" }
  var attributes: String { "along: \(axis)" }
  var keeps: Keeping { .third }
  var canAdd: Bool { false }

  func output(of operands: [Tensor]) throws -> TensorSpec { TensorSpec(like: operands[0]) }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    result.perform(.copy, [operands[0]])
    result.perform(.putAlong(axis: axis), [operands[1], operands[2]])
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    let indices = pull.operand(2).detached
    if pull.needs(0) {
      let nothing = try Tensor.zeros([], gradient.scalarType).broadcast(to: indices.shape)
      try pull.add(PutAlong(axis: axis)([gradient, nothing, indices]), to: 0)
    }
    guard pull.needs(1) else { return }
    // Who is found where it was put was the last one there.
    let numbers = try Tensor.range(0..<indices.count).reshaped(to: indices.shape)
    let board = try Tensor.full(pull.shape(0), -1, .int64)
    let found = try TakeAlong(axis: axis)([
      PutAlong(axis: axis)([board, numbers, indices]), indices,
    ])
    let stays = try (found .== numbers).cast(to: gradient.scalarType)
    try pull.add(TakeAlong(axis: axis)([gradient, indices]) * stays, to: 1)
  }
}
