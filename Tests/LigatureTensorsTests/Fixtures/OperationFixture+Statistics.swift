import Foundation
import LigatureTensors

extension OperationFixture {
  private static let cases: [([Int], [Int])] = [
    ([3, 4], []), ([3, 4], [0]), ([2, 3, 4], [1]), ([2, 3, 4], [0, 2]), ([2, 3, 4], [2, 1]),
    ([7], [0]), ([], []),
  ]

  private typealias Reduction = (
    name: String, covers: String, kind: Sample.Kind,
    body: @Sendable (Tensor, [Int], Bool) throws -> Tensor, plain: @Sendable ([Double]) -> Double
  )

  private static let functions: [Reduction] = [
    (
      "product", "product(axes: [Int], keepingAxes: Bool)", .nearOne,
      { try $0.product(axes: $1, keepingAxes: $2) }, { $0.reduce(1, *) }
    ),
    (
      "log of a sum of powers", "logSumExp(axes: [Int], keepingAxes: Bool)", .offGrid,
      { try $0.logSumExp(axes: $1, keepingAxes: $2) },
      { Foundation.log($0.reduce(0) { $0 + Foundation.exp($1) }) }
    ),
    (
      "length", "norm(axes: [Int], order: Double, keepingAxes: Bool)", .offGrid,
      { try $0.norm(axes: $1, keepingAxes: $2) },
      { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    ),
    (
      "norm of order 3", "norm(axes: [Int], order: Double, keepingAxes: Bool)", .offGrid,
      { try $0.norm(axes: $1, order: 3, keepingAxes: $2) },
      { cbrt($0.reduce(0) { $0 + Foundation.pow(Swift.abs($1), 3) }) }
    ),
    (
      "norm of order 1", "norm(axes: [Int], order: Double, keepingAxes: Bool)", .offGrid,
      { try $0.norm(axes: $1, order: 1, keepingAxes: $2) }, { $0.reduce(0) { $0 + Swift.abs($1) } }
    ),
    (
      "largest magnitude", "norm(axes: [Int], order: Double, keepingAxes: Bool)", .positive,
      { try $0.norm(axes: $1, order: .infinity, keepingAxes: $2) },
      { $0.reduce(0) { Swift.max($0, Swift.abs($1)) } }
    ),
    (
      "how many are not 0, as a norm,", "norm(axes: [Int], order: Double, keepingAxes: Bool)",
      .mask,
      { try $0.norm(axes: $1, order: 0, keepingAxes: $2) + $0.sum() * 0 },
      { $0.reduce(0) { $0 + ($1 != 0 ? 1 : 0) } }
    ),
  ]

  @FixtureBuilder static var statistics: [OperationFixture] {
    for function in functions {
      for (shape, axes) in cases {
        let keeps = axes.count % 2 == 1
        OperationFixture(
          "the \(function.name) of \(shape) along \(axes)", function.covers,
          [Sample(shape, function.kind)]
        ) {
          try function.body($0[0], axes, keeps)
        } plain: {
          $0[0].reduced(axes, keepingAxes: keeps, function.plain)
        }
      }
    }
    for (shape, axes) in cases where !shape.isEmpty {
      OperationFixture(
        "the standard deviation of \(shape) along \(axes)",
        "standardDeviation(axes: [Int], keepingAxes: Bool)", [Sample(shape, .offGrid)]
      ) {
        try $0[0].standardDeviation(axes: axes)
      } plain: {
        $0[0].reduced(axes) { deviation($0) }
      }
    }
    OperationFixture(
      "a standard deviation along an axis", "standardDeviation(Int..., keepingAxes: Bool)",
      [[3, 5]]
    ) {
      try $0[0].standardDeviation(-1, keepingAxes: true)
    } plain: {
      $0[0].reduced([1], keepingAxes: true) { deviation($0) }
    }
    OperationFixture("a product along an axis", "product(Int..., keepingAxes: Bool)", [[3, 4]]) {
      try $0[0].product(0)
    } plain: {
      $0[0].reduced([0]) { $0.reduce(1, *) }
    }
    // Its derivative is the product of the others, which a division would make NaN.
    OperationFixture(
      "a product with zeros", "product(Int..., keepingAxes: Bool)", [.mask([4, 3])]
    ) {
      try $0[0].product(1)
    } plain: {
      $0[0].reduced([1]) { $0.reduce(1, *) }
    }
    OperationFixture("a product of nothing", "product(Int..., keepingAxes: Bool)", [[0, 3]]) {
      try $0[0].product(0)
    } plain: {
      $0[0].reduced([0]) { $0.reduce(1, *) }
    }
    OperationFixture(
      "the log of a sum of powers along an axis", "logSumExp(Int..., keepingAxes: Bool)", [[3, 4]]
    ) {
      try $0[0].logSumExp(1)
    } plain: {
      $0[0].reduced([1]) { Foundation.log($0.reduce(0) { $0 + Foundation.exp($1) }) }
    }
    OperationFixture(
      "a length along an axis", "norm(Int..., order: Double, keepingAxes: Bool)", [[3, 4]]
    ) {
      try $0[0].norm(1)
    } plain: {
      $0[0].reduced([1]) { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    }
    for order in [1.0, 2, 3] {
      OperationFixture(
        "distances of order \(order)", "pairwiseDistances(Tensor, Tensor, order: Double)",
        [[2, 3, 2], [4, 2]]
      ) {
        try pairwiseDistances($0[0], $0[1], order: order)
      } plain: { inputs in
        Plain([2, 3, 4]) { index in
          let total = (0..<2).reduce(0.0) {
            let apart = inputs[0][[index[0], index[1], $1]] - inputs[1][[index[2], $1]]
            return $0 + Foundation.pow(Swift.abs(apart), order)
          }
          return Foundation.pow(total, 1 / order)
        }
      }
    }
  }

  private static func deviation(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
      .squareRoot()
  }
}
