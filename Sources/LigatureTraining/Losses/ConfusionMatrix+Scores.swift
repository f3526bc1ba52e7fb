// Scores of a confusion matrix. A class that occurs or is predicted, and has nothing else to be
// divided by, has score 0; without observations a score is NaN, and so is that of a class that is
// not there.
extension ConfusionMatrix {
  /// The share of observations whose class is right.
  public var accuracy: Double {
    total > 0 ? Double(counts.indices.reduce(0) { $0 + counts[$1][$1] }) / Double(total) : .nan
  }

  /// Of what is predicted to be a class, the share that is.
  public func precision(_ average: ClassAverage = .macro) -> Double {
    score(average) { ($0.right, $0.predicted) }
  }

  /// Of what is of a class, the share that is predicted to be.
  public func recall(_ average: ClassAverage = .macro) -> Double {
    score(average) { ($0.right, $0.wanted) }
  }

  /// The F-score (1 + β²) TP / ((1 + β²) TP + β² FN + FP).
  public func fScore(_ average: ClassAverage = .macro, beta: Double = 1) -> Double {
    let square = beta * beta
    return score(average) { ((1 + square) * $0.right, square * $0.wanted + $0.predicted) }
  }

  /// Intersection over union.
  public func iou(_ average: ClassAverage = .macro) -> Double {
    score(average) { ($0.right, $0.wanted + $0.predicted - $0.right) }
  }

  /// How often a class was predicted and right, occurred, and was predicted.
  private struct Marginals {
    var right: Double
    var wanted: Double
    var predicted: Double
  }

  private var marginals: [Marginals] {
    counts.indices.map { number in
      Marginals(
        right: Double(counts[number][number]),
        wanted: Double(counts[number].reduce(undefined[number], +)),
        predicted: Double(counts.reduce(0) { $0 + $1[number] }))
    }
  }

  private func score(
    _ average: ClassAverage, _ parts: (Marginals) -> (part: Double, whole: Double)
  ) -> Double {
    let all = marginals
    func score(_ number: Int) -> Double {
      guard all.indices.contains(number), all[number].wanted + all[number].predicted > 0 else {
        return .nan
      }
      let (part, whole) = parts(all[number])
      return whole > 0 ? part / whole : 0
    }
    switch average {
    case .positive: return all.count == 2 ? score(1) : .nan
    case .class(let number): return score(number)
    case .macro:
      let scores = all.indices.map(score).filter { !$0.isNaN }
      return scores.isEmpty ? .nan : scores.reduce(0, +) / Double(scores.count)
    case .weighted:
      let present = all.indices.filter { all[$0].wanted > 0 }
      let sum = present.reduce(0) { $0 + all[$1].wanted * score($1) }
      return present.isEmpty ? .nan : sum / present.reduce(0) { $0 + all[$1].wanted }
    case .micro:
      let sums = all.map(parts).reduce((part: 0.0, whole: 0.0)) {
        ($0.part + $1.part, $0.whole + $1.whole)
      }
      return sums.whole > 0 ? sums.part / sums.whole : .nan
    }
  }
}
