import Foundation
import LigatureTensors

extension OperationFixture {
  /// Every way in which two shapes stretch to each other.
  static let broadcasts: [([Int], [Int])] = [
    ([3, 4], [3, 4]), ([3, 17], [17]), ([5], [3, 5]), ([3, 1], [1, 4]), ([3, 4], [3, 1]),
    ([2, 3, 4], [3, 1]), ([2, 1, 4], [3, 1]), ([], [2, 3]), ([2, 3], []), ([], []),
    ([1], [1, 1]), ([2, 3, 1], [1, 3, 5]), ([2, 1, 2, 1], [1, 3, 1, 2]), ([0, 3], [1, 3]),
    ([4, 1], [1, 0]), ([37], [37]), ([2, 3, 1], [2, 3, 1]),
  ]

  private typealias Zip = (
    symbol: String, name: String,
    body: @Sendable (Tensor, Tensor) throws -> Tensor,
    plain: @Sendable (Double, Double) -> Double
  )

  private static let zips: [Zip] = [
    ("+", "a sum", { try $0 + $1 }, { $0 + $1 }),
    ("-", "a difference", { try $0 - $1 }, { $0 - $1 }),
    ("*", "a product", { try $0 * $1 }, { $0 * $1 }),
    ("/", "a quotient", { try $0 / $1 }, { $0 / $1 }),
  ]

  @FixtureBuilder static var arithmetic: [OperationFixture] {
    for zip in zips {
      for (left, right) in broadcasts {
        OperationFixture(
          "\(zip.name) of \(left) and \(right)", "\(zip.symbol)(Tensor, Tensor)",
          [Sample(left, .offGrid), Sample(right, .nearOne)]
        ) {
          try zip.body($0[0], $0[1])
        } plain: {
          .zip($0[0], $0[1], zip.plain)
        }
      }
      OperationFixture(
        "\(zip.name) of a tensor and itself", "\(zip.symbol)(Tensor, Tensor)", [.positive([3, 5])]
      ) {
        try zip.body($0[0], $0[0])
      } plain: {
        .zip($0[0], $0[0], zip.plain)
      }
    }
    for (left, right) in broadcasts {
      OperationFixture(
        "a power of \(left) and \(right)", "pow(Tensor, Tensor)",
        [.positive(left), Sample(right, .offGrid)]
      ) {
        try pow($0[0], $0[1])
      } plain: {
        .zip($0[0], $0[1]) { Foundation.pow($0, $1) }
      }
    }
  }

  @FixtureBuilder static var numbers: [OperationFixture] {
    for shape in [[3, 5], [], [0, 2], [1, 1, 35]] {
      OperationFixture("\(shape) plus a number", "+(Tensor, Double)", [Sample(shape, .offGrid)]) {
        try $0[0] + 1.5
      } plain: {
        $0[0].map { $0 + 1.5 }
      }
      OperationFixture("a number plus \(shape)", "+(Double, Tensor)", [Sample(shape, .offGrid)]) {
        try 1.5 + $0[0]
      } plain: {
        $0[0].map { 1.5 + $0 }
      }
      OperationFixture("\(shape) minus a number", "-(Tensor, Double)", [Sample(shape, .offGrid)]) {
        try $0[0] - 1.5
      } plain: {
        $0[0].map { $0 - 1.5 }
      }
      OperationFixture("a number minus \(shape)", "-(Double, Tensor)", [Sample(shape, .offGrid)]) {
        try 1.5 - $0[0]
      } plain: {
        $0[0].map { 1.5 - $0 }
      }
      OperationFixture("\(shape) times a number", "*(Tensor, Double)", [Sample(shape, .offGrid)]) {
        try $0[0] * -2.5
      } plain: {
        $0[0].map { $0 * -2.5 }
      }
      OperationFixture("a number times \(shape)", "*(Double, Tensor)", [Sample(shape, .offGrid)]) {
        try -2.5 * $0[0]
      } plain: {
        $0[0].map { -2.5 * $0 }
      }
      OperationFixture("\(shape) over a number", "/(Tensor, Double)", [Sample(shape, .offGrid)]) {
        try $0[0] / 1.5
      } plain: {
        $0[0].map { $0 / 1.5 }
      }
      OperationFixture("a number over \(shape)", "/(Double, Tensor)", [Sample(shape, .nearOne)]) {
        try 1.5 / $0[0]
      } plain: {
        $0[0].map { 1.5 / $0 }
      }
      OperationFixture("the negative of \(shape)", "-(Tensor)", [Sample(shape, .offGrid)]) {
        try -$0[0]
      } plain: {
        $0[0].map { -$0 }
      }
    }
  }

  @FixtureBuilder static var choices: [OperationFixture] {
    for (left, right) in broadcasts {
      OperationFixture(
        "the larger of \(left) and \(right)", "maximum(Tensor, Tensor)",
        [.distinct(left), .distinct(right)]
      ) {
        try maximum($0[0], $0[1])
      } plain: {
        .zip($0[0], $0[1]) { Swift.max($0, $1) }
      }
      OperationFixture(
        "the smaller of \(left) and \(right)", "minimum(Tensor, Tensor)",
        [.distinct(left), .distinct(right)]
      ) {
        try minimum($0[0], $0[1])
      } plain: {
        .zip($0[0], $0[1]) { Swift.min($0, $1) }
      }
      OperationFixture(
        "a choice of \(left) and \(right)", "select(Tensor, Tensor, Tensor)",
        [.mask(left), Sample(left, .offGrid), Sample(right, .offGrid)]
      ) {
        try select($0[0], $0[1], $0[2])
      } plain: { inputs in
        Plain(Plain.stretched(left, right)) { index in
          inputs[0][index] != 0 ? inputs[1][index] : inputs[2][index]
        }
      }.holding(0)
    }
    OperationFixture(
      "a choice by a mask that stretches the values", "select(Tensor, Tensor, Tensor)",
      [.mask([2, 3, 1]), [3, 5], []]
    ) {
      try select($0[0], $0[1], $0[2])
    } plain: { inputs in
      Plain([2, 3, 5]) { inputs[0][$0] != 0 ? inputs[1][$0] : inputs[2][$0] }
    }.holding(0)
  }
}
