import Foundation
import LigatureTensors

// Metrics of classes. With several outputs along the last axis there is a class for each; one
// output, or none along an axis of its own, is about class 1 against class 0. Targets are class
// numbers of any type, `[n]` or `[n, 1]`, or probabilities of the outputs' shape.
extension Metric {
  /// The share of observations whose class is right, by ``accuracy(from:)`` of probabilities.
  public static let accuracy = accuracy(from: .probabilities)

  /// The share of observations whose class is right.
  ///
  /// With several outputs along the last axis the class is that of the largest. Targets are class
  /// numbers of any type, `[n]` or `[n, 1]`, or probabilities of the outputs' shape. With one
  /// output the class is 1 where it is a probability above 1/2 or a logit above 0, else 0, and
  /// targets are 0 or 1. A prediction that is NaN is wrong.
  ///
  /// Throws where shapes do not fit, for targets that are no such classes, and for one output that
  /// is no probability where it is to be one.
  public static func accuracy(from predictions: Loss.Predictions) -> Metric {
    Metric("accuracy") { outputs, targets in
      let (output, target) = try firstPair("accuracy", outputs, targets)
      let classes = try Classes("accuracy", output, predictions)
      let right = zip(classes.predicted, try classes.wanted(in: target)).count { $0 == $1 }
      return (Double(right), Double(classes.predicted.count))
    }
  }

  /// The share of observations whose class is one of the `k` with the largest outputs; of equals
  /// the lower class numbers come first. A prediction with a NaN is wrong. Throws what
  /// ``accuracy(from:)`` throws, and unless there are `k` classes.
  public static func topAccuracy(_ k: Int) -> Metric {
    let name = "top\(k)Accuracy"
    return Metric(name) { outputs, targets in
      let (output, target) = try firstPair(name, outputs, targets)
      let classes = try Classes(name, output, .logits)
      guard output.rank > 1, output.shape.last == classes.count, (1...classes.count).contains(k)
      else {
        throw TensorError(
          name, "outputs of shape \(output.shape) have no \(k) largest of several",
          remedy: "Give an output for each class, and a k from 1 to their number")
      }
      let (values, wanted) = (try output.doubles(), try classes.wanted(in: target))
      let right = wanted.enumerated().count { row, number in
        let start = row * classes.count
        let line = values[start..<(start + classes.count)]
        guard !line.contains(where: \.isNaN) else { return false }
        let own = line[start + number]
        let before = line.indices.count { line[$0] > own || line[$0] == own && $0 < start + number }
        return before < k
      }
      return (Double(right), Double(wanted.count))
    }
  }

  /// Of what is predicted to be a class, the share that is: TP / (TP + FP).
  public static func precision(
    _ average: ClassAverage = .macro, from predictions: Loss.Predictions = .probabilities
  ) -> Metric {
    confusion("precision", average, predictions) { $0.precision(average) }
  }

  /// Of what is of a class, the share that is predicted to be: TP / (TP + FN).
  public static func recall(
    _ average: ClassAverage = .macro, from predictions: Loss.Predictions = .probabilities
  ) -> Metric {
    confusion("recall", average, predictions) { $0.recall(average) }
  }

  /// The F-score (1 + β²) TP / ((1 + β²) TP + β² FN + FP), the harmonic mean of precision and
  /// recall for β = 1.
  public static func fScore(
    _ average: ClassAverage = .macro, beta: Double = 1,
    from predictions: Loss.Predictions = .probabilities
  ) -> Metric {
    confusion("fScore", average, predictions) { $0.fScore(average, beta: beta) }
  }

  /// Intersection over union, TP / (TP + FP + FN), over all pixels of all observations.
  public static func iou(
    _ average: ClassAverage = .macro, from predictions: Loss.Predictions = .probabilities
  ) -> Metric {
    confusion("iou", average, predictions) { $0.iou(average) }
  }

  /// A score of the confusion matrix over all batches.
  private static func confusion(
    _ name: String, _ average: ClassAverage, _ predictions: Loss.Predictions,
    _ score: @escaping @Sendable (ConfusionMatrix) -> Double
  ) -> Metric {
    Metric(name, collecting: .sums { ConfusionMatrix.classes(of: $0) != nil }) { outputs, targets in
      let (output, target) = try firstPair(name, outputs, targets)
      let classes = try Classes(name, output, predictions)
      try average.require(name, of: classes.count)
      return ConfusionMatrix.cells(of: classes, try classes.wanted(in: target))
    } finish: { cells in
      ConfusionMatrix(cells: cells).map(score) ?? .nan
    }
  }

  /// The area under the ROC curve, by ``auc(of:from:)`` of class 1.
  public static let auc = auc(of: 1)

  /// The area under the receiver operating characteristic of a class against all others: how
  /// likely an observation of it scores higher than one of the others, equals counting half (Hanley
  /// and McNeil 1982). NaN where all observations are of the class, or none; and where a score is
  /// NaN. The score of class 0 of one output is its opposite. All scores are kept, 16 bytes an
  /// observation. Throws what ``accuracy(from:)`` throws, and for a class that is none.
  public static func auc(
    of number: Int, from predictions: Loss.Predictions = .probabilities
  ) -> Metric {
    Metric("auc", collecting: .list(of: 2)) { outputs, targets in
      let (output, target) = try firstPair("auc", outputs, targets)
      let classes = try Classes("auc", output, predictions)
      try ClassAverage.class(number).require("auc", of: classes.count)
      let wanted = try classes.wanted(in: target)
      let values = try output.doubles()
      let width = values.count / Swift.max(1, wanted.count)
      return wanted.enumerated().flatMap { row, target -> [Double] in
        let line = values[(row * width)..<((row + 1) * width)]
        let score = Self.score(Array(line), number, predictions)
        return [score, target == number ? 1 : 0]
      }
    } finish: { collected in
      area(
        stride(from: 0, to: collected.count, by: 2).map { (collected[$0], collected[$0 + 1] == 1) })
    }
  }

  /// A number that grows with the probability of a class.
  private static func score(
    _ line: [Double], _ number: Int, _ predictions: Loss.Predictions
  ) -> Double {
    guard line.count > 1 else { return number == 1 ? line[0] : -line[0] }
    guard predictions == .logits else { return line[number] }
    // The logit of one against the rest, which does not saturate.
    let others = line.indices.filter { $0 != number }.map { line[$0] }
    let most = others.max() ?? 0
    guard !line.contains(where: \.isNaN), most.isFinite else { return line[number] - most }
    return line[number] - most - log(others.reduce(0) { $0 + exp($1 - most) })
  }

  /// From the sum of midranks of positive scores.
  private static func area(_ scores: [(score: Double, isPositive: Bool)]) -> Double {
    let positives = scores.count { $0.isPositive }
    let negatives = scores.count - positives
    guard positives > 0, negatives > 0, !scores.contains(where: \.score.isNaN) else { return .nan }
    let ordered = scores.sorted { $0.score < $1.score }
    var (sum, start) = (0.0, 0)
    while start < ordered.count {
      var (end, found) = (start, 0)
      while end < ordered.count, ordered[end].score == ordered[start].score {
        found += ordered[end].isPositive ? 1 : 0
        end += 1
      }
      sum += Double(found) * Double(start + 1 + end) / 2
      start = end
    }
    let (p, n) = (Double(positives), Double(negatives))
    return (sum - p * (p + 1) / 2) / (p * n)
  }

  /// e to the power of the mean cross-entropy: how many classes an observation, or a step, is left
  /// to be chosen from. Outputs are probabilities or logits of classes along the last axis; targets
  /// are class numbers or probabilities. Throws what the cross-entropy throws.
  public static func perplexity(
    from predictions: Loss.Predictions = .probabilities
  ) -> Metric {
    Metric("perplexity", finish: { exp($0) }) { outputs, targets in
      let (output, target) = try firstPair("perplexity", outputs, targets)
      let count = Double(output.count / Swift.max(1, output.shape.last ?? 1))
      let mean =
        predictions == .logits
        ? try crossEntropy(logits: output, target) : try crossEntropy(output, target)
      return (count > 0 ? try mean.item() * count : 0, count)
    }
  }
}
