import Foundation
import Synchronization

/// Ctrl-C while trainings run: the first ends them after their present step, so that nothing is
/// lost; the second ends the program, as ever.
///
/// Only where the program has no handler of its own for it, and only while ``train`` runs.
package enum Interruption {
  private static let requests = Atomic<Int>(0)
  private static let trainings = Mutex(Trainings())

  private struct Trainings {
    var count = 0
    var isHandling = false
  }

  /// Whether the user has asked for trainings to end after their present step.
  package static var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }

  /// Runs a training, which Ctrl-C ends in time.
  package static func whileListening<Result>(_ body: () throws -> Result) rethrows -> Result {
    begin()
    defer { end() }
    return try body()
  }

  private static func begin() {
    trainings.withLock { trainings in
      trainings.count += 1
      guard trainings.count == 1 else { return }
      requests.store(0, ordering: .relaxed)
      // The handler must find everything it touches made already.
      _ = note.utf8CodeUnitCount
      let former = signal(SIGINT, handle)
      trainings.isHandling = isDefault(former)
      if !trainings.isHandling { _ = signal(SIGINT, former) }
    }
  }

  private static func end() {
    trainings.withLock { trainings in
      trainings.count -= 1
      guard trainings.count == 0, trainings.isHandling else { return }
      trainings.isHandling = false
      let present = signal(SIGINT, SIG_DFL)
      // One that somebody has set meanwhile stays.
      if !isOwn(present) { _ = signal(SIGINT, present) }
      requests.store(0, ordering: .relaxed)
    }
  }

  private static let note: StaticString =
    "\nThe training ends after this step. Press Ctrl-C again to end the program at once.\n"

  private static let handle: @convention(c) (Int32) -> Void = { number in
    if requests.add(1, ordering: .relaxed).oldValue > 0 {
      _ = signal(number, SIG_DFL)
      _ = raise(number)
    }
    _ = write(STDERR_FILENO, note.utf8Start, note.utf8CodeUnitCount)
  }

  private static func isDefault(_ handler: sig_t?) -> Bool {
    unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_DFL, to: Int.self)
  }

  private static func isOwn(_ handler: sig_t?) -> Bool {
    unsafeBitCast(handler, to: Int.self) == unsafeBitCast(handle as sig_t?, to: Int.self)
  }
}
