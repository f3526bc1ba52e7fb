import Foundation
import LigatureTensors

extension OperationFixture {
  /// Shapes, and axes of them to reduce along: all, one, several, neighbours or not.
  private static let cases: [([Int], [Int])] = [
    ([3, 4], []), ([3, 4], [0]), ([3, 4], [1]), ([3, 4], [-1]), ([2, 3, 4], [1]),
    ([2, 3, 4], [0, 2]), ([2, 3, 4], [2, 1]), ([2, 1, 3, 2], [1, 3]), ([], []), ([37], [0]),
    ([1, 5, 1], [0, 2]), ([2, 2, 2, 2, 2], [0, 2, 4]), ([19, 17], [0]),
  ]
  private static let empty: [([Int], [Int])] = [
    ([0, 3], [0]), ([0, 3], [1]), ([2, 0, 3], [1]), ([0], []), ([0, 3, 2], [0, 2]),
  ]

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  private static func variance(_ values: [Double]) -> Double {
    let center = mean(values)
    return mean(values.map { ($0 - center) * ($0 - center) })
  }

  @FixtureBuilder static var reductions: [OperationFixture] {
    for keeps in [false, true] {
      for (shape, axes) in cases + empty {
        let what = "\(shape) along \(axes)\(keeps ? ", keeping axes" : "")"
        OperationFixture(
          "the sum of \(what)", "sum(axes: [Int], keepingAxes: Bool)", [Sample(shape, .offGrid)]
        ) {
          try $0[0].sum(axes: axes, keepingAxes: keeps)
        } plain: {
          $0[0].reduced(axes, keepingAxes: keeps) { $0.reduce(0, +) }
        }
      }
      for (shape, axes) in cases {
        let what = "\(shape) along \(axes)\(keeps ? ", keeping axes" : "")"
        OperationFixture(
          "the mean of \(what)", "mean(axes: [Int], keepingAxes: Bool)", [Sample(shape, .offGrid)]
        ) {
          try $0[0].mean(axes: axes, keepingAxes: keeps)
        } plain: {
          $0[0].reduced(axes, keepingAxes: keeps, mean)
        }
        OperationFixture(
          "the variance of \(what)", "variance(axes: [Int], keepingAxes: Bool)",
          [Sample(shape, .offGrid)]
        ) {
          try $0[0].variance(axes: axes, keepingAxes: keeps)
        } plain: {
          $0[0].reduced(axes, keepingAxes: keeps, variance)
        }
      }
    }
    OperationFixture("the sum along two axes", "sum(Int..., keepingAxes: Bool)", [[2, 3, 4]]) {
      try $0[0].sum(0, -1, keepingAxes: true)
    } plain: {
      $0[0].reduced([0, 2], keepingAxes: true) { $0.reduce(0, +) }
    }
    OperationFixture("the mean along an axis", "mean(Int..., keepingAxes: Bool)", [[2, 3, 4]]) {
      try $0[0].mean(1)
    } plain: {
      $0[0].reduced([1], mean)
    }
    OperationFixture(
      "the variance along an axis", "variance(Int..., keepingAxes: Bool)", [[2, 3, 4]]
    ) {
      try $0[0].variance(-1, keepingAxes: true)
    } plain: {
      $0[0].reduced([2], keepingAxes: true, variance)
    }
    extremes("max", "max(Int..., keepingAxes: Bool)") {
      try $0.max(keepingAxes: $1)
    } one: {
      try $0.max($1, keepingAxes: $2)
    } two: {
      try $0.max($1, $2, keepingAxes: $3)
    } plain: {
      $0.reduce(-.infinity, Swift.max)
    }
    extremes("min", "min(Int..., keepingAxes: Bool)") {
      try $0.min(keepingAxes: $1)
    } one: {
      try $0.min($1, keepingAxes: $2)
    } two: {
      try $0.min($1, $2, keepingAxes: $3)
    } plain: {
      $0.reduce(.infinity, Swift.min)
    }
  }

  @FixtureBuilder private static func extremes(
    _ name: String, _ covers: String,
    all: @escaping @Sendable (Tensor, Bool) throws -> Tensor,
    one: @escaping @Sendable (Tensor, Int, Bool) throws -> Tensor,
    two: @escaping @Sendable (Tensor, Int, Int, Bool) throws -> Tensor,
    plain: @escaping @Sendable ([Double]) -> Double
  ) -> [OperationFixture] {
    for keeps in [false, true] {
      let suffix = keeps ? ", keeping axes" : ""
      for shape in [[3, 4], [], [2, 1, 3], [37], [0]] {
        OperationFixture("the \(name) of \(shape)\(suffix)", covers, [.distinct(shape)]) {
          try all($0[0], keeps)
        } plain: {
          $0[0].reduced([], keepingAxes: keeps, plain)
        }
      }
      for (shape, axis) in [
        ([3, 4], 0), ([3, 4], -1), ([2, 3, 4], 1), ([0, 3], 1), ([0, 3], 0),
      ] {
        OperationFixture(
          "the \(name) of \(shape) along \(axis)\(suffix)", covers, [.distinct(shape)]
        ) {
          try one($0[0], axis, keeps)
        } plain: {
          $0[0].reduced([axis], keepingAxes: keeps, plain)
        }
      }
      for shape in [[2, 3, 4], [2, 3, 4, 2], [1, 5, 1]] {
        OperationFixture(
          "the \(name) of \(shape) along 0 and 2\(suffix)", covers, [.distinct(shape)]
        ) {
          try two($0[0], 0, 2, keeps)
        } plain: {
          $0[0].reduced([0, 2], keepingAxes: keeps, plain)
        }
      }
    }
  }
}
