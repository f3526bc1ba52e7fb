import Foundation

/// Runs each task on a thread of its own: trials compute for long and wait for each other, which
/// would leave Swift's own threads to nobody else.
final class TrialThreads: TaskExecutor {
  static let shared = TrialThreads()

  /// Room for deeply nested layers.
  private static let stackSize = 8 << 20

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let thread = Thread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    thread.name = "ligature.trial"
    thread.stackSize = Self.stackSize
    thread.start()
  }
}
