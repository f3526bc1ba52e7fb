import Foundation
import LigatureKernels

/// What the kernels' functions are compared with: wider than double where there is such a type.
#if arch(x86_64) && !os(Windows)
  typealias Wide = Float80
#else
  typealias Wide = Double
#endif

/// log(1 + exp(x)).
func wideSoftplus(_ x: Wide) -> Wide { x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)) }
func wideSigmoid(_ x: Wide) -> Wide { x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x)) }
/// x Φ(x).
func wideGELU(_ x: Wide) -> Wide { x * normalDistribution(x) }
func normalDistribution(_ x: Wide) -> Wide { erfc(-x / Wide(2).squareRoot()) / 2 }

func activate(_ x: Double, _ activation: LKActivation, _ parameter: Double) -> Double {
  switch activation {
  case LK_ACT_RELU: max(x, 0)
  case LK_ACT_LEAKY_RELU: x < 0 ? parameter * x : x
  case LK_ACT_TANH: tanh(x)
  case LK_ACT_SIGMOID: Double(wideSigmoid(Wide(x)))
  case LK_ACT_GELU: Double(wideGELU(Wide(x)))
  default: x
  }
}

/// One elementwise map: its plain definition and derivative, where to try it, and its parameters.
struct MapReference: Sendable {
  let op: LKMap
  let name: String
  var domain: ClosedRange<Double> = -6...6
  var p = 0.0
  var q = 0.0
  let value: @Sendable (Double) -> Double
  let derivative: @Sendable (Double) -> Double

  static let all: [MapReference] = [
    .init(op: LK_NEGATE, name: "negate", value: { -$0 }, derivative: { _ in -1 }),
    .init(
      op: LK_ABS, name: "abs", value: { abs($0) }, derivative: { $0 < 0 ? -1 : $0 > 0 ? 1 : 0 }),
    .init(
      op: LK_SIGN, name: "sign", value: { $0 < 0 ? -1 : $0 > 0 ? 1 : 0 }, derivative: { _ in 0 }),
    .init(op: LK_SQUARE, name: "square", value: { $0 * $0 }, derivative: { 2 * $0 }),
    .init(
      op: LK_SQRT, name: "sqrt", domain: 0.1...9, value: { $0.squareRoot() },
      derivative: { 0.5 / $0.squareRoot() }),
    .init(
      op: LK_RECIPROCAL, name: "reciprocal", domain: 0.25...9, value: { 1 / $0 },
      derivative: { -1 / ($0 * $0) }),
    .init(op: LK_EXP, name: "exp", value: { exp($0) }, derivative: { exp($0) }),
    .init(op: LK_EXPM1, name: "expm1", value: { expm1($0) }, derivative: { exp($0) }),
    .init(op: LK_LOG, name: "log", domain: 0.1...9, value: { log($0) }, derivative: { 1 / $0 }),
    .init(
      op: LK_LOG1P, name: "log1p", domain: -0.75...9, value: { log1p($0) },
      derivative: { 1 / (1 + $0) }),
    .init(op: LK_SIN, name: "sin", value: { sin($0) }, derivative: { cos($0) }),
    .init(op: LK_COS, name: "cos", value: { cos($0) }, derivative: { -sin($0) }),
    .init(
      op: LK_TANH, name: "tanh", value: { tanh($0) }, derivative: { 1 - tanh($0) * tanh($0) }),
    .init(
      op: LK_SIGMOID, name: "sigmoid", value: { Double(wideSigmoid(Wide($0))) },
      derivative: { Double(wideSigmoid(Wide($0)) * wideSigmoid(Wide(-$0))) }),
    .init(op: LK_RELU, name: "relu", value: { max($0, 0) }, derivative: { $0 > 0 ? 1 : 0 }),
    .init(
      op: LK_LEAKY_RELU, name: "leaky relu", p: 0.25, value: { $0 < 0 ? 0.25 * $0 : $0 },
      derivative: { $0 > 0 ? 1 : 0.25 }),
    .init(
      op: LK_GELU, name: "gelu", value: { Double(wideGELU(Wide($0))) },
      derivative: {
        Double(normalDistribution(Wide($0))) + $0 * exp(-$0 * $0 / 2) / (2 * Double.pi).squareRoot()
      }),
    .init(
      op: LK_SOFTPLUS, name: "softplus", value: { Double(wideSoftplus(Wide($0))) },
      derivative: { Double(wideSigmoid(Wide($0))) }),
    .init(
      op: LK_CLAMP, name: "clamp", p: -1.5, q: 2.5, value: { min(max($0, -1.5), 2.5) },
      derivative: { $0 < -1.5 || $0 > 2.5 ? 0 : 1 }),
    .init(
      op: LK_POWER, name: "power", domain: 0.1...4, p: 1.75, value: { pow($0, 1.75) },
      derivative: { 1.75 * pow($0, 0.75) }),
    .init(
      op: LK_AFFINE, name: "affine", p: 0.5, q: -3, value: { 0.5 * $0 - 3 },
      derivative: { _ in 0.5 }),
    .init(
      op: LK_QUOTIENT, name: "quotient", p: 49, value: { $0 / 49 }, derivative: { _ in 1 / 49 }),
    .init(op: LK_FLOOR, name: "floor", value: { $0.rounded(.down) }, derivative: { _ in 0 }),
    .init(
      op: LK_ROUND, name: "round", value: { $0.rounded(.toNearestOrEven) }, derivative: { _ in 0 }),
    .init(op: LK_CEIL, name: "ceil", value: { $0.rounded(.up) }, derivative: { _ in 0 }),
    .init(op: LK_TRUNC, name: "trunc", value: { $0.rounded(.towardZero) }, derivative: { _ in 0 }),
    .init(
      op: LK_RSQRT, name: "rsqrt", domain: 0.25...9, value: { 1 / $0.squareRoot() },
      derivative: { -0.5 / ($0 * $0.squareRoot()) }),
    .init(op: LK_EXP2, name: "exp2", value: { exp2($0) }, derivative: { exp2($0) * log(2) }),
    .init(
      op: LK_LOG2, name: "log2", domain: 0.1...9, value: { log2($0) },
      derivative: { 1 / ($0 * log(2)) }),
    .init(
      op: LK_LOG10, name: "log10", domain: 0.1...9, value: { log10($0) },
      derivative: { 1 / ($0 * log(10)) }),
    .init(
      op: LK_TAN, name: "tan", domain: -1.25...1.25, value: { tan($0) },
      derivative: { 1 + tan($0) * tan($0) }),
    .init(
      op: LK_ASIN, name: "asin", domain: -0.9...0.9, value: { asin($0) },
      derivative: { 1 / (1 - $0 * $0).squareRoot() }),
    .init(
      op: LK_ACOS, name: "acos", domain: -0.9...0.9, value: { acos($0) },
      derivative: { -1 / (1 - $0 * $0).squareRoot() }),
    .init(op: LK_ATAN, name: "atan", value: { atan($0) }, derivative: { 1 / (1 + $0 * $0) }),
    .init(op: LK_SINH, name: "sinh", value: { sinh($0) }, derivative: { cosh($0) }),
    .init(op: LK_COSH, name: "cosh", value: { cosh($0) }, derivative: { sinh($0) }),
    .init(
      op: LK_ASINH, name: "asinh", value: { asinh($0) },
      derivative: { 1 / (1 + $0 * $0).squareRoot() }),
    .init(
      op: LK_ACOSH, name: "acosh", domain: 1.25...9, value: { acosh($0) },
      derivative: { 1 / ($0 * $0 - 1).squareRoot() }),
    .init(
      op: LK_ATANH, name: "atanh", domain: -0.9...0.9, value: { atanh($0) },
      derivative: { 1 / (1 - $0 * $0) }),
    .init(
      op: LK_ERF, name: "erf", value: { erf($0) },
      derivative: { exp(-$0 * $0) * 2 / Double.pi.squareRoot() }),
  ]
}
