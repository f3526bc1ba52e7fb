// The operations that pooling is made of.

/// Where in each window the largest element is.
struct MaximumPlaces: Operation {
  let windows: SpatialWindows

  var name: String { "maximumPooling" }
  var attributes: String { "\(windows.size) to \(windows.output)" }
  var keeps: Keeping { .nothing }
  var canAdd: Bool { false }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    let x = operands[0]
    try x.requireFloatingPoint(name)
    guard x.rank == windows.size.count + 2, Array(x.shape[1..<(x.rank - 1)]) == windows.size else {
      throw TensorError(
        name, "an image of shape \(x.shape) came, expected [batch, \(windows.size), channels]",
        remedy: "Give an image of these sizes")
    }
    let shape = [x.shape[0]] + windows.output + [x.shape[x.rank - 1]]
    try Tensor.validate(shape, name)
    return TensorSpec(shape, .int64)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    if result.count > 0 { result.perform(.maximumPlaces(windows), operands) }
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {}
}

/// Of [x, int64 places]: elements of images by their places within observation and channel.
struct TakePlaces: Operation {
  var name: String { "maximumPooling" }
  var keeps: Keeping { .second }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    try operands[0].requireFloatingPoint(name)
    return TensorSpec(operands[1].shape, operands[0].scalarType)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    result.perform(.takePlaces, operands, adding: adding)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    try pull.add(
      AddPlaces(shape: pull.shape(0)), [gradient, pull.operand(1).detached], to: 0)
  }
}

/// Of [y, int64 places]: zeros of a shape with y added where the places say.
struct AddPlaces: Operation {
  let shape: [Int]

  var name: String { "maximumUnpooling" }
  var attributes: String { "in: \(shape)" }
  var keeps: Keeping { .second }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    try operands[0].requireFloatingPoint(name)
    return TensorSpec(shape, operands[0].scalarType)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    if !adding { result.perform(.fill(0)) }
    result.perform(.addPlaces, operands)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    try pull.add(TakePlaces(), [gradient, pull.operand(1).detached], to: 0)
  }
}
