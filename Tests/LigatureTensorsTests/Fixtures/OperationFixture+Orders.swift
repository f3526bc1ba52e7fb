import Foundation
import LigatureTensors

extension OperationFixture {
  private static let cases: [([Int], Int)] = [
    ([5], 0), ([3, 4], 0), ([3, 4], -1), ([2, 3, 4], 1), ([2, 30], 1), ([2, 0, 3], 1), ([1], 0),
  ]

  /// Orders, and what is chosen by them.
  @FixtureBuilder static var orders: [OperationFixture] {
    for (shape, axis) in cases {
      let place = axis < 0 ? axis + shape.count : axis
      for descending in [false, true] {
        OperationFixture(
          "\(shape) in \(descending ? "descending" : "ascending") order along \(axis)",
          "sorted(axis: Int, descending: Bool)", [.distinct(shape)]
        ) {
          try $0[0].sorted(axis: axis, descending: descending)
        } plain: {
          $0[0].alongAxis(place) { descending ? $0.sorted(by: >) : $0.sorted() }
        }
      }
    }
    for (shape, axis, count, smallest) in [
      ([5], 0, 2, false), ([3, 4], 0, 1, true), ([2, 3, 4], -1, 4, false), ([2, 3], 1, 0, false),
    ] {
      let place = axis < 0 ? axis + shape.count : axis
      OperationFixture(
        "the \(count) \(smallest ? "smallest" : "largest") of \(shape) along \(axis)",
        "topK(Int, axis: Int, smallest: Bool)", [.distinct(shape)]
      ) {
        try $0[0].topK(count, axis: axis, smallest: smallest).values
      } plain: {
        $0[0].alongAxis(place) { smallest ? $0.sorted() : $0.sorted(by: >) }
          .taking(Array(0..<count), axis: place)
      }
    }
    for (shape, axis) in [([5], 0), ([3, 4], 0), ([3, 4], -1), ([2, 3, 4], 1)] {
      let place = axis < 0 ? axis + shape.count : axis
      for q in [0, 0.3, 0.5, 1] {
        OperationFixture(
          "the quantile \(q) of \(shape) along \(axis)",
          "quantile(Double, axis: Int?, keepingAxis: Bool)", [.distinct(shape)]
        ) {
          try $0[0].quantile(q, axis: axis, keepingAxis: true)
        } plain: {
          $0[0].reduced([place], keepingAxes: true) { quantile($0, q) }
        }
      }
      OperationFixture(
        "the median of \(shape) along \(axis)", "median(axis: Int?, keepingAxis: Bool)",
        [.distinct(shape)]
      ) {
        try $0[0].median(axis: axis)
      } plain: {
        $0[0].reduced([place]) { quantile($0, 0.5) }
      }
    }
    OperationFixture(
      "the median of everything", "median(axis: Int?, keepingAxis: Bool)", [.distinct([2, 3])]
    ) {
      try $0[0].median(keepingAxis: true)
    } plain: {
      $0[0].reduced([], keepingAxes: true) { quantile($0, 0.5) }
    }
  }

  private static func quantile(_ values: [Double], _ q: Double) -> Double {
    let ordered = values.sorted()
    let position = q * Double(values.count - 1)
    let lower = Int(position.rounded(.down))
    let upper = min(lower + 1, values.count - 1)
    return ordered[lower] + (position - Double(lower)) * (ordered[upper] - ordered[lower])
  }
}
