import Foundation
import LigatureTensors

extension OperationFixture {
  static let crossEntropyOfLogits =
    "crossEntropy(logits: Tensor, Tensor, labelSmoothing: Double, classWeights: [Double]?, "
    + "weights: Tensor?)"
  static let crossEntropyOfShares =
    "crossEntropy(Tensor, Tensor, labelSmoothing: Double, classWeights: [Double]?, "
    + "weights: Tensor?)"

  static func mean(_ plain: Plain) -> Plain {
    plain.reduced([]) { $0.reduce(0, +) / Double($0.count) }
  }

  static func logistic(_ z: Double) -> Double { 1 / (1 + Foundation.exp(-z)) }

  static func logarithms(_ logits: Plain) -> Plain {
    logits.alongAxis(logits.shape.count - 1) { row in
      let total = row.reduce(0) { $0 + Foundation.exp($1) }
      return row.map { $0 - Foundation.log(total) }
    }
  }

  /// Shares of a whole along the last axis.
  static func whole(_ x: Tensor) throws -> Tensor {
    try x / x.sum(-1, keepingAxes: true)
  }

  static func whole(_ x: Plain) -> Plain {
    x.alongAxis(x.shape.count - 1) { row in
      let total = row.reduce(0, +)
      return row.map { $0 / total }
    }
  }

  static func entropy(_ p: Double, _ t: Double) -> Double {
    -t * Foundation.log(p) - (1 - t) * Foundation.log(1 - p)
  }

  /// The mean over rows of -Σ t log(p).
  private static func crossed(_ logarithms: Plain, _ targets: Plain) -> Plain {
    mean(Plain.zip(logarithms, targets) { -$0 * $1 }.reduced([-1]) { $0.reduce(0, +) })
  }

  @FixtureBuilder static var losses: [OperationFixture] {
    for shape in [[3, 5], [7], [], [2, 1, 3], [2, 37]] {
      OperationFixture(
        "the binary cross-entropy of probabilities \(shape)",
        "binaryCrossEntropy(Tensor, Tensor, weights: Tensor?)",
        [.share(shape), .share(shape)]
      ) {
        try binaryCrossEntropy($0[0], $0[1])
      } plain: {
        mean(.zip($0[0], $0[1], entropy))
      }
      OperationFixture(
        "the binary cross-entropy of a sigmoid of \(shape)",
        "binaryCrossEntropy(Tensor, Tensor, weights: Tensor?)",
        [Sample(shape, .offGrid), .share(shape)]
      ) {
        try binaryCrossEntropy(sigmoid($0[0]), $0[1])
      } plain: {
        mean(.zip($0[0].map(logistic), $0[1], entropy))
      }
      OperationFixture(
        "the binary cross-entropy of logits \(shape)",
        "binaryCrossEntropy(logits: Tensor, Tensor, weights: Tensor?)",
        [Sample(shape, .offGrid), .share(shape)]
      ) {
        try binaryCrossEntropy(logits: $0[0], $0[1])
      } plain: {
        mean(.zip($0[0].map(logistic), $0[1], entropy))
      }
      OperationFixture(
        "the mean squared error of \(shape)", "meanSquaredError(Tensor, Tensor, weights: Tensor?)",
        [Sample(shape, .offGrid), Sample(shape, .offGrid)]
      ) {
        try meanSquaredError($0[0], $0[1])
      } plain: {
        mean(.zip($0[0], $0[1]) { ($0 - $1) * ($0 - $1) })
      }
      OperationFixture(
        "the mean absolute error of \(shape)",
        "meanAbsoluteError(Tensor, Tensor, weights: Tensor?)",
        [.distinct(shape), .distinct(shape)]
      ) {
        try meanAbsoluteError($0[0], $0[1])
      } plain: {
        mean(.zip($0[0], $0[1]) { Swift.abs($0 - $1) })
      }
      OperationFixture(
        "the Huber loss of \(shape)", "huber(Tensor, Tensor, threshold: Double, weights: Tensor?)",
        [.distinct(shape), .distinct(shape)]
      ) {
        try huber($0[0], $0[1], threshold: 0.77)
      } plain: {
        mean(
          .zip($0[0], $0[1]) {
            let size = Swift.abs($0 - $1)
            return size <= 0.77 ? size * size / 2 : 0.77 * (size - 0.77 / 2)
          })
      }
    }
    OperationFixture(
      "the binary cross-entropy of a transposed sigmoid",
      "binaryCrossEntropy(Tensor, Tensor, weights: Tensor?)",
      [[3, 3], .share([3, 3])]
    ) {
      try binaryCrossEntropy(sigmoid($0[0]).transposed, $0[1])
    } plain: {
      mean(.zip($0[0].map(logistic).transposed, $0[1], entropy))
    }
    for shape in [[3, 4], [2, 3, 4], [5], [4, 2]] {
      let observations = Array(shape.dropLast())
      let count = observations.reduce(1, *)
      let classes = (0..<count).map { ($0 * 2 + 1) % shape[shape.count - 1] }
      let dense = Plain(observations + [shape[shape.count - 1]]) { index in
        let row = index.dropLast().enumerated().reduce(0) { $0 * shape[$1.offset] + $1.element }
        return classes[row] == index.last ? 1 : 0
      }
      OperationFixture(
        "the cross-entropy of logits \(shape)", crossEntropyOfLogits,
        [Sample(shape, .offGrid), .share(shape)]
      ) {
        try crossEntropy(logits: $0[0], whole($0[1]))
      } plain: {
        crossed(logarithms($0[0]), whole($0[1]))
      }
      OperationFixture(
        "the cross-entropy of logits \(shape) and class numbers",
        crossEntropyOfLogits, [Sample(shape, .offGrid)]
      ) {
        try crossEntropy(logits: $0[0], Tensor(classes, shape: observations))
      } plain: {
        crossed(logarithms($0[0]), dense)
      }
      OperationFixture(
        "the cross-entropy of probabilities \(shape)", crossEntropyOfShares,
        [.share(shape), .share(shape)]
      ) {
        try crossEntropy(whole($0[0]), whole($0[1]))
      } plain: {
        crossed(whole($0[0]).map { Foundation.log($0) }, whole($0[1]))
      }
      OperationFixture(
        "the cross-entropy of a softmax of \(shape) and class numbers",
        crossEntropyOfShares, [Sample(shape, .offGrid)]
      ) {
        try crossEntropy(softmax($0[0]), Tensor(classes.map { Int32($0) }, shape: observations))
      } plain: {
        crossed(logarithms($0[0]), dense)
      }
    }
  }
}
