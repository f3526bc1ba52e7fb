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
