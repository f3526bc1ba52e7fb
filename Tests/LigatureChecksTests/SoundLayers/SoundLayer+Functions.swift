import Ligature

extension SoundLayer {
  /// Closures, those with kinks and singular points among them.
  static let functions: [SoundLayer] = [
    SoundLayer("a function without learnables") { FunctionLayer { x in try x * sigmoid(x) } },
    .function("a scaled input") { x, gain, _ in try x * gain },
    .function("an absolute value") { x, gain, _ in try abs(x) * gain },
    .function("a maximum over features") { x, gain, _ in
      try (x * gain).max(-1, keepingAxes: true)
    },
    .function("a maximum over time", on: [.sequences], .unpadded) { x, gain, _ in
      try (x * gain).max(1)
    },
    .function("the larger of two") { x, gain, _ in try maximum(x, gain) },
    .function("a clamp") { x, gain, _ in try clamp(x * gain, to: -0.5...0.5) },
    .function("a soft threshold") { x, gain, _ in try sign(x) * relu(abs(x) - 0.3) * gain },
    .function("several kinks in a row") { x, gain, _ in
      try abs(relu(x * gain - 0.2) - abs(x + gain * 0.1)) * gain
    },
    .function("a rectifier with a learned slope") { x, gain, _ in try relu(x) - gain * relu(-x) },
    .function("a choice between branches") { x, gain, _ in try select(x .> 0, x * gain, x * 0.5) },
    .function("a large offset and a small slope") { x, gain, _ in try 1e4 + x * gain * 1e-2 },
    .function("small outputs") { x, gain, _ in try x * gain * 1e-6 },
    .function("strong curvature") { x, gain, _ in try sin(x * gain * 8) },
    .function("a steep sigmoid") { x, gain, _ in try sigmoid(x * gain * 10) },
    .function("an exponential") { x, gain, _ in try exp(x * gain) },
    .function("a product of features") { x, gain, _ in
      try x.slice(0..<1, axis: 1) * x * gain
    },
    .function("a norm with an epsilon") { x, gain, _ in
      try x / sqrt(square(x).sum(-1, keepingAxes: true) + 1e-3) * gain
    },
    .function("a straight count of features") { x, gain, _ in try (x * gain).sum(-1) },
    .function("a penalty over the whole batch", CheckOptions(exceptions: [.mixesObservations])) {
      x, gain, _ in try square(x * gain).mean()
    },
    .function("batch-wide softmax", CheckOptions(exceptions: [.mixesObservations])) { x, gain, _ in
      try softmax(x * gain, axis: 0)
    },
    .function("noise in training", CheckOptions(phasesDiffer: true)) { x, gain, context in
      guard context.isTraining else { return try x * gain }
      var stream = context.randomStream()
      return try x * gain + stream.normal(x.shape, standardDeviation: 0.1, x.scalarType)
    },
    .function("randomness in inference", CheckOptions(exceptions: [.random])) { x, gain, context in
      var stream = context.randomStream()
      return try x * gain * stream.mask(x.shape, keep: 0.5, value: 2, x.scalarType)
    },
    SoundLayer(
      "a learnable that is meant for later", CheckOptions(exceptions: [.unusedLearnables])
    ) {
      FunctionLayer(learnables: ["later": Tensor([1, 2, 3] as [Float])]) { x, _, _ in try x * 2 }
    },
    .function(
      "an output of the values' size",
      CheckOptions(exceptions: [.sizeDependsOnValues, .mixesObservations])
    ) { x, gain, _ in
      let kept = try Swift.max(1, x.doubles().count { $0 > 0 } % 4)
      return try (x * gain).slice(0..<kept, axis: 1)
    },
  ]
}
