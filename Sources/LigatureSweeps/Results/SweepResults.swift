import LigatureNetworks
import LigatureTraining

/// What a sweep found. Printed, it is a table of all trials, the best first.
public struct SweepResults: Sendable, Equatable {
  /// Why a sweep ended before all its trials.
  public enum StopReason: String, Sendable {
    /// Its Swift task was cancelled.
    case cancelled
    /// The user interrupted the program, with Ctrl-C.
    case interrupted
  }

  /// The trials, the best first: those that were completed by their objective, then those that
  /// were stopped, the ones that came farthest first, and then those that failed. Trials with equal
  /// values stand in the order of their numbers.
  public let trials: [TrialResult]
  /// What the trials were to make as good as they can.
  public let objective: Objective
  /// The hyperparameters.
  public let space: SearchSpace
  /// How many trials there were to be.
  public let plannedCount: Int
  /// Why it ended before; nil where it did not.
  public let stopReason: StopReason?
  /// The settings as names and words.
  let settings: [Setting]
  /// The network of ``best``, where trials are trainings; nil where these ran in another process
  /// and have layers of your own, whose values `best.safetensors` in the sweep's folder has.
  public private(set) var bestNetwork: Network?

  /// A setting of the sweep, for people.
  struct Setting: Sendable, Hashable {
    let name: String
    let text: String

    /// What the name of a hyperparameter begins with, so that it may be called as it likes.
    static let axisPrefix = "hyperparameter "
  }

  init(
    _ trials: [TrialResult], objective: Objective, space: SearchSpace, plannedCount: Int,
    stopReason: StopReason?, settings: [Setting]
  ) {
    self.trials = trials.sorted { Self.isBetter($0, $1, objective) }
    self.objective = objective
    self.space = space
    self.plannedCount = plannedCount
    self.stopReason = stopReason
    self.settings = settings
  }

  /// The same with a network.
  func with(bestNetwork: Network?) -> SweepResults {
    var results = self
    results.bestNetwork = bestNetwork
    return results
  }

  /// The completed trial with the best objective; nil where none was completed.
  public var best: TrialResult? {
    trials.first.flatMap { $0.status == .completed ? $0 : nil }
  }

  /// Whether two sweeps found the same, times and networks apart.
  public static func == (a: SweepResults, b: SweepResults) -> Bool {
    a.trials == b.trials && a.objective == b.objective && a.space == b.space
      && a.plannedCount == b.plannedCount && a.stopReason == b.stopReason
      && a.settings == b.settings
  }

  /// Whether a trial stands above another one.
  private static func isBetter(_ a: TrialResult, _ b: TrialResult, _ objective: Objective) -> Bool {
    func key(_ trial: TrialResult) -> (Int, Int, Double, Int) {
      let rank =
        switch trial.status {
        case .completed: 0
        case .paused: 1
        case .stopped: 2
        case .failed: 3
        }
      let value = trial.objective ?? .infinity
      return (
        rank, -(trial.rungs.last?.resource ?? 0), objective.isHighest ? -value : value, trial.number
      )
    }
    var (first, second) = (key(a), key(b))
    // How far a trial came says nothing of one that came to its end.
    if first.0 == 0 || first.0 == 3 { first.1 = 0 }
    if second.0 == 0 || second.0 == 3 { second.1 = 0 }
    return first < second
  }
}
