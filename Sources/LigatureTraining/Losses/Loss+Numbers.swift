import LigatureTensors

// Losses of numbers, and of vectors by their distances.
extension Loss {
  /// The mean squared error.
  public static let meanSquaredError = each(
    "meanSquaredError", residuals: { try squaredErrorResiduals($0, $1, weights: $2) }
  ) {
    try LigatureTensors.meanSquaredError($0, $1, weights: $2)
  }

  /// The mean absolute error.
  public static let meanAbsoluteError = each("meanAbsoluteError") {
    try LigatureTensors.meanAbsoluteError($0, $1, weights: $2)
  }

  /// Quadratic for small errors, linear for those beyond `threshold`.
  public static func huber(threshold: Double = 1) -> Loss {
    each("huber") { try LigatureTensors.huber($0, $1, threshold: threshold, weights: $2) }
  }

  /// What a network puts out where counts are to be predicted.
  public enum Rates: Sendable, Equatable {
    /// How many are expected, 0 or more.
    case rates
    /// The logarithm of that.
    case logarithms
  }

  /// For rates, or their logarithms, of counts that follow a Poisson distribution.
  public static func poisson(from predictions: Rates) -> Loss {
    each("poisson") { x, t, weights in
      predictions == .logarithms
        ? try LigatureTensors.poisson(logRates: x, t, weights: weights)
        : try LigatureTensors.poisson(rates: x, t, weights: weights)
    }
  }

  /// For a network of two outputs, means and variances, and one target.
  public static let gaussianNegativeLogLikelihood = whole(
    "gaussianNegativeLogLikelihood", outputs: 2, targets: 1,
    "a network of two outputs, means and variances, and one target"
  ) {
    try LigatureTensors.gaussianNegativeLogLikelihood(
      $0[0], variances: $0[1], $1[0], weights: $2)
  }

  /// One minus the cosine of the angle between output and target, along the last axis.
  public static let cosineDistance = each("cosineDistance") {
    try LigatureTensors.cosineDistance($0, $1, weights: $2)
  }

  /// For a network of two outputs, vectors along the last axis, and one target: 1 for pairs that
  /// are to point the same way, 0 for those that are to differ.
  public static func cosineEmbedding(margin: Double = 0) -> Loss {
    whole("cosineEmbedding", outputs: 2, targets: 1, pairs) {
      try LigatureTensors.cosineEmbedding($0[0], $0[1], $1[0], margin: margin, weights: $2)
    }
  }

  /// For a network of two outputs, vectors along the last axis, and one target: 1 for pairs that
  /// are to be near each other, 0 for those that are to be a margin apart.
  public static func contrastive(margin: Double = 1) -> Loss {
    whole("contrastive", outputs: 2, targets: 1, pairs) {
      try LigatureTensors.contrastive($0[0], $0[1], $1[0], margin: margin, weights: $2)
    }
  }

  private static let pairs = "a network of two outputs, and one target"

  /// For a network of three outputs, anchor, positive and negative, vectors along the last axis,
  /// and no target: `TrainingData(inputs: [a, p, n], targets: [])`.
  public static func triplet(margin: Double = 1) -> Loss {
    whole("triplet", outputs: 3, targets: 0, "a network of three outputs, and no target") {
      try LigatureTensors.triplet(
        anchor: $0[0], positive: $0[1], negative: $0[2], margin: margin, weights: $2)
    }
  }
}
