import Foundation
import LigatureKernels
import Testing

/// A function whose error is bounded in units in the last place.
struct AccuracyBound: Sendable, CustomStringConvertible {
  let name: String
  let op: LKMap
  /// Largest error in ulp, for float32 and float64.
  let single: Double
  let double: Double
  var p = 0.0
  let value: @Sendable (Wide) -> Wide

  var description: String { name }

  static let all: [AccuracyBound] = [
    .init(name: "exp", op: LK_EXP, single: 1, double: 1, value: { exp($0) }),
    .init(name: "expm1", op: LK_EXPM1, single: 2, double: 2, value: { expm1($0) }),
    .init(name: "log", op: LK_LOG, single: 1, double: 1, value: { log($0) }),
    .init(name: "log1p", op: LK_LOG1P, single: 1, double: 1, value: { log1p($0) }),
    .init(name: "tanh", op: LK_TANH, single: 1.5, double: 1.5, value: { tanh($0) }),
    .init(name: "sigmoid", op: LK_SIGMOID, single: 2.5, double: 2.5, value: wideSigmoid),
    .init(name: "softplus", op: LK_SOFTPLUS, single: 2, double: 2, value: wideSoftplus),
    .init(name: "gelu", op: LK_GELU, single: 5, double: 5, value: wideGELU),
    .init(name: "sin", op: LK_SIN, single: 0.6, double: 1, value: { sin($0) }),
    .init(name: "cos", op: LK_COS, single: 0.6, double: 1, value: { cos($0) }),
    .init(
      name: "power", op: LK_POWER, single: 0.6, double: 1.5, p: 1.75, value: { pow($0, 1.75) }),
    .init(name: "cube", op: LK_POWER, single: 0.6, double: 1.5, p: 3, value: { $0 * $0 * $0 }),
    .init(
      name: "root", op: LK_POWER, single: 0.6, double: 0.6, p: 0.5, value: { $0.squareRoot() }),
    .init(
      name: "inverse root", op: LK_POWER, single: 0.6, double: 1.5, p: -0.5,
      value: { 1 / $0.squareRoot() }),
    .init(
      name: "steep power", op: LK_POWER, single: 0.6, double: 1.5, p: -57.25,
      value: { pow($0, -57.25) }),
    .init(name: "rsqrt", op: LK_RSQRT, single: 1.5, double: 1.5, value: { 1 / $0.squareRoot() }),
    .init(name: "exp2", op: LK_EXP2, single: 0.6, double: 1, value: { exp2($0) }),
    .init(name: "log2", op: LK_LOG2, single: 0.6, double: 0.6, value: { log2($0) }),
    .init(name: "log10", op: LK_LOG10, single: 0.6, double: 0.6, value: { log10($0) }),
    .init(name: "tan", op: LK_TAN, single: 0.6, double: 2.5, value: { tan($0) }),
    .init(name: "asin", op: LK_ASIN, single: 0.6, double: 3, value: { asin($0) }),
    .init(name: "acos", op: LK_ACOS, single: 0.6, double: 2.5, value: { acos($0) }),
    .init(name: "atan", op: LK_ATAN, single: 0.6, double: 2, value: { atan($0) }),
    .init(name: "sinh", op: LK_SINH, single: 0.6, double: 2.5, value: { sinh($0) }),
    .init(name: "cosh", op: LK_COSH, single: 0.6, double: 2.5, value: { cosh($0) }),
    .init(name: "asinh", op: LK_ASINH, single: 0.6, double: 2, value: { asinh($0) }),
    .init(name: "acosh", op: LK_ACOSH, single: 0.6, double: 3, value: { acosh($0) }),
    .init(name: "atanh", op: LK_ATANH, single: 0.6, double: 2.5, value: { atanh($0) }),
    .init(name: "erf", op: LK_ERF, single: 0.6, double: 3.5, value: { erf($0) }),
  ]
}

extension KernelTests {
  @Suite struct Accuracy {
    @Test(
      "the error stays within its bound in units in the last place",
      arguments: Configuration.all, AccuracyBound.all)
    func bounds(_ configuration: Configuration, _ bound: AccuracyBound) {
      func body<S: KernelScalar>(_: S.Type) {
        // Where the reference is only double, its own rounding counts as well.
        let slack = S.self == Double.self && Wide.self == Double.self ? 1.5 : 0
        let limit = (S.self == Float.self ? bound.single : bound.double) + slack
        var numbers = Numbers(seed: 4)
        var x: [S] = []
        for (low, high) in [(-745.0, 710.0), (-104, 89), (-40, 40), (-8, 8), (-2, 2), (-0.5, 0.5)] {
          x += numbers.array(250, from: low, to: high)
        }
        for _ in 0..<250 { x.append(S(numbers.uniform(-2, 2) * pow(2, numbers.uniform(-120, 0)))) }
        let y = map(bound.op, x, p: bound.p)
        var worst = (error: 0.0, at: S.zero)
        for (x, y) in zip(x, y) {
          let exact = bound.value(Wide(x))
          guard !exact.isNaN else {
            #expect(y.isNaN)
            continue
          }
          let nearest = S(exact)
          guard nearest.magnitude >= .leastNormalMagnitude, nearest.isFinite else { continue }
          let ulp = Wide(S(sign: .plus, exponent: nearest.exponent, significand: S.ulpOfOne))
          let error = Double(abs(Wide(y) - exact) / ulp)
          if !(error <= worst.error) { worst = (error, x) }
        }
        #expect(worst.error <= limit, "\(bound.name)(\(worst.at))")
      }
      configuration.run { body(configuration.scalar) }
    }
  }
}
