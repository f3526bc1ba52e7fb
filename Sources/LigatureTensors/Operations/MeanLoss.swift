/// The mean of a loss over all elements of [predictions, targets].
struct MeanLoss: Operation {
  let loss: FusedLoss
  let name: String

  var keeps: Keeping { .operands }
  var canAdd: Bool { false }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    try requireEqual(name, operands[0], operands[1])
    return TensorSpec([], operands[0].scalarType)
  }

  func evaluate(
    _ operands: [Tensor], as spec: TensorSpec, extras: inout [Tensor], isRecorded: Bool
  ) throws -> Tensor {
    let predictions = operands[0]
    let result = Tensor(uninitialized: spec)
    if isRecorded { try Tensor.requireMemory(for: TensorSpec(like: predictions), name) }
    if isRecorded { extras = [Tensor(uninitialized: TensorSpec(like: predictions))] }
    result.perform(.loss(loss, scale: 1 / Double(predictions.count)), operands, extras)
    return result
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    let (x, t) = (pull.operand(0), pull.operand(1))
    if pull.needs(0) {
      if pull.isRecorded(gradient, x, t) {
        try pull.add(gradient * slope(x, t) * (1 / Double(x.count)), to: 0)
      } else if pull.isUnit {
        try pull.add(pull.extras[0], to: 0)
      } else {
        try pull.add(Zip(.multiply), [pull.extras[0], gradient], to: 0)
      }
    }
    if pull.needs(1) {
      try pull.add(gradient * targetSlope(x, t) * (1 / Double(x.count)), to: 1)
    }
  }

  /// The derivative of the loss of each element in its prediction.
  private func slope(_ x: Tensor, _ t: Tensor) throws -> Tensor {
    switch loss {
    case .binaryCrossEntropyOfLogits: return try sigmoid(x) - t
    case .binaryCrossEntropy(let epsilon):
      let p = try clamp(x, to: epsilon...(1 - epsilon))
      let isInside = try (x .>= epsilon) * (x .<= 1 - epsilon)
      return try isInside * (p - t) / (p * (1 - p))
    case .squaredError: return try (x - t) * 2
    }
  }

  /// The derivative of the loss of each element in its target.
  private func targetSlope(_ x: Tensor, _ t: Tensor) throws -> Tensor {
    switch loss {
    case .binaryCrossEntropyOfLogits: return try -x
    case .binaryCrossEntropy(let epsilon):
      let p = try clamp(x, to: epsilon...(1 - epsilon))
      return try log(1 - p) - log(p)
    case .squaredError: return try (t - x) * 2
    }
  }
}

/// Throws unless predictions and targets are numbers of one type and shape.
func requireEqual(_ name: String, _ a: Tensor, _ b: Tensor) throws {
  try a.requireFloatingPoint(name)
  try b.require(name)
  guard a.shape == b.shape, a.scalarType == b.scalarType else {
    throw TensorError(
      name,
      "predictions are \(a.scalarType) \(a.shape), targets \(b.scalarType) \(b.shape)",
      remedy: "Give targets of the predictions' shape and type")
  }
}
