/// activation(a · b + bias) of [a, b] or [a, b, bias], batch by batch.
struct Product: Operation {
  let name: String
  let activation: FusedActivation

  init(_ name: String, activation: FusedActivation = .identity) {
    self.name = name
    self.activation = activation
  }

  var readsTransposes: Bool { true }

  /// Of a sigmoid also the bias, which a loss goes back to.
  var keeps: Keeping {
    switch activation {
    case .identity: [.first, .second]
    case .sigmoid: [.operands, .result]
    case .relu, .tanh: [.first, .second, .result]
    }
  }

  var attributes: String { activation == .identity ? "" : "activation: \(activation)" }

  /// The product with rows of a left operand that meets one matrix as one long matrix: [batch,
  /// time, features].
  func applied(_ a: Tensor, _ b: Tensor, bias: Tensor? = nil) throws -> Tensor {
    let operands = bias.map { [a, b, $0] } ?? [a, b]
    guard !a.isDeferred, !b.isDeferred, b.rank == 2, a.rank > 2 else { return try self(operands) }
    try validate(operands)
    let shape = a.shape
    let rows = Shape.count(shape.dropLast())
    let flat = try a.reshaped(to: [rows, shape[shape.count - 1]])
    let product = try self(bias.map { [flat, b, $0] } ?? [flat, b])
    return try product.reshaped(to: shape.dropLast() + [b.shape[1]])
  }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    try validate(operands)
    let (a, b) = (operands[0], operands[1])
    let (m, n) = (a.shape[a.rank - 2], b.shape[b.rank - 1])
    if a.rank == 2, b.rank == 2 {
      let shape = [m, n]
      try Tensor.validate(shape, name)
      return TensorSpec(shape, a.scalarType)
    }
    guard let batch = Shape.broadcast(Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2)))
    else {
      throw TensorError(
        name, "the batches of \(a.shape) and \(b.shape) do not fit",
        remedy: "Leading sizes must be equal or 1")
    }
    try Tensor.validate(batch + a.shape.suffix(2), name)
    try Tensor.validate(batch + b.shape.suffix(2), name)
    try Tensor.validate(batch + [m, n], name)
    return TensorSpec(batch + [m, n], a.scalarType)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    OperationCount.add(multiplyAdds(of: operands))
    let (a, b) = (operands[0], operands[1])
    guard a.rank > 2 || b.rank > 2 else {
      return result.perform(.product(activation), operands, adding: adding)
    }
    let batch = result.shape.dropLast(2)
    var stretched = operands
    for number in 0..<2 {
      stretched[number] = operands[number].stretched(
        to: batch + operands[number].shape.suffix(2))
    }
    result.perform(.product(activation), stretched, adding: adding)
  }

  func multiplyAdds(of operands: [Tensor]) -> Int {
    let (a, b) = (operands[0], operands[1])
    let matrix = a.shape[a.rank - 2] * a.shape[a.rank - 1] * b.shape[b.rank - 1]
    guard a.rank > 2 || b.rank > 2 else { return matrix }
    let batch =
      Shape.broadcast(Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2))) ?? []
    return Shape.count(batch) * matrix
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    let (left, right) = (pull.operand(0), pull.operand(1))
    let hasBias = pull.operandCount > 2
    var outer = gradient
    if activation != .identity || hasBias && pull.needs(2) {
      outer = try throughEpilogue(gradient, pull, hasBias: hasBias)
    }
    try addShare(pull, 0, outer, right.transposed)
    try addShare(pull, 1, left.transposed, outer)
  }

  /// The gradient before activation and bias, both of whose derivatives are taken in one pass.
  private func throughEpilogue(
    _ gradient: Tensor, _ pull: PullBack, hasBias: Bool
  ) throws -> Tensor {
    let result = activation == .identity ? nil : pull.result
    guard !pull.isRecorded(gradient, result ?? gradient) else {
      let inner =
        try result.flatMap { result in
          try activation.map.map { try gradient * $0.derivative(at: result) }
        } ?? gradient
      if hasBias { try pull.add(inner.summed(to: pull.shape(2)), to: 2) }
      return inner
    }
    let gradient = gradient.contiguous()
    let inner = result == nil ? gradient : Tensor(uninitialized: TensorSpec(like: gradient))
    let operands = [result ?? gradient, gradient]
    if hasBias, pull.needs(2) {
      try pull.accumulate(to: 2, pull.spec(2)) { bias, adding in
        inner.perform(.activationGradient(activation), operands, [bias], adding: adding)
      }
    } else {
      inner.perform(.activationGradient(activation), operands)
    }
    return inner
  }

  /// Adds x · y, summed over stretched batches, to the gradient of operand `number`; for an operand
  /// that was read through a transposed view, the transpose of that.
  private func addShare(_ pull: PullBack, _ number: Int, _ x: Tensor, _ y: Tensor) throws {
    guard pull.needs(number) else { return }
    let isSwapped = pull.isSwapped(number)
    let operands = isSwapped ? [y.transposed, x.transposed] : [x, y]
    var target = pull.shape(number)
    if isSwapped { target.swapAt(target.count - 1, target.count - 2) }
    let product = Product("matmul")
    let isMatrix = target.count == 2 && x.rank == 2 && y.rank == 2
    if try isMatrix || product.output(of: operands).shape == target {
      try pull.add(product, operands, to: number)
    } else {
      try pull.add(product(operands).summed(to: target), to: number)
    }
  }

  private func validate(_ operands: [Tensor]) throws {
    let (a, b) = (operands[0], operands[1])
    try a.requireFloatingPoint(name)
    try b.requireFloatingPoint(name)
    guard a.scalarType == b.scalarType else {
      throw TensorError(
        name, "one operand is \(a.scalarType) \(a.shape), the other \(b.scalarType) \(b.shape)",
        remedy: "Convert one with cast(to:)")
    }
    guard a.rank >= 2, b.rank >= 2 else {
      throw TensorError(
        name, "needs matrices, found shapes \(a.shape) and \(b.shape)",
        remedy: "Reshape a vector to [1, n] or [n, 1]")
    }
    guard a.shape[a.rank - 1] == b.shape[b.rank - 2] else {
      throw TensorError(
        name,
        "the inner sizes differ: \(a.shape) · \(b.shape) "
          + "(\(a.shape[a.rank - 1]) against \(b.shape[b.rank - 2]))",
        remedy: "Transpose an operand, or correct the size before it")
    }
    guard operands.count > 2 else { return }
    let bias = operands[2]
    try bias.requireFloatingPoint(name)
    guard bias.rank == 1, bias.shape[0] == b.shape[b.rank - 1], bias.scalarType == a.scalarType,
      b.rank == 2
    else {
      throw TensorError(
        name,
        "the bias is \(bias.scalarType) \(bias.shape), the weights \(b.scalarType) \(b.shape)",
        remedy: "Give a bias of shape [outputs] and the weights' type")
    }
  }
}
