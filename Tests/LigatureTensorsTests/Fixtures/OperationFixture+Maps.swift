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

  static let all: [MapFixture] = smooth + kinked

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

  private static let kinked: [MapFixture] = [
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
