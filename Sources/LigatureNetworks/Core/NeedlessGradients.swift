import LigatureTensors

/// Paths of frozen learnables whose gradients a backward written by hand has computed all the same,
/// where somebody asked for them.
package final class NeedlessGradients: Sendable {
  @TaskLocal private static var current: NeedlessGradients?
  private let paths = Lock<Set<String>>([])

  /// Runs `body` and collects what is computed for nothing in it.
  package static func collecting<Result>(
    _ body: () throws -> Result
  ) rethrows -> (value: Result, paths: Set<String>) {
    let collected = NeedlessGradients()
    let value = try $current.withValue(collected) { try body() }
    return (value, collected.paths.withLock { $0 })
  }

  static func note(_ path: String) {
    current?.paths.withLock { _ = $0.insert(path) }
  }
}
