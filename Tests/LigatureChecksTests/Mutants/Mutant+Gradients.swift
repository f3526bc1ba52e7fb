import Ligature

extension Mutant {
  private static func linear(
    _ name: String, _ options: CheckOptions = CheckOptions(), _ inputs: Int = 5,
    _ outputs: Int = 4, _ formula: @escaping HandwrittenLinear.Formula
  ) -> Mutant {
    Mutant(.gradientValues, name, on: [Layout("BC", [nil, inputs])], options) {
      try HandwrittenLinear(inputs, outputs, backward: formula)
    }
  }

  private static func map(
    _ name: String, _ function: @escaping @Sendable (Tensor) throws -> Tensor,
    backward: @escaping @Sendable (_ gradient: Tensor, _ x: Tensor) throws -> Tensor
  ) -> Mutant {
    Mutant(.gradientValues, name) {
      HandwrittenFunction<Tensor>({ [try function($0[0])] }) { [try backward($0[0], $1[0])] }
    }
  }

  /// Gradients with wrong numbers.
  static let gradients: [Mutant] = [
    linear(
      "a weight gradient too large by a thousandth", CheckOptions(), 5, 4,
      HandwrittenLinear.changing("weights") { try $0 * 1.001 }),
    linear(
      "a weight gradient too large by a hundred-thousandth", CheckOptions(), 5, 4,
      HandwrittenLinear.changing("weights") { try $0 * 1.00001 }),
    linear(
      "the bias's gradient with the wrong sign", CheckOptions(), 5, 4,
      HandwrittenLinear.changing("bias") { try $0 * -1 }),
    linear("the mean over the batch in place of the sum") { gradient, x, weights in
      var result = try HandwrittenLinear.right(gradient, x, weights)
      result.learnables["bias"] = try gradient.mean(0)
      return result
    },
    linear("the first observation in place of the sum over the batch") { gradient, x, weights in
      var result = try HandwrittenLinear.right(gradient, x, weights)
      result.learnables["bias"] = try gradient.at(0, axis: 0)
      return result
    },
    linear("a product that leaves the transpose out, at equal sizes", CheckOptions(), 4, 4) {
      gradient, x, weights in
      var result = try HandwrittenLinear.right(gradient, x, weights)
      result.inputs = [try matmul(gradient, weights)]
      return result
    },
    linear(
      "a weight gradient that is its own transpose, at equal sizes", CheckOptions(), 4, 4,
      HandwrittenLinear.changing("weights") { $0.transposed }),
    linear(
      "one wrong element of a large gradient", CheckOptions(), 9, 8,
      HandwrittenLinear.changing("weights") { gradient in
        var mask = [Double](repeating: 1, count: gradient.count)
        mask[37] = 0.9
        return try gradient * Tensor(mask, shape: gradient.shape).cast(to: gradient.scalarType)
      }),
    linear(
      "a gradient that is wrong for many observations only",
      CheckOptions(observationCounts: [1, 3, 9])
    ) { gradient, x, weights in
      var result = try HandwrittenLinear.right(gradient, x, weights)
      if x.shape[0] > 8 { result.inputs = [try matmul(gradient, weights.transposed) * 0.5] }
      return result
    },
    linear("a gradient that is wrong for one observation only") { gradient, x, weights in
      var result = try HandwrittenLinear.right(gradient, x, weights)
      if x.shape[0] == 1 { result.inputs = [try matmul(gradient, weights.transposed) * 0.5] }
      return result
    },
    linear(
      "a learnable that the backward forgets", CheckOptions(), 5, 4,
      HandwrittenLinear.changing("bias") { _ in nil }),
    linear("no gradient for the input") { gradient, x, weights in
      var result = try HandwrittenLinear.right(gradient, x, weights)
      result.inputs = [nil]
      return result
    },
    linear(
      "a clipped gradient", CheckOptions(), 5, 4,
      HandwrittenLinear.changing("weights") { try clamp($0, to: -0.1...0.1) }),
    map("a leaky slope that the backward does not know", { try leakyReLU($0, slope: 0.1) }) {
      try select($1 .> 0, $0, $0 * 0.01)
    },
    map("a rectifier whose backward lets everything through", { try relu($0) }) { gradient, _ in
      gradient
    },
    map("an absolute value without the sign of its slope", { try abs($0) }) { gradient, _ in
      gradient
    },
    map("a softmax whose backward leaves out the sum", { try softmax($0) }) { gradient, x in
      let y = try softmax(x)
      return try gradient * y * (1 - y)
    },
    map("a hyperbolic tangent differentiated at its output twice", { try tanh($0) }) {
      try $0 * (1 - square(tanh(tanh($1))))
    },
    Mutant(.gradientValues, "two inputs whose gradients are exchanged", on: [.features, .features])
    {
      HandwrittenFunction<[Tensor]>(inputs: 2, { [try $0[0] * $0[1]] }) { gradients, inputs in
        [try gradients[0] * inputs[0], try gradients[0] * inputs[1]]
      }
    },
    Mutant(.gradientValues, "a second output that the backward forgets") {
      HandwrittenFunction<Tensor>(outputs: 2, { [try $0[0] * 2, try square($0[0])] }) {
        gradients, _ in [try gradients[0] * 2]
      }
    },
    .function(.gradientValues, "a value detached from the pass") { x, gain, _ in
      try x.detached * gain
    },
    .function(.gradientValues, "a value taken out of the pass with doubles()") { x, gain, _ in
      let scale = try x.doubles().map { $0 * $0 }.reduce(0, +) / Double(max(x.count, 1))
      return try x * gain * (scale + 1)
    },
    .function(.gradientValues, "a normalisation whose mean is detached", on: [.sequences]) {
      x, gain, _ in try (x - x.mean(-1, keepingAxes: true).detached) * gain
    },
    .function(.gradientValues, "a recurrence that forgets its past", on: [.shortSequences]) {
      x, gain, _ in
      var hidden = try x.at(0, axis: 1)
      for step in 1..<x.shape[1] { hidden = try tanh(x.at(step, axis: 1) + hidden.detached * gain) }
      return hidden
    },
    .function(.gradientValues, "a computation in single precision inside") { x, gain, _ in
      try (x * gain).cast(to: .float32).cast(to: x.scalarType) * 2
    },
    Mutant(.gradientValues, "a backward that is wrong in inference only") {
      PhaseDependentBackward()
    },
  ]
}

/// Twice the input; its backward forgets the factor in inference.
private struct PhaseDependentBackward: CustomBackward {
  func forward(
    remembering x: Tensor, in context: Context
  ) throws -> (output: Tensor, memory: Bool) { (try x * 2, context.isTraining) }

  func backward(_ gradients: [Tensor], memory isTraining: Bool) throws -> LayerGradients {
    LayerGradients(inputs: [isTraining ? try gradients[0] * 2 : gradients[0]])
  }
}
