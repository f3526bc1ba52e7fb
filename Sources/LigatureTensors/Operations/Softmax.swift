/// Softmax over the last axis, or its logarithm.
struct Softmax: Operation {
  let logarithm: Bool

  var name: String { logarithm ? "logSoftmax" : "softmax" }
  /// Of a softmax also what a loss goes back to.
  var keeps: Keeping { logarithm ? .result : [.first, .result] }
  var canAdd: Bool { false }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    try operands[0].requireFloatingPoint(name)
    return TensorSpec(like: operands[0])
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    result.perform(.softmax(logarithm: logarithm), operands)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    let result = pull.result
    guard pull.isRecorded(gradient, result) else {
      return try pull.add(SoftmaxGradient(logarithm: logarithm), [result, gradient], to: 0)
    }
    if logarithm {
      try pull.add(gradient - exp(result) * gradient.sum(-1, keepingAxes: true), to: 0)
    } else {
      try pull.add(
        result * (gradient - (gradient * result).sum(-1, keepingAxes: true)), to: 0)
    }
  }
}

/// Of [result, gradient]: the gradient of a softmax's operand, in one sweep.
struct SoftmaxGradient: Operation {
  let logarithm: Bool

  var name: String { "gradient of softmax" }
  var keeps: Keeping { .nothing }

  func output(of operands: [Tensor]) throws -> TensorSpec { TensorSpec(like: operands[0]) }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    result.perform(.softmaxGradient(logarithm: logarithm), operands, adding: adding)
  }

  /// Never recorded: where a gradient is differentiated, it is made of other operations.
  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    throw TensorError(
      name, "a fused gradient was differentiated", remedy: "Report this as a fault of the package")
  }
}

/// (x - mean) / sqrt(variance + epsilon) over the last axis.
struct Normalize: Operation {
  let epsilon: Double

  var name: String { "normalized" }
  var attributes: String { "epsilon: \(epsilon)" }
  var keeps: Keeping { [.first, .result] }
  var canAdd: Bool { false }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    let x = operands[0]
    try x.requireFloatingPoint(name)
    guard epsilon.isFinite, epsilon >= 0 else {
      throw TensorError(
        name, "epsilon is \(epsilon)", remedy: "Give a finite number of 0 or more")
    }
    guard let columns = x.shape.last, columns > 0 else {
      throw TensorError(
        name, "shape \(x.shape) has no elements along a last axis",
        remedy: "Give at least one feature")
    }
    return TensorSpec(like: x)
  }

  func evaluate(
    _ operands: [Tensor], as spec: TensorSpec, extras: inout [Tensor], isRecorded: Bool
  ) throws -> Tensor {
    try Tensor.requireMemory(for: spec, name)
    let result = Tensor(uninitialized: spec)
    let rows = [result.count / (spec.shape.last ?? 1)]
    let mean = Tensor(uninitialized: rows, spec.scalarType)
    let inverse = Tensor(uninitialized: rows, spec.scalarType)
    result.perform(.normalizeRows(epsilon: epsilon), operands, [mean, inverse])
    if isRecorded { extras = [inverse] }
    return result
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    let (x, result) = (pull.operand(0), pull.result)
    guard pull.isRecorded(gradient, x, result) else {
      let operands = [result, pull.extras[0], gradient]
      return try pull.accumulate(to: 0, pull.spec(0)) { target, adding in
        target.perform(.normalizeRowsGradient, operands, adding: adding)
      }
    }
    let centred = try x - x.mean(-1, keepingAxes: true)
    let inverse = try reciprocal(
      sqrt(square(centred).mean(-1, keepingAxes: true) + epsilon))
    let scaled = try centred * inverse
    let mean = try gradient.mean(-1, keepingAxes: true)
    let slope = try (gradient * scaled).mean(-1, keepingAxes: true)
    try pull.add(inverse * (gradient - mean - scaled * slope), to: 0)
  }
}
