import Synchronization

/// Counts the bytes that live of what one piece of code makes, whatever other threads make
/// meanwhile.
package final class StorageMeter: Sendable {
  @TaskLocal private static var current: StorageMeter?
  /// How many are at work: without any, storage asks no further.
  private static let count = Atomic<Int>(0)

  private let bytes = Atomic<Int>(0)

  package init() {}

  /// Bytes that were made within ``metering(_:)`` and are not freed.
  package var liveBytes: Int { bytes.load(ordering: .relaxed) }

  /// Runs `body`, and counts what it makes.
  package func metering<Result>(_ body: () throws -> Result) rethrows -> Result {
    Self.count.add(1, ordering: .relaxed)
    defer { Self.count.subtract(1, ordering: .relaxed) }
    return try Self.$current.withValue(self) { try body() }
  }

  static var present: StorageMeter? {
    count.load(ordering: .relaxed) > 0 ? current : nil
  }

  func add(_ count: Int) { bytes.add(count, ordering: .relaxed) }
}
