import Foundation

/// The line on the terminal.
final class TerminalLog: TrainingWatcher {
  private let display: ProgressDisplay

  init(_ display: ProgressDisplay = ProgressDisplay()) { self.display = display }

  func didStep(_ progress: TrainingProgress, of run: WatchedTraining) {
    display.show(progress)
  }

  func didEnd(_ run: WatchedTraining, _ error: (any Error)?) {
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
