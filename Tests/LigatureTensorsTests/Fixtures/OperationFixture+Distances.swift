import Foundation
import LigatureTensors

// Losses of vectors by their distances, and of numbers by their densities.
extension OperationFixture {
  /// Of each row of two arrays, the sum of a function of their elements.
  private static func sums(
    _ a: Plain, _ b: Plain, _ function: (Double, Double) -> Double
  ) -> Plain { Plain.zip(a, b, function).reduced([-1]) { $0.reduce(0, +) } }

  private static func cosines(_ a: Plain, _ b: Plain) -> Plain {
    let lengths = Plain.zip(sums(a, a, *), sums(b, b, *)) { ($0 * $1).squareRoot() }
    return .zip(sums(a, b, *), lengths, /)
  }

  private static func gaps(_ a: Plain, _ b: Plain) -> Plain {
    let squares = sums(a, b) { ($0 - $1) * ($0 - $1) }
    return squares.map { $0.squareRoot() }
  }

  @FixtureBuilder static var distances: [OperationFixture] {
    OperationFixture(
      "the cosine similarity", "cosineSimilarity(Tensor, Tensor)", [[2, 3, 4], [2, 3, 4]]
    ) {
      try cosineSimilarity($0[0], $0[1])
    } plain: {
      cosines($0[0], $0[1])
    }
    OperationFixture(
      "the cosine distance", "cosineDistance(Tensor, Tensor, weights: Tensor?)", [[3, 4], [3, 4]]
    ) {
      try cosineDistance($0[0], $0[1])
    } plain: {
      mean(cosines($0[0], $0[1]).map { 1 - $0 })
    }
    OperationFixture(
      "the cosine embedding loss",
      "cosineEmbedding(Tensor, Tensor, Tensor, margin: Double, weights: Tensor?)",
      [[6, 4], [6, 4], .mask([6])]
    ) {
      try cosineEmbedding($0[0], $0[1], $0[2], margin: 0.1)
    } plain: {
      mean(.zip(cosines($0[0], $0[1]), $0[2]) { $1 == 1 ? 1 - $0 : max(0, $0 - 0.1) })
    }.holding(2)
    OperationFixture(
      "the contrastive loss",
      "contrastive(Tensor, Tensor, Tensor, margin: Double, weights: Tensor?)",
      [[6, 2], [6, 2], .mask([6, 1])]
    ) {
      try contrastive($0[0], $0[1], $0[2], margin: 3)
    } plain: {
      mean(
        .zip(gaps($0[0], $0[1]), $0[2].reshaped([6])) { d, together in
          let gap = max(0, 3 - d)
          return (together == 1 ? d * d : gap * gap) / 2
        })
    }.holding(2)
    OperationFixture(
      "the triplet loss",
      "triplet(anchor: Tensor, positive: Tensor, negative: Tensor, margin: Double, "
        + "weights: Tensor?)", [[5, 3], [5, 3], [5, 3]]
    ) {
      try triplet(anchor: $0[0], positive: $0[1], negative: $0[2], margin: 0.7)
    } plain: {
      mean(
        .zip(gaps($0[0], $0[1]), gaps($0[0], $0[2])) { max(0, $0 - $1 + 0.7) })
    }
    OperationFixture(
      "the Poisson loss of rates", "poisson(rates: Tensor, Tensor, weights: Tensor?)",
      [.positive([3, 2]), .positive([3, 2])]
    ) {
      try poisson(rates: $0[0], $0[1])
    } plain: {
      mean(.zip($0[0], $0[1]) { $0 - $1 * Foundation.log($0) })
    }
    OperationFixture(
      "the Poisson loss of logarithms", "poisson(logRates: Tensor, Tensor, weights: Tensor?)",
      [[3, 2], .positive([3, 2])]
    ) {
      try poisson(logRates: $0[0], $0[1])
    } plain: {
      mean(.zip($0[0], $0[1]) { Foundation.exp($0) - $1 * $0 })
    }
    OperationFixture(
      "the Gaussian negative log-likelihood",
      "gaussianNegativeLogLikelihood(Tensor, variances: Tensor, Tensor, weights: Tensor?)",
      [[3, 2], .positive([3, 2]), [3, 2]]
    ) {
      try gaussianNegativeLogLikelihood($0[0], variances: $0[1], $0[2])
    } plain: { inputs in
      let squares = Plain.zip(inputs[0], inputs[2]) { ($0 - $1) * ($0 - $1) }
      return mean(.zip(inputs[1], squares) { (Foundation.log($0) + $1 / $0) / 2 })
    }
  }

  /// Σ w l / Σ w with a weight for each row.
  private static func weighed(
    _ losses: Plain, _ weights: Plain
  ) -> Plain {
    let width = losses.values.count / weights.values.count
    var (sum, divisor) = (0.0, 0.0)
    for (place, loss) in losses.values.enumerated() {
      sum += loss * weights.values[place / width]
      divisor += weights.values[place / width]
    }
    return Plain([], [sum / divisor])
  }

  @FixtureBuilder static var weightedLosses: [OperationFixture] {
    for shape in [[3], [3, 1], [3, 4]] {
      OperationFixture(
        "the mean squared error, weights \(shape)",
        "meanSquaredError(Tensor, Tensor, weights: Tensor?)", [[3, 4], [3, 4], .positive(shape)]
      ) {
        try meanSquaredError($0[0], $0[1], weights: $0[2])
      } plain: {
        weighed(.zip($0[0], $0[1]) { ($0 - $1) * ($0 - $1) }, $0[2])
      }.holding(2)
    }
    OperationFixture(
      "the mean absolute error, with weights of 0",
      "meanAbsoluteError(Tensor, Tensor, weights: Tensor?)",
      [.distinct([3, 2]), .distinct([3, 2]), .mask([3, 2])]
    ) {
      try meanAbsoluteError($0[0], $0[1], weights: $0[2])
    } plain: {
      weighed(.zip($0[0], $0[1]) { Swift.abs($0 - $1) }, $0[2])
    }.holding(2)
    OperationFixture(
      "the binary cross-entropy of probabilities with weights",
      "binaryCrossEntropy(Tensor, Tensor, weights: Tensor?)",
      [.share([3, 2]), .share([3, 2]), .positive([3])]
    ) {
      try binaryCrossEntropy($0[0], $0[1], weights: $0[2])
    } plain: {
      weighed(.zip($0[0], $0[1], entropy), $0[2])
    }.holding(2)
    OperationFixture(
      "the binary cross-entropy of logits with weights",
      "binaryCrossEntropy(logits: Tensor, Tensor, weights: Tensor?)",
      [[3, 2], .share([3, 2]), .positive([3])]
    ) {
      try binaryCrossEntropy(logits: $0[0], $0[1], weights: $0[2])
    } plain: {
      weighed(.zip($0[0].map(logistic), $0[1], entropy), $0[2])
    }.holding(2)
  }
}
