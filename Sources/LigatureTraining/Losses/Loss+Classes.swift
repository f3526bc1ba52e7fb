import LigatureTensors

// Losses of probabilities and classes.
extension Loss {
  /// For outputs in 0...1, each a probability of its own.
  public static let binaryCrossEntropy = binaryCrossEntropy(from: .probabilities)

  /// For probabilities of classes along the last axis; targets are probabilities or class numbers.
  public static let crossEntropy = crossEntropy(from: .probabilities)

  /// For probabilities, or for logits: `.binaryCrossEntropy(from: .logits)`.
  public static func binaryCrossEntropy(from predictions: Predictions) -> Loss {
    each("binaryCrossEntropy") { x, t, weights in
      predictions == .logits
        ? try LigatureTensors.binaryCrossEntropy(logits: x, t, weights: weights)
        : try LigatureTensors.binaryCrossEntropy(x, t, weights: weights)
    }
  }

  /// For probabilities of classes along the last axis, or for logits: `.crossEntropy(from:
  /// .logits)`; targets are probabilities or class numbers.
  ///
  /// - Parameters:
  ///   - predictions: what the network puts out.
  ///   - labelSmoothing: how much of each target is spread over all classes, in 0...1.
  ///   - classWeights: a weight of 0 or more for each class.
  public static func crossEntropy(
    from predictions: Predictions = .probabilities, labelSmoothing: Double = 0,
    classWeights: [Double]? = nil
  ) -> Loss {
    each("crossEntropy", amount: weight(of: classWeights)) { x, t, weights in
      predictions == .logits
        ? try LigatureTensors.crossEntropy(
          logits: x, t, labelSmoothing: labelSmoothing, classWeights: classWeights,
          weights: weights)
        : try LigatureTensors.crossEntropy(
          x, t, labelSmoothing: labelSmoothing, classWeights: classWeights, weights: weights)
    }
  }

  /// For logarithms of probabilities along the last axis, and class numbers.
  public static func negativeLogLikelihood(classWeights: [Double]? = nil) -> Loss {
    each("negativeLogLikelihood", amount: weight(of: classWeights)) { x, t, weights in
      try LigatureTensors.negativeLogLikelihood(
        x, t, classWeights: classWeights, weights: weights)
    }
  }

  /// A cross-entropy to which observations that are right already add less.
  public static func focalCrossEntropy(
    from predictions: Predictions = .probabilities, gamma: Double = 2,
    classWeights: [Double]? = nil
  ) -> Loss {
    each("focalCrossEntropy", amount: weight(of: classWeights)) { x, t, weights in
      predictions == .logits
        ? try LigatureTensors.focalCrossEntropy(
          logits: x, t, gamma: gamma, classWeights: classWeights, weights: weights)
        : try LigatureTensors.focalCrossEntropy(
          x, t, gamma: gamma, classWeights: classWeights, weights: weights)
    }
  }

  /// The same for outputs that are each a probability of its own; `alpha` is the weight of targets
  /// of 1, and 1 - `alpha` that of targets of 0.
  public static func binaryFocalCrossEntropy(
    from predictions: Predictions = .probabilities, gamma: Double = 2, alpha: Double? = 0.25
  ) -> Loss {
    each("binaryFocalCrossEntropy") { x, t, weights in
      predictions == .logits
        ? try LigatureTensors.binaryFocalCrossEntropy(
          logits: x, t, gamma: gamma, alpha: alpha, weights: weights)
        : try LigatureTensors.binaryFocalCrossEntropy(
          x, t, gamma: gamma, alpha: alpha, weights: weights)
    }
  }

  /// The divergence of predicted distributions along the last axis from target distributions.
  public static func kullbackLeibler(from predictions: Predictions = .probabilities) -> Loss {
    each("kullbackLeibler") { x, t, weights in
      predictions == .logits
        ? try LigatureTensors.kullbackLeibler(logits: x, t, weights: weights)
        : try LigatureTensors.kullbackLeibler(x, t, weights: weights)
    }
  }

  /// For scores without bounds, and targets that are 0 or 1.
  public static let hinge = each("hinge") { try LigatureTensors.hinge($0, $1, weights: $2) }

  /// For probabilities of regions `[batch, ..., channels]` and masks of the same shape.
  public static func dice(smoothing: Double = 1) -> Loss {
    each("dice") { try LigatureTensors.dice($0, $1, smoothing: smoothing, weights: $2) }
  }

  /// The same by intersection over union.
  public static func jaccard(smoothing: Double = 1) -> Loss {
    each("jaccard") { try LigatureTensors.jaccard($0, $1, smoothing: smoothing, weights: $2) }
  }

  /// For outputs `[batch, time, classes]`, and labels `[batch, labels]` whose places in time are
  /// not known: see ``ctc(_:_:lengths:blank:)``.
  ///
  /// Labels are class numbers, padded with -1. Where steps are padded, a second target `[batch]`
  /// says how many steps of each observation's output count: `TrainingData(inputs: [x], targets:
  /// [labels, steps], inputLengths: [lengths])`.
  public static func ctc(from predictions: Predictions = .probabilities, blank: Int = 0) -> Loss {
    Loss("ctc") { outputs, targets in
      guard outputs.count == 1, (1...2).contains(targets.count) else {
        throw TensorError(
          "ctc",
          "found \(counted(outputs.count, "output")) and \(counted(targets.count, "target"))",
          remedy: "Give one output, labels, and where steps are padded, how many count")
      }
      let lengths = try targets.dropFirst().first.map { try stepCounts($0) }
      return predictions == .logits
        ? try LigatureTensors.ctc(logits: outputs[0], targets[0], lengths: lengths, blank: blank)
        : try LigatureTensors.ctc(outputs[0], targets[0], lengths: lengths, blank: blank)
    }
  }

  private static func stepCounts(_ target: Tensor) throws -> [Int] {
    try target.doubles().map { value in
      guard let count = Int(exactly: value) else {
        throw TensorError(
          "ctc", "the second target has \(value) where it says how many steps count",
          remedy: "Give whole numbers of steps, one for each observation")
      }
      return count
    }
  }

  /// The weight of all targets of a batch by their classes; nil without class weights.
  private static func weight(
    of classWeights: [Double]?
  ) -> (@Sendable (Tensor, Tensor?) throws -> Double)? {
    guard let classWeights else { return nil }
    return { targets, weights in
      let values = try targets.doubles()
      let own: [Double]
      if targets.scalarType.isFloatingPoint {
        own = stride(from: 0, to: values.count, by: classWeights.count).map { start in
          zip(values[start...], classWeights).reduce(0) { $0 + $1.0 * $1.1 }
        }
      } else {
        own = values.map { value in
          Int(exactly: value).flatMap { classWeights.indices.contains($0) ? classWeights[$0] : nil }
            ?? 0
        }
      }
      guard let weights, weights.count > 0 else { return own.reduce(0, +) }
      let others = try weights.doubles()
      let repeats = max(1, own.count / others.count)
      return own.enumerated().reduce(0) { sum, entry in
        let place = entry.offset / repeats
        return others.indices.contains(place) ? sum + entry.element * others[place] : sum
      }
    }
  }
}
