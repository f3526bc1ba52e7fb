import Foundation

/// The line on the terminal.
package final class TerminalLog: TrainingWatcher {
  /// Whether several trainings run at once, whose lines would overwrite each other.
  @TaskLocal private static var isSilent = false

  private let display: ProgressDisplay

  init(_ display: ProgressDisplay = ProgressDisplay(quiet: TerminalLog.isSilent)) {
    self.display = display
  }

  /// Runs `body`, in which trainings do not write to the terminal.
  package static func silently<Result>(_ body: () throws -> Result) rethrows -> Result {
    try $isSilent.withValue(true, operation: body)
  }

  package func didStep(_ progress: TrainingProgress, of run: WatchedTraining) {
    display.show(progress)
  }

  package func didEnd(_ run: WatchedTraining, _ error: (any Error)?) {
    display.finish()
    guard error == nil, let reason = run.history.stopReason else { return }
    display.note(reason.sentence + (run.history.bestWords.map { " " + $0 } ?? ""))
  }
}

extension TrainingHistory.StopReason {
  /// What is said of it.
  var sentence: String {
    switch self {
    case .callback: "Stopped by a callback."
    case .cancelled: "Stopped: the task was cancelled."
    case .interrupted: "Interrupted; the network keeps what it has learned."
    case .validationPatience: "Stopped: validation became no better."
    case .converged: "Converged."
    case .noLowerLoss: "Ended: the solver finds no lower loss."
    }
  }
}

extension TrainingHistory {
  /// What the best value was.
  fileprivate var bestWords: String? {
    best.map { "The best value was \($0.value) in epoch \($0.epoch)." }
  }
}
