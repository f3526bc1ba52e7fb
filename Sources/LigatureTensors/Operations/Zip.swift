/// A function of two tensors, element by element, with broadcasting.
struct Zip: Operation {
  let function: ZipFunction

  init(_ function: ZipFunction) { self.function = function }

  var name: String { function.name }

  var keeps: Keeping {
    switch function {
    case .multiply, .maximum, .minimum: .operands
    case .divide: [.second, .result]
    case .power, .hypot: [.operands, .result]
    case .remainder, .atan2: .operands
    default: .nothing
    }
  }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    try Zip.common(name, operands[0], operands[1])
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    result.perform(.zip(function), operands, adding: adding)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    let shapes = (pull.shape(0), pull.shape(1))
    switch function {
    case .add:
      try pull.add(gradient.summed(to: shapes.0), to: 0)
      try pull.add(gradient.summed(to: shapes.1), to: 1)
    case .subtract:
      try pull.add(gradient.summed(to: shapes.0), to: 0)
      try pull.add((-gradient).summed(to: shapes.1), to: 1)
    case .multiply:
      try addProduct(gradient, pull.operand(1), shapes.0, to: 0, pull)
      try addProduct(gradient, pull.operand(0), shapes.1, to: 1, pull)
    case .divide:
      let share = try gradient / pull.operand(1)
      try pull.add(share.summed(to: shapes.0), to: 0)
      if pull.needs(1) { try pull.add((-(share * pull.result)).summed(to: shapes.1), to: 1) }
    case .power: try differentiatePower(gradient, pull)
    case .maximum: try differentiateExtreme(gradient, pull, wins: .greater)
    case .minimum: try differentiateExtreme(gradient, pull, wins: .less)
    case .remainder:
      try pull.add(gradient.summed(to: shapes.0), to: 0)
      if pull.needs(1) {
        let turns = try floor(pull.operand(0).detached / pull.operand(1).detached)
        try pull.add((-(gradient * turns)).summed(to: shapes.1), to: 1)
      }
    case .atan2: try differentiateAngle(gradient, pull)
    case .hypot: try differentiateLength(gradient, pull)
    case .less, .lessEqual, .greater, .greaterEqual, .equal, .notEqual: break
    }
  }

  private func addProduct(
    _ gradient: Tensor, _ factor: Tensor, _ shape: [Int], to number: Int, _ pull: PullBack
  ) throws {
    guard pull.needs(number) else { return }
    if shape == gradient.shape {
      try pull.add(Zip(.multiply), [gradient, factor], to: number)
    } else {
      try pull.add((gradient * factor).summed(to: shape), to: number)
    }
  }

  private func differentiatePower(_ gradient: Tensor, _ pull: PullBack) throws {
    let (base, exponent) = (pull.operand(0), pull.operand(1))
    if pull.needs(0) {
      // To the power 0 everything is 1, also 0, whose slope would come out as 0 · infinity.
      let zero = try Tensor.zeros([], base.scalarType)
      let slope = try select(exponent .== 0, zero, exponent * pow(base, exponent - 1))
      try pull.add((gradient * slope).summed(to: base.shape), to: 0)
    }
    if pull.needs(1) {
      // 0 to any power has no slope in the exponent; log(0) must not make it NaN.
      let isPositive = try base .> 0
      let one = try Tensor.ones([], base.scalarType)
      let logarithm = try log(select(isPositive, base, one))
      try pull.add((gradient * pull.result * logarithm).summed(to: exponent.shape), to: 1)
    }
  }

  /// The angle of a point (x, y) turns by (x dy - y dx) / (x² + y²).
  private func differentiateAngle(_ gradient: Tensor, _ pull: PullBack) throws {
    let (y, x) = (pull.operand(0), pull.operand(1))
    let share = try gradient / (square(x) + square(y))
    if pull.needs(0) { try pull.add((share * x).summed(to: y.shape), to: 0) }
    if pull.needs(1) { try pull.add((-(share * y)).summed(to: x.shape), to: 1) }
  }

  /// At (0, 0) a length has no slope, and 0 is taken for it.
  private func differentiateLength(_ gradient: Tensor, _ pull: PullBack) throws {
    let one = try Tensor.ones([], gradient.scalarType)
    let length = try select(pull.result.detached .== 0, one, pull.result)
    let share = try gradient / length
    for number in 0..<2 where pull.needs(number) {
      let side = pull.operand(number)
      try pull.add((share * side).summed(to: side.shape), to: number)
    }
  }

  private func differentiateExtreme(
    _ gradient: Tensor, _ pull: PullBack, wins: ZipFunction
  ) throws {
    let (left, right) = (pull.operand(0).detached, pull.operand(1).detached)
    let tie = try Zip(.equal)([left, right]) * 0.5
    let first = try Zip(wins)([left, right]) + tie
    let second = try Zip(wins)([right, left]) + tie
    try pull.add((gradient * first).summed(to: left.shape), to: 0)
    try pull.add((gradient * second).summed(to: right.shape), to: 1)
  }

  /// Type and shape that two operands are stretched to; throws when they do not fit or cannot be
  /// computed with.
  static func common(
    _ name: String, _ a: Tensor, _ b: Tensor, computing: Bool = true
  ) throws -> TensorSpec {
    try a.require(name)
    try b.require(name)
    guard a.scalarType == b.scalarType else {
      throw TensorError(
        name, "one operand is \(a.scalarType) \(a.shape), the other \(b.scalarType) \(b.shape)",
        remedy: "Convert one with cast(to:)")
    }
    guard !computing || a.scalarType != .uint8 else {
      throw TensorError(
        name, "uint8 tensors such as \(a.shape) are stored and converted, not computed with",
        remedy: "Convert with cast(to: .float32) first")
    }
    if a.layout === b.layout || a.shape == b.shape { return TensorSpec(like: a) }
    guard let shape = Shape.broadcast(a.shape, b.shape) else {
      throw TensorError(
        name, "shapes \(a.shape) and \(b.shape) do not fit",
        remedy: "Sizes must be equal or 1, counted from the last axis")
    }
    if shape == a.shape { return TensorSpec(like: a) }
    if shape == b.shape { return TensorSpec(like: b) }
    try Tensor.validate(shape, name)
    return TensorSpec(shape, a.scalarType)
  }
}

/// Of [mask, a, b]: a where the mask is not 0, else b. The mask is a constant.
struct Select: Operation {
  var name: String { "select" }
  var canAdd: Bool { false }
  var keeps: Keeping { .first }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    let mask = operands[0]
    let values = try Zip.common(name, operands[1], operands[2], computing: false)
    try mask.require(name)
    guard mask.scalarType == values.scalarType,
      let shape = Shape.broadcast(mask.shape, values.shape)
    else {
      throw TensorError(
        name,
        "a mask of \(mask.scalarType) \(mask.shape) does not fit values of \(values.scalarType) "
          + "\(values.shape)",
        remedy: "Make the mask by comparing tensors of the values' type and shape")
    }
    try Tensor.validate(shape, name)
    return TensorSpec(shape, values.scalarType)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    result.perform(.select, operands)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    let mask = pull.operand(0)
    let zero = try Tensor.zeros([], gradient.scalarType)
    if pull.needs(1) {
      try pull.add(select(mask, gradient, zero).summed(to: pull.shape(1)), to: 1)
    }
    if pull.needs(2) {
      try pull.add(select(mask, zero, gradient).summed(to: pull.shape(2)), to: 2)
    }
  }
}
