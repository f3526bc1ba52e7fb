import Foundation
import LigatureInterchange

/// Writes checkpoints of a run.
struct CheckpointWriter {
  private let checkpoints: Checkpoints
  private var attempt: Forgiving
  private var last = ContinuousClock.now
  private var lastIteration: Int

  init(_ checkpoints: Checkpoints, from iteration: Int) {
    self.checkpoints = checkpoints
    lastIteration = iteration
    attempt = Forgiving("no checkpoint can be written to \(checkpoints.folder.path)")
  }

  /// Writes one where it is time to, or the run is over, and steps have been taken since the last.
  mutating func step(_ run: TrainingRun, endsEpoch: Bool) {
    guard run.iteration > lastIteration else { return }
    let isDue = checkpoints.frequency.isDue(
      iteration: run.iteration, epoch: run.epoch - 1, endsEpoch: endsEpoch,
      secondsSince: last.duration(to: .now) / .seconds(1))
    guard isDue || run.isFinished else { return }
    let checkpoints = checkpoints
    if attempt.perform({ try checkpoints.write(run.state) }) { lastIteration = run.iteration }
    last = .now
  }
}

extension Checkpoints {
  /// Writes a state, and then removes checkpoints that are one too many. Throws, and removes
  /// nothing, where it cannot be written.
  func write(_ state: TrainingState) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let digits = "\(state.iteration)"
    let name = String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    let url = folder.appending(path: Self.prefix + name + Self.suffix)
    try state.save(to: url)
    guard let count else { return }
    for old in Self.files(in: folder).dropLast(count)
    where old.lastPathComponent != url.lastPathComponent {
      try? FileManager.default.removeItem(at: old)
    }
  }
}
