import Synchronization

/// Counts the multiply-adds of matrix products, where somebody asked for it.
package final class OperationCount: Sendable {
  @TaskLocal private static var current: OperationCount?
  /// How many are at work: without any, products ask no further.
  private static let count = Atomic<Int>(0)

  private let multiplyAdds = Lock(0)

  /// Runs `body` and, if `isWanted`, counts the products in it; also for whoever counts outside.
  package static func counting<Result>(
    _ isWanted: Bool, _ body: () throws -> Result
  ) rethrows -> (value: Result, count: Int) {
    guard isWanted else { return (try body(), 0) }
    Self.count.add(1, ordering: .relaxed)
    defer { Self.count.subtract(1, ordering: .relaxed) }
    let count = OperationCount()
    let outer = current
    let value = try $current.withValue(count) { try body() }
    let total = count.multiplyAdds.withLock { $0 }
    outer?.add(total)
    return (value, total)
  }

  static func add(_ multiplyAdds: @autoclosure () -> Int) {
    guard count.load(ordering: .relaxed) > 0, let current else { return }
    current.add(multiplyAdds())
  }

  private func add(_ count: Int) { multiplyAdds.withLock { $0 += count } }
}
