import Foundation
import LigatureKernels
import Testing

extension KernelTests {
  @Suite struct Losses {
    /// Sizes around the blocks in which losses are summed.
    static let sizes = raggedSizes + [1023, 1024, 1025, 2200]

    @Test(
      "the cross-entropy of logits equals its stable form, and its gradient sigmoid - target",
      arguments: Configuration.all)
    func logits(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        var numbers = Numbers(seed: 14)
        for size in Self.sizes {
          let z: [S] = numbers.array(size, from: -25, to: 25)
          let t: [S] = numbers.array(size, from: 0, to: 1)
          var gradient = [S](repeating: 0, count: size)
          let loss = lk_binary_cross_entropy_logits(S.kind, size, z, t, 0.5, &gradient)
          #expect(lk_binary_cross_entropy_logits(S.kind, size, z, t, 0.5, nil) == loss)
          var expected = 0.0
          for (z, t) in zip(z.map(Double.init), t.map(Double.init)) {
            expected += max(z, 0) - z * t + log1p(exp(-abs(z)))
          }
          #expect(abs(loss - expected) <= 4 * S.tolerance * (1 + expected))
          let slopes = zip(z, t).map { 0.5 * (Double(wideSigmoid(Wide($0))) - Double($1)) }
          expectClose(gradient, slopes, tolerance: S.tolerance, "gradient")
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("the cross-entropy of probabilities clamps them first", arguments: Configuration.all)
    func probabilities(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        var numbers = Numbers(seed: 15)
        let epsilon = 0.015625
        for size in Self.sizes {
          let p: [S] = numbers.array(size, from: 0, to: 1)
          let t: [S] = numbers.array(size, from: 0, to: 1)
          var gradient = [S](repeating: 0, count: size)
          let loss = lk_binary_cross_entropy(S.kind, size, p, t, epsilon, 2, &gradient)
          let clamped = p.map { min(max(Double($0), epsilon), 1 - epsilon) }
          var expected = 0.0
          for (p, t) in zip(clamped, t.map(Double.init)) {
            expected -= t * log(p) + (1 - t) * log1p(-p)
          }
          #expect(abs(loss - expected) <= 4 * S.tolerance * (1 + expected))
          let slopes = zip(clamped, t).map { 2 * ($0 - Double($1)) / ($0 * (1 - $0)) }
          expectClose(gradient, slopes, tolerance: 16 * S.tolerance, "gradient")
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test(
      "the squared error and its gradient equal their definitions", arguments: Configuration.all)
    func squaredError(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        var numbers = Numbers(seed: 16)
        for size in Self.sizes {
          let a: [S] = numbers.array(size)
          let b: [S] = numbers.array(size)
          var gradient = [S](repeating: 0, count: size)
          let loss = lk_squared_error(S.kind, size, a, b, 0.25, &gradient)
          let differences = zip(a, b).map { Double($0) - Double($1) }
          let expected = differences.reduce(0) { $0 + $1 * $1 }
          #expect(abs(loss - expected) <= 4 * S.tolerance * (1 + expected))
          expectClose(gradient, differences.map { 0.5 * $0 }, tolerance: S.tolerance, "gradient")
        }
      }
      configuration.run { body(configuration.scalar) }
    }
  }
}
