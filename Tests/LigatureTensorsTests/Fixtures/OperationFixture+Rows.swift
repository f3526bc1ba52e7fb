import Foundation
import LigatureTensors

extension OperationFixture {
  private static func shares(_ row: [Double]) -> [Double] {
    let powers = row.map { Foundation.exp($0) }
    let total = powers.reduce(0, +)
    return powers.map { $0 / total }
  }

  private static func normal(_ row: [Double], _ epsilon: Double) -> [Double] {
    let count = Double(row.count)
    let mean = row.reduce(0, +) / count
    let variance = row.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / count
    return row.map { ($0 - mean) / (variance + epsilon).squareRoot() }
  }

  @FixtureBuilder static var rows: [OperationFixture] {
    for (shape, axis) in [
      ([3, 4], -1), ([3, 4], 0), ([2, 3, 4], 1), ([2, 3, 4], -3), ([5], 0), ([4, 1], 1),
      ([0, 3], 1), ([3, 0], 1), ([2, 37], 1),
    ] {
      let position = axis < 0 ? axis + shape.count : axis
      OperationFixture(
        "the softmax of \(shape) along \(axis)", "softmax(Tensor, axis: Int)",
        [Sample(shape, .offGrid)]
      ) {
        try softmax($0[0], axis: axis)
      } plain: {
        $0[0].alongAxis(position, shares)
      }
      OperationFixture(
        "the logarithm of the softmax of \(shape) along \(axis)", "logSoftmax(Tensor, axis: Int)",
        [Sample(shape, .offGrid)]
      ) {
        try logSoftmax($0[0], axis: axis)
      } plain: {
        $0[0].alongAxis(position) { shares($0).map { Foundation.log($0) } }
      }
    }
    for shape in [[3, 5], [2, 3, 4], [7], [2, 37], [0, 3]] {
      OperationFixture(
        "\(shape) normalised", "normalized(Tensor, epsilon: Double)", [Sample(shape, .offGrid)]
      ) {
        try normalized($0[0])
      } plain: {
        $0[0].alongAxis(shape.count - 1) { normal($0, 1e-5) }
      }
    }
    OperationFixture(
      "[4, 3] normalised with a large epsilon", "normalized(Tensor, epsilon: Double)", [[4, 3]]
    ) {
      try normalized($0[0], epsilon: 0.5)
    } plain: {
      $0[0].alongAxis(1) { normal($0, 0.5) }
    }
    OperationFixture("a cast to the type it has", "cast(to: ScalarType)", [[3, 4]]) {
      try $0[0].cast(to: $0[0].scalarType)
    } plain: {
      $0[0]
    }
  }
}
