import Foundation
import LigatureTensors

// Losses of classes with all that they may be told, and losses of regions.
extension OperationFixture {
  /// Σ w l / Σ w m over rows of -Σ v t' s, with t' smoothed and m = Σ v t.
  private static func weighed(
    _ scores: Plain, _ targets: Plain, smoothing: Double = 0, _ classWeights: [Double],
    _ weights: [Double]
  ) -> Plain {
    let classes = classWeights.count
    var (sum, divisor) = (0.0, 0.0)
    for (row, weight) in weights.enumerated() {
      for (number, own) in classWeights.enumerated() {
        let target = targets.values[row * classes + number]
        let smooth = (1 - smoothing) * target + smoothing / Double(classes)
        sum -= weight * own * smooth * scores.values[row * classes + number]
        divisor += weight * own * target
      }
    }
    return Plain([], [sum / divisor])
  }

  /// Scores of the focal loss of logarithms.
  private static func focal(_ logarithms: Plain, _ gamma: Double) -> Plain {
    logarithms.map { Foundation.pow(1 - Foundation.exp($0), gamma) * $0 }
  }

  private static func binaryFocal(
    _ p: Double, _ t: Double, _ gamma: Double, _ alpha: Double
  ) -> Double {
    let one: Double = Foundation.pow(1 - p, gamma) * Foundation.log(p)
    let zero: Double = Foundation.pow(p, gamma) * Foundation.log(1 - p)
    return -alpha * t * one - (1 - alpha) * (1 - t) * zero
  }

  private static let rowLabels = [2, 0, 1]
  private static let dense = Plain([3, 3], [0, 0, 1, 1, 0, 0, 0, 1, 0])
  private static let ones = [1.0, 1, 1]
  private static let classWeights = [0.5, 2, 1]
  private static let rowWeights = [1, 0, 0.25]
  private static let rest = "classWeights: [Double]?, weights: Tensor?)"
  private static let focalRest = "Tensor, gamma: Double, " + rest

  @FixtureBuilder static var classLosses: [OperationFixture] {
    OperationFixture(
      "the cross-entropy of logits and class numbers, smoothed and weighted", crossEntropyOfLogits,
      [[3, 3]]
    ) {
      try crossEntropy(
        logits: $0[0], Tensor(rowLabels), labelSmoothing: 0.3, classWeights: classWeights,
        weights: Tensor(rowWeights))
    } plain: {
      weighed(logarithms($0[0]), dense, smoothing: 0.3, classWeights, rowWeights)
    }
    OperationFixture(
      "the cross-entropy of logits, smoothed and weighted", crossEntropyOfLogits,
      [[3, 3], .share([3, 3])]
    ) {
      try crossEntropy(
        logits: $0[0], whole($0[1]), labelSmoothing: 0.3, classWeights: classWeights,
        weights: Tensor(rowWeights))
    } plain: {
      weighed(logarithms($0[0]), whole($0[1]), smoothing: 0.3, classWeights, rowWeights)
    }
    OperationFixture(
      "the cross-entropy of probabilities, smoothed", crossEntropyOfShares, [.share([3, 3])]
    ) {
      try crossEntropy(whole($0[0]), Tensor(rowLabels), labelSmoothing: 0.1)
    } plain: {
      weighed(whole($0[0]).map { Foundation.log($0) }, dense, smoothing: 0.1, ones, ones)
    }
    OperationFixture(
      "the negative log-likelihood", "negativeLogLikelihood(Tensor, Tensor, " + rest,
      [.share([3, 3])]
    ) {
      try negativeLogLikelihood(log(whole($0[0])), Tensor(rowLabels))
    } plain: {
      weighed(whole($0[0]).map { Foundation.log($0) }, dense, ones, ones)
    }
    OperationFixture(
      "the weighted negative log-likelihood", "negativeLogLikelihood(Tensor, Tensor, " + rest,
      [[3, 3]]
    ) {
      try negativeLogLikelihood(
        logSoftmax($0[0]), Tensor(rowLabels), classWeights: classWeights,
        weights: Tensor(rowWeights))
    } plain: {
      weighed(logarithms($0[0]), dense, classWeights, rowWeights)
    }
    for gamma in [0, 1.5, 2] {
      OperationFixture(
        "the focal loss of logits, gamma \(gamma)",
        "focalCrossEntropy(logits: Tensor, " + focalRest,
        [[3, 3]]
      ) {
        try focalCrossEntropy(
          logits: $0[0], Tensor(rowLabels), gamma: gamma, classWeights: classWeights,
          weights: Tensor(rowWeights))
      } plain: {
        weighed(focal(logarithms($0[0]), gamma), dense, classWeights, rowWeights)
      }
      OperationFixture(
        "the focal loss of probabilities, gamma \(gamma)", "focalCrossEntropy(Tensor, " + focalRest,
        [.share([3, 3]), .share([3, 3])]
      ) {
        try focalCrossEntropy(whole($0[0]), whole($0[1]), gamma: gamma)
      } plain: {
        weighed(
          focal(whole($0[0]).map { Foundation.log($0) }, gamma), whole($0[1]), ones, ones)
      }
      OperationFixture(
        "the binary focal loss of logits, gamma \(gamma)",
        "binaryFocalCrossEntropy(logits: Tensor, Tensor, gamma: Double, alpha: Double?, "
          + "weights: Tensor?)", [[2, 3], .share([2, 3])]
      ) {
        try binaryFocalCrossEntropy(logits: $0[0], $0[1], gamma: gamma)
      } plain: {
        mean(.zip($0[0].map(logistic), $0[1]) { binaryFocal($0, $1, gamma, 0.25) })
      }
      OperationFixture(
        "the binary focal loss of probabilities, gamma \(gamma)",
        "binaryFocalCrossEntropy(Tensor, Tensor, gamma: Double, alpha: Double?, weights: Tensor?)",
        [.share([2, 3]), .share([2, 3])]
      ) {
        try binaryFocalCrossEntropy($0[0], $0[1], gamma: gamma, alpha: nil)
      } plain: {
        mean(.zip($0[0], $0[1]) { binaryFocal($0, $1, gamma, 0.5) * 2 })
      }
    }
    OperationFixture(
      "the Kullback-Leibler divergence of logits",
      "kullbackLeibler(logits: Tensor, Tensor, weights: Tensor?)", [[3, 4], .share([3, 4])]
    ) {
      try kullbackLeibler(logits: $0[0], whole($0[1]))
    } plain: {
      divergence(logarithms($0[0]), whole($0[1]))
    }
    OperationFixture(
      "the Kullback-Leibler divergence of probabilities",
      "kullbackLeibler(Tensor, Tensor, weights: Tensor?)", [.share([3, 4]), .share([3, 4])]
    ) {
      try kullbackLeibler(whole($0[0]), whole($0[1]))
    } plain: {
      divergence(whole($0[0]).map { Foundation.log($0) }, whole($0[1]))
    }
    OperationFixture(
      "the hinge loss", "hinge(Tensor, Tensor, weights: Tensor?)", [[3, 4], .mask([3, 4])]
    ) {
      try hinge($0[0], $0[1])
    } plain: {
      mean(.zip($0[0], $0[1]) { max(0, 1 - (2 * $1 - 1) * $0) })
    }.holding(1)
    for smoothing in [1, 0.1] {
      OperationFixture(
        "the Dice loss, smoothing \(smoothing)",
        "dice(Tensor, Tensor, smoothing: Double, weights: Tensor?)",
        [.share([2, 3, 2]), .share([2, 3, 2])]
      ) {
        try dice($0[0], $0[1], smoothing: smoothing)
      } plain: {
        regions($0[0], $0[1]) { both, p, t in
          1 - (2 * both + smoothing) / (p + t + smoothing)
        }
      }
      OperationFixture(
        "the Jaccard loss, smoothing \(smoothing)",
        "jaccard(Tensor, Tensor, smoothing: Double, weights: Tensor?)",
        [.share([2, 2, 2, 1]), .share([2, 2, 2, 1])]
      ) {
        try jaccard($0[0], $0[1], smoothing: smoothing)
      } plain: {
        regions($0[0], $0[1]) { both, p, t in
          1 - (both + smoothing) / (p + t - both + smoothing)
        }
      }
    }
  }

  private static func divergence(_ logarithms: Plain, _ targets: Plain) -> Plain {
    let terms = Plain.zip(logarithms, targets) { x, t -> Double in t * (Foundation.log(t) - x) }
    return mean(terms.reduced([-1]) { $0.reduce(0, +) })
  }

  private static func regions(
    _ p: Plain, _ t: Plain, _ loss: (Double, Double, Double) -> Double
  ) -> Plain {
    let axes = Array(1..<(p.shape.count - 1))
    func sums(_ x: Plain) -> [Double] { x.reduced(axes) { $0.reduce(0, +) }.values }
    let (both, predicted, wanted) = (sums(.zip(p, t, *)), sums(p), sums(t))
    let losses = both.indices.map { loss(both[$0], predicted[$0], wanted[$0]) }
    return Plain([], [losses.reduce(0, +) / Double(losses.count)])
  }
}
