import Ligature

extension Mutant {
  /// Layers that return or pass back what is no number.
  static let values: [Mutant] = [
    .function(.finiteValues, "a logarithm of a size") { x, gain, _ in try log(abs(x)) * gain },
    .function(.finiteValues, "a square root whose slope is infinite at zero") { x, gain, _ in
      try sqrt(square(x)) * gain
    },
    .function(.finiteValues, "a division by a norm") { x, gain, _ in
      try x / sqrt(square(x).sum(-1, keepingAxes: true)) * gain
    },
    .function(.finiteValues, "a division by a deviation that may be zero") { x, gain, _ in
      let centered = try x - x.mean(-1, keepingAxes: true)
      return try centered / sqrt(square(centered).mean(-1, keepingAxes: true)) * gain
    },
    .function(.finiteValues, "a reciprocal") { x, gain, _ in try gain / x },
    .function(.finiteValues, "infinity as a mask, in training") { x, gain, context in
      let masked = try select(x .> 0, x * gain, .full(x.shape, -.infinity, x.scalarType))
      return context.isTraining ? masked : try x * gain
    },
    .function(.finiteValues, "a chosen branch whose other branch has no finite slope") {
      x, gain, _ in
      try select(x .> 0, log(x), x * 0) * gain
    },
  ]
}
