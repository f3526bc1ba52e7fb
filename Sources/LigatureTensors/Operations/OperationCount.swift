import Synchronization

/// Counts the multiply-adds of matrix products, where somebody asked for it.
package final class OperationCount: Sendable {
  @TaskLocal static var current: OperationCount?

  private let multiplyAdds = Mutex(0)

  /// Runs `body` and, if `isWanted`, counts the products in it; also for whoever counts outside.
  package static func counting<Result>(
    _ isWanted: Bool, _ body: () throws -> Result
  ) rethrows -> (value: Result, count: Int) {
    guard isWanted else { return (try body(), 0) }
    let count = OperationCount()
    let outer = current
    let value = try $current.withValue(count) { try body() }
    let total = count.multiplyAdds.withLock { $0 }
    outer?.add(total)
    return (value, total)
  }

  func add(_ count: Int) { multiplyAdds.withLock { $0 += count } }
}
