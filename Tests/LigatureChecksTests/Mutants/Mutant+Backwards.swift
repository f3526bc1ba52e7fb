import Ligature

extension Mutant {
  private static func linear(
    _ kind: CheckKind, _ name: String, _ formula: @escaping HandwrittenLinear.Formula
  ) -> Mutant {
    Mutant(kind, name) { try HandwrittenLinear(backward: formula) }
  }

  /// Backwards that throw, return other sizes, or are no linear function of their argument.
  static let backwards: [Mutant] = [
    linear(.backwardRuns, "a backward that throws for several observations") {
      gradient, x, weights in
      guard x.shape[0] == 1 else { throw LayerError("", "one at a time", remedy: "") }
      return try HandwrittenLinear.right(gradient, x, weights)
    },
    linear(.backwardRuns, "a backward that throws for one observation") { gradient, x, weights in
      guard x.shape[0] > 1 else { throw LayerError("", "not alone", remedy: "") }
      return try HandwrittenLinear.right(gradient, x, weights)
    },
    linear(.backwardRuns, "a backward that returns too few gradients") { gradient, x, weights in
      var result = try HandwrittenLinear.right(gradient, x, weights)
      result.inputs = []
      return result
    },
    linear(.backwardRuns, "a backward that names a learnable there is not") {
      gradient, x, weights in
      var result = try HandwrittenLinear.right(gradient, x, weights)
      result.learnables["weight"] = result.learnables.removeValue(forKey: "weights")
      return result
    },
    linear(.gradientSizes, "a squeeze that one observation makes a number") {
      gradient, x, weights in
      var result = try HandwrittenLinear.right(gradient, x, weights)
      result.learnables["bias"] = try gradient.squeezed().sum(0)
      return result
    },
    linear(.gradientSizes, "a bias gradient without the sum over the batch") {
      gradient, x, weights in
      var result = try HandwrittenLinear.right(gradient, x, weights)
      result.learnables["bias"] = gradient
      return result
    },
    linear(
      .gradientSizes, "a gradient that is transposed",
      HandwrittenLinear.changing("weights") { $0.transposed }),
    linear(
      .gradientSizes, "a gradient of another scalar type",
      HandwrittenLinear.changing("weights") { try $0.cast(to: .float64) }),
    linear(.gradientLinearity, "a backward that ignores its argument") { gradient, x, weights in
      try HandwrittenLinear.right(.ones(gradient.shape, gradient.scalarType), x, weights)
    },
    linear(.gradientLinearity, "a penalty added in the backward") { gradient, x, weights in
      var result = try HandwrittenLinear.right(gradient, x, weights)
      result.learnables["weights"] = try matmul(x.transposed, gradient) + weights * 1e-3
      return result
    },
    linear(
      .gradientLinearity, "a backward that squares its argument",
      HandwrittenLinear.changing("bias") { try square($0) }),
    linear(.gradientLinearity, "a backward that normalises its argument") { gradient, x, weights in
      try HandwrittenLinear.right(sign(gradient), x, weights)
    },
    Mutant(.gradientLinearity, "a backward that needs all its outputs to be used") {
      HandwrittenFunction<Tensor>(outputs: 2, { [try $0[0] * 2, try $0[0] * 3] }) { gradients, _ in
        guard try gradients.allSatisfy({ try abs($0).max().item() > 0 }) else {
          return try gradients.prefix(1).map { try .ones($0.shape, $0.scalarType) }
        }
        return [try gradients[0] * 2 + gradients[1] * 3]
      }
    },
    linear(
      .everyLearnableUsed, "a learnable that the backward forgets",
      HandwrittenLinear.changing("bias") { _ in nil }),
    .function(.everyLearnableUsed, "a learnable that is only read detached") { x, gain, _ in
      try x * gain.detached
    },
    .function(.everyLearnableUsed, "a learnable that nothing reads") { x, _, _ in try x * 2 },
    .function(.solverStep, "a learnable behind floor") { x, gain, _ in try x * floor(gain) },
    .function(.solverStep, "a learnable behind sign") { x, gain, _ in try x * sign(gain) },
    .function(.solverStep, "a learnable behind a multiplication by zero") { x, gain, _ in
      try x + gain * 0
    },
    .function(.solverStep, "a clamp that no input comes through") { x, gain, _ in
      try clamp(x * gain, to: -1e9...(-1e8))
    },
  ]
}
