import Foundation
import LigatureTensors

extension OperationFixture {
  private static let cases: [([Int], Int)] = [
    ([5], 0), ([3, 4], 0), ([3, 4], -1), ([2, 3, 4], 1), ([1, 40, 1], 1), ([2, 0, 3], 1),
  ]

  /// A running result of the elements up to each one, or of those from it on.
  private static func running(
    _ x: Plain, _ axis: Int, reversed: Bool = false, _ function: @escaping ([Double]) -> Double
  ) -> Plain {
    x.alongAxis(axis < 0 ? axis + x.shape.count : axis) { row in
      row.indices.map { function(Array(reversed ? row[$0...] : row[...$0])) }
    }
  }

  /// What goes along an axis, one element after another.
  @FixtureBuilder static var chains: [OperationFixture] {
    for (shape, axis) in cases {
      for reversed in [false, true] {
        let what = "\(shape) along \(axis)\(reversed ? ", reversed" : "")"
        OperationFixture(
          "running sums of \(what)", "cumsum(Int, reversed: Bool)", [Sample(shape, .offGrid)]
        ) {
          try $0[0].cumsum(axis, reversed: reversed)
        } plain: {
          running($0[0], axis, reversed: reversed) { $0.reduce(0, +) }
        }
        OperationFixture(
          "running products of \(what)", "cumprod(Int, reversed: Bool)", [Sample(shape, .nearOne)]
        ) {
          try $0[0].cumprod(axis, reversed: reversed)
        } plain: {
          running($0[0], axis, reversed: reversed) { $0.reduce(1, *) }
        }
      }
      OperationFixture(
        "the largest so far of \(shape) along \(axis)", "cummax(Int)", [.distinct(shape)]
      ) {
        try $0[0].cummax(axis).values
      } plain: {
        running($0[0], axis) { $0.reduce(-.infinity, Swift.max) }
      }
      OperationFixture(
        "the smallest so far of \(shape) along \(axis)", "cummin(Int)", [.distinct(shape)]
      ) {
        try $0[0].cummin(axis).values
      } plain: {
        running($0[0], axis) { $0.reduce(.infinity, Swift.min) }
      }
    }
    OperationFixture(
      "running products with zeros", "cumprod(Int, reversed: Bool)", [.mask([3, 6])]
    ) {
      try $0[0].cumprod()
    } plain: {
      running($0[0], 1) { $0.reduce(1, *) }
    }
    for (shape, axis) in [([5], 0), ([3, 4], 0), ([2, 3, 2], -2), ([1, 3], 0)] {
      OperationFixture(
        "differences of \(shape) along \(axis)", "diff(Int)", [Sample(shape, .offGrid)]
      ) {
        try $0[0].diff(axis)
      } plain: {
        let place = axis < 0 ? axis + shape.count : axis
        let places = Array(0..<(shape[place] - 1))
        return .zip(
          $0[0].taking(places.map { $0 + 1 }, axis: place), $0[0].taking(places, axis: place), -)
      }
    }
  }
}
