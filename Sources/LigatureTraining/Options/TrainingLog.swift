import LigatureNetworks

/// What is written of a training while it runs, beside the line on the terminal.
///
///     TrainingOptions(logs: [.csv(at: folder.appending(path: "steps.csv"))])
///
/// A log that cannot be written, because a disk is full or a folder was removed, is a warning, and
/// no end to the training. A run that resumes another goes on with its logs.
public struct TrainingLog: Sendable {
  let makeWatcher: @Sendable (WatchedTraining) -> any TrainingWatcher

  /// A log that is written by a watcher of its own for each run.
  package init(_ makeWatcher: @escaping @Sendable (WatchedTraining) -> any TrainingWatcher) {
    self.makeWatcher = makeWatcher
  }
}

/// What a watcher sees of a run.
package struct WatchedTraining {
  package let network: Network
  package let history: TrainingHistory
  /// Steps taken in all epochs.
  package let iteration: Int
  /// Epochs there are to be.
  package let epochs: Int
  package let iterationsPerEpoch: Int
  package let metrics: [String]
}

/// Sees a training from its first step to its last. It cannot change anything, and nothing that
/// befalls it, such as a full disk, ends the training.
package protocol TrainingWatcher: AnyObject {
  /// A run begins, or goes on.
  func didBegin(_ run: WatchedTraining)
  /// A step has been taken.
  func didStep(_ progress: TrainingProgress, of run: WatchedTraining)
  /// The run is over: done, stopped, or with an error, behind which it may go on.
  func didEnd(_ run: WatchedTraining, _ error: (any Error)?)
}

extension TrainingWatcher {
  package func didBegin(_ run: WatchedTraining) {}
  package func didEnd(_ run: WatchedTraining, _ error: (any Error)?) {}
}
