/// The places of elements in order along an axis. Equal elements keep their order, and NaN counts
/// as larger than any number.
struct ArgSort: Operation {
  let axis: Int
  let descending: Bool

  var name: String { "argsort" }
  var attributes: String { "axis: \(axis)" + (descending ? ", descending" : "") }
  var keeps: Keeping { .nothing }
  var canAdd: Bool { false }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    try operands[0].require(name)
    try operands[0].requireAxis(name, axis)
    return TensorSpec(operands[0].layout.contiguous, .int64)
  }

  func evaluate(
    _ operands: [Tensor], as spec: TensorSpec, extras: inout [Tensor], isRecorded: Bool
  ) throws -> Tensor {
    // Beside the result, a line's keys and two orders of them.
    try Tensor.requireMemory(bytes: 24 * spec.shape[axis], name, spec.shape)
    if !operands[0].isContiguous {
      try Tensor.requireMemory(for: TensorSpec(like: operands[0]), name)
    }
    try Tensor.requireMemory(for: spec, name)
    let result = Tensor(uninitialized: spec)
    result.perform(.argsort(axis: axis, descending: descending), operands)
    return result
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {}
}

/// Of [sorted, values]: the places of values in sorted lines.
struct SearchSorted: Operation {
  let right: Bool

  var name: String { "searchSorted" }
  var attributes: String { right ? "right" : "" }
  var keeps: Keeping { .nothing }
  var canAdd: Bool { false }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    let (sorted, values) = (operands[0], operands[1])
    try sorted.require(name)
    try values.require(name)
    guard sorted.scalarType == values.scalarType else {
      throw TensorError(
        name,
        "the sorted tensor is \(sorted.scalarType) \(sorted.shape), the values "
          + "\(values.scalarType) \(values.shape)",
        remedy: "Convert one with cast(to:)")
    }
    guard
      sorted.rank == 1
        || sorted.rank > 1 && sorted.shape.dropLast() == values.shape.dropLast()
          && sorted.rank == values.rank
    else {
      throw TensorError(
        name, "sorted lines of shape \(sorted.shape) do not fit values of shape \(values.shape)",
        remedy: "Give one sorted vector, or as many lines as the values have, of the same sizes "
          + "but the last")
    }
    return TensorSpec(values.layout.contiguous, .int64)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    result.perform(.searchSorted(right: right), operands)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {}
}
