import LigatureTensors
import LigatureTraining

/// What a sweep does, but for what its trials compute: checked settings, and the rounds in which
/// trials are suggested and halved together.
struct SweepPlan: Sendable {
  let space: SearchSpace
  let strategy: SweepStrategy
  let objective: Objective
  let earlyStopping: EarlyStopping?
  let seed: UInt64
  let roundSize: Int
  /// How many trials there are to be.
  let count: Int
  /// Where trials wait; none without early stopping.
  let rungs: [Int]

  /// Trials that are suggested together.
  struct Round: Equatable {
    let numbers: Range<Int>
    /// The first rung at which they wait.
    let firstRung: Int
  }

  static let mostTrials = 10_000
  /// Trials that wait for each other keep their networks and threads.
  static let mostInRound = 1_000

  /// - Parameters:
  ///   - trials: how many at most; nil for all of a grid.
  ///   - roundSize: how many are suggested and halved together; nil for what is usual.
  init(
    space: SearchSpace, trials: Int?, strategy: SweepStrategy, objective: Objective,
    earlyStopping: EarlyStopping?, seed: UInt64, roundSize: Int?
  ) throws {
    try space.validate()
    try earlyStopping?.validate()
    self.space = space
    self.strategy = strategy
    self.objective = objective
    self.earlyStopping = earlyStopping
    self.seed = seed
    count = try Self.count(space, trials, strategy)
    rungs = earlyStopping?.rungs ?? []
    if let roundSize, !(1...Self.mostInRound).contains(roundSize) {
      throw TensorError(
        "sweep", "rounds of \(counted(roundSize, "trial")) cannot be",
        remedy: "Give a roundSize of 1 to \(Self.mostInRound), or none")
    }
    if case .bayesian(let initial?) = strategy.kind, !(2...Self.mostInRound).contains(initial) {
      throw TensorError(
        "sweep", "a Bayesian search cannot begin with \(counted(initial, "trial"))",
        remedy: "Give initialTrials of 2 to \(Self.mostInRound)")
    }
    if let largest = earlyStopping.map(Self.largestBracket), largest > Self.mostInRound {
      throw TensorError(
        "sweep", "the first round of \(earlyStopping.map { "\($0)" } ?? "") has \(largest) trials",
        remedy: "Begin later, end earlier, or take a smaller factor, so that it has at most "
          + "\(Self.mostInRound)")
    }
    self.roundSize = roundSize ?? (strategy.isBayesian ? 4 : 64)
  }

  /// How many trials there are to be, at most as many as there are different ones.
  private static func count(
    _ space: SearchSpace, _ trials: Int?, _ strategy: SweepStrategy
  ) throws -> Int {
    if let trials, !(1...mostTrials).contains(trials) {
      throw TensorError(
        "sweep", "a sweep cannot have \(counted(trials, "trial"))",
        remedy: "Give 1 to \(mostTrials) trials")
    }
    guard strategy.kind == .grid else {
      guard let trials else {
        throw TensorError(
          "sweep", "a \(strategy) search has no end of its own", remedy: "Give a number of trials")
      }
      return min(trials, space.count ?? trials)
    }
    let gridCount = space.gridCount
    let most = trials ?? mostTrials
    guard let gridCount, gridCount <= most else {
      let size = gridCount.map { "\($0)" } ?? "more than 10^18"
      throw TensorError(
        "sweep", "the grid has \(size) trials, and \(most) are allowed",
        remedy: "Give \(trials == nil ? "" : "more trials, ")fewer gridPoints, or search by .random"
      )
    }
    return gridCount
  }

  /// How many trials the first round of Hyperband has; 0 for successive halving.
  private static func largestBracket(_ stopping: EarlyStopping) -> Int {
    stopping.kind == .hyperband ? bracketSize(stopping, rungs: stopping.rungs.count) : 0
  }

  /// How many trials a round has that begins so many rungs below the end: (s_max + 1) / (s + 1) ·
  /// ηˢ, rounded up.
  private static func bracketSize(_ stopping: EarlyStopping, rungs: Int) -> Int {
    var power = 1
    for _ in 0..<rungs {
      let (next, overflows) = power.multipliedReportingOverflow(by: stopping.factor)
      guard !overflows, next <= 1 << 40 else { return 1 << 40 }
      power = next
    }
    return ((stopping.rungs.count + 1) * power + rungs) / (rungs + 1)
  }

  /// The rounds, one after the other.
  var rounds: [Round] {
    var rounds: [Round] = []
    var next = 0
    while next < count {
      var (size, firstRung) = (roundSize, 0)
      if let earlyStopping, earlyStopping.kind == .hyperband {
        firstRung = rounds.count % (rungs.count + 1)
        size = Self.bracketSize(earlyStopping, rungs: rungs.count - firstRung)
      } else if let initialTrials {
        size = next == 0 ? initialTrials : roundSize
      } else if earlyStopping == nil {
        // Nobody waits for anybody.
        size = count
      }
      let numbers = next..<min(count, next + size)
      rounds.append(Round(numbers: numbers, firstRung: firstRung))
      next = numbers.upperBound
    }
    return rounds
  }

  /// How many trials a Bayesian search spreads over the space; nil for another strategy.
  private var initialTrials: Int? {
    switch strategy.kind {
    case .grid, .random: nil
    case .bayesian(let initial): initial ?? max(4, 2 * space.axes.count + 1)
    }
  }

  /// What chooses the values.
  func suggester() -> any Suggester {
    switch strategy.kind {
    case .grid: GridSuggester(points: space.gridPoints)
    case .random: RandomSuggester(space: space, seed: seed)
    case .bayesian:
      BayesianSuggester(
        space: space, seed: seed, initialTrials: initialTrials ?? count,
        hasProgress: !rungs.isEmpty)
    }
  }

  /// A value with less being better.
  func cost(_ value: Double) -> Double { objective.isHighest ? -value : value }

  /// Whether there may be more trials, or fewer, without any other being different.
  var mayGrow: Bool { earlyStopping == nil && strategy.kind != .grid }

  /// Everything that results depend on, but for what trials compute.
  var settings: [SweepResults.Setting] {
    space.axes.map {
      SweepResults.Setting(
        name: SweepResults.Setting.axisPrefix + $0.name, text: "\($0.hyperparameter)")
    } + [
      SweepResults.Setting(name: "strategy", text: "\(strategy)"),
      SweepResults.Setting(name: "trials", text: "\(count)"),
      SweepResults.Setting(name: "round size", text: "\(roundSize)"),
      SweepResults.Setting(name: "objective", text: "\(objective)"),
      SweepResults.Setting(
        name: "early stopping", text: earlyStopping.map { "\($0)" } ?? "none"),
      SweepResults.Setting(name: "seed", text: "\(seed)"),
    ]
  }
}

extension SweepStrategy {
  fileprivate var isBayesian: Bool {
    if case .bayesian = kind { true } else { false }
  }
}
