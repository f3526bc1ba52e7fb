/// How a sweep chooses the values of its trials.
public struct SweepStrategy: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case grid
    case random
    case bayesian(initialTrials: Int?)
  }

  let kind: Kind

  /// Every combination of the hyperparameters' grid points, the last one changing first.
  public static let grid = SweepStrategy(kind: .grid)

  /// Drawn independently of each other, as each hyperparameter says (Bergstra and Bengio, "Random
  /// search for hyper-parameter optimization", 2012). A trial depends on seed and number alone; of
  /// a finite space none is drawn twice.
  public static let random = SweepStrategy(kind: .random)

  /// Where a Gaussian process that knows the trials so far expects the largest improvement (Snoek
  /// and others, "Practical Bayesian optimization of machine learning algorithms", 2012), after
  /// some trials that are spread over the space.
  ///
  /// Worth its while where a trial takes seconds: a suggestion after n trials takes some dozens of
  /// n³ multiply-adds, of the 300 trials that say most.
  public static let bayesian = SweepStrategy(kind: .bayesian(initialTrials: nil))

  /// The same with a number of trials to begin with; by default twice as many as there are
  /// hyperparameters and one more, 4 at least.
  public static func bayesian(initialTrials: Int) -> SweepStrategy {
    SweepStrategy(kind: .bayesian(initialTrials: initialTrials))
  }
}

extension SweepStrategy: CustomStringConvertible {
  /// As it is written in code.
  public var description: String {
    switch kind {
    case .grid: "grid"
    case .random: "random"
    case .bayesian(nil): "bayesian"
    case .bayesian(let count?): "bayesian(initialTrials: \(count))"
    }
  }
}
