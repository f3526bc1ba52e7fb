import Foundation
import LigatureTensors

/// A function of one number, in the package and in the C library.
struct MapFixture: Sendable {
  let name: String
  let covers: String
  let kind: Sample.Kind
  let body: @Sendable (Tensor) throws -> Tensor
  let plain: @Sendable (Double) -> Double

  init(
    _ name: String, of kind: Sample.Kind = .offGrid, covers: String? = nil,
    _ body: @escaping @Sendable (Tensor) throws -> Tensor,
    plain: @escaping @Sendable (Double) -> Double
  ) {
    self.name = name
    self.covers = covers ?? "\(name)(Tensor)"
    self.kind = kind
    self.body = body
    self.plain = plain
  }

  static let all: [MapFixture] = smooth + inverse + activations + kinked

  private static let smooth: [MapFixture] = [
    MapFixture("exp", { try exp($0) }, plain: { Foundation.exp($0) }),
    MapFixture("expm1", { try expm1($0) }, plain: { Foundation.expm1($0) }),
    MapFixture("log", of: .positive, { try log($0) }, plain: { Foundation.log($0) }),
    MapFixture("log1p", of: .positive, { try log1p($0) }, plain: { Foundation.log1p($0) }),
    MapFixture("sqrt", of: .positive, { try sqrt($0) }, plain: { $0.squareRoot() }),
    MapFixture("sin", { try sin($0) }, plain: { Foundation.sin($0) }),
    MapFixture("cos", { try cos($0) }, plain: { Foundation.cos($0) }),
    MapFixture("tanh", { try tanh($0) }, plain: { Foundation.tanh($0) }),
    MapFixture("square", { try square($0) }, plain: { $0 * $0 }),
    MapFixture("reciprocal", { try reciprocal($0) }, plain: { 1 / $0 }),
    MapFixture("sigmoid", { try sigmoid($0) }, plain: { 1 / (1 + Foundation.exp(-$0)) }),
    MapFixture("gelu", { try gelu($0) }, plain: { $0 / 2 * (1 + erf($0 / 2.0.squareRoot())) }),
    MapFixture("softplus", { try softplus($0) }, plain: { Foundation.log1p(Foundation.exp($0)) }),
    MapFixture(
      "pow 2.5", of: .positive, covers: "pow(Tensor, Double)", { try pow($0, 2.5) },
      plain: { Foundation.pow($0, 2.5) }),
    MapFixture(
      "pow -1", covers: "pow(Tensor, Double)", { try pow($0, -1) }, plain: { 1 / $0 }),
    MapFixture(
      "pow 3", covers: "pow(Tensor, Double)", { try pow($0, 3) }, plain: { $0 * $0 * $0 }),
    MapFixture("pow 0", covers: "pow(Tensor, Double)", { try pow($0, 0) }, plain: { _ in 1 }),
  ]

  /// Of angles and hyperbolas, and logarithms to other bases.
  private static let inverse: [MapFixture] = [
    MapFixture("tan", of: .share, { try tan($0) }, plain: { Foundation.tan($0) }),
    MapFixture("asin", of: .share, { try asin($0) }, plain: { Foundation.asin($0) }),
    MapFixture("acos", of: .share, { try acos($0) }, plain: { Foundation.acos($0) }),
    MapFixture("atan", { try atan($0) }, plain: { Foundation.atan($0) }),
    MapFixture("sinh", { try sinh($0) }, plain: { Foundation.sinh($0) }),
    MapFixture("cosh", { try cosh($0) }, plain: { Foundation.cosh($0) }),
    MapFixture("asinh", { try asinh($0) }, plain: { Foundation.asinh($0) }),
    MapFixture(
      "acosh of 1 more", of: .positive, covers: "acosh(Tensor)", { try acosh($0 + 1) },
      plain: { Foundation.acosh($0 + 1) }),
    MapFixture("atanh", of: .share, { try atanh($0) }, plain: { Foundation.atanh($0) }),
    MapFixture("erf", { try erf($0) }, plain: { Foundation.erf($0) }),
    MapFixture("exp2", { try exp2($0) }, plain: { Foundation.exp2($0) }),
    MapFixture("log2", of: .positive, { try log2($0) }, plain: { Foundation.log2($0) }),
    MapFixture("log10", of: .positive, { try log10($0) }, plain: { Foundation.log10($0) }),
    MapFixture("rsqrt", of: .positive, { try rsqrt($0) }, plain: { 1 / $0.squareRoot() }),
  ]

  private static func plainELU(_ x: Double, _ alpha: Double) -> Double {
    x > 0 ? x : alpha * Foundation.expm1(x)
  }

  /// Made of others.
  private static let activations: [MapFixture] = [
    MapFixture(
      "elu", covers: "elu(Tensor, alpha: Double)", { try elu($0, alpha: 0.5) },
      plain: { plainELU($0, 0.5) }),
    MapFixture(
      "selu", { try selu($0) },
      plain: { 1.0507009873554805 * plainELU($0, 1.6732632423543772) }),
    MapFixture("silu", { try silu($0) }, plain: { $0 / (1 + Foundation.exp(-$0)) }),
    MapFixture(
      "mish", { try mish($0) },
      plain: { $0 * Foundation.tanh(Foundation.log1p(Foundation.exp($0))) }),
    MapFixture("softsign", { try softsign($0) }, plain: { $0 / (1 + Swift.abs($0)) }),
    MapFixture(
      "logSigmoid", { try logSigmoid($0) }, plain: { -Foundation.log1p(Foundation.exp(-$0)) }),
    MapFixture("relu6", { try relu6($0) }, plain: { Swift.min(Swift.max($0, 0), 6) }),
    MapFixture(
      "hardSigmoid", { try hardSigmoid($0) }, plain: { Swift.min(Swift.max($0 + 3, 0), 6) / 6 }),
    MapFixture(
      "hardSwish", { try hardSwish($0) },
      plain: { $0 * Swift.min(Swift.max($0 + 3, 0), 6) / 6 }),
  ]

  private static let kinked: [MapFixture] = [
    MapFixture("ceil", { try ceil($0) }, plain: { $0.rounded(.up) }),
    MapFixture("trunc", { try trunc($0) }, plain: { $0.rounded(.towardZero) }),
    MapFixture("abs", { try abs($0) }, plain: { Swift.abs($0) }),
    MapFixture("sign", { try sign($0) }, plain: { $0 < 0 ? -1 : $0 > 0 ? 1 : 0 }),
    MapFixture("floor", { try floor($0) }, plain: { $0.rounded(.down) }),
    MapFixture("round", { try round($0) }, plain: { $0.rounded(.toNearestOrEven) }),
    MapFixture("relu", { try relu($0) }, plain: { Swift.max($0, 0) }),
    MapFixture(
      "leakyReLU", covers: "leakyReLU(Tensor, slope: Double)", { try leakyReLU($0) },
      plain: { $0 > 0 ? $0 : 0.01 * $0 }),
    MapFixture(
      "leakyReLU with slope 0", covers: "leakyReLU(Tensor, slope: Double)",
      { try leakyReLU($0, slope: 0) }, plain: { Swift.max($0, 0) }),
    MapFixture(
      "leakyReLU with slope -0.5", covers: "leakyReLU(Tensor, slope: Double)",
      { try leakyReLU($0, slope: -0.5) }, plain: { $0 > 0 ? $0 : -0.5 * $0 }),
    MapFixture(
      "clamp", covers: "clamp(Tensor, to: ClosedRange<Double>)", { try clamp($0, to: -1...2) },
      plain: { Swift.min(Swift.max($0, -1), 2) }),
  ]
}

extension OperationFixture {
  @FixtureBuilder static var maps: [OperationFixture] {
    for map in MapFixture.all {
      for shape in [[5, 7], [], [3, 0, 2], [1, 1], [2, 3, 1]] {
        OperationFixture("\(map.name) of \(shape)", map.covers, [Sample(shape, map.kind)]) {
          try map.body($0[0])
        } plain: {
          $0[0].map(map.plain)
        }
      }
    }
  }
}
