import Foundation
import Synchronization

/// Splitting of kernels over cores. Work is cut so that no sum is: results do not depend on the
/// number of threads, to the last bit.
public enum Parallel {
  /// Asked for once: on Linux the answer is read from files.
  private static let setting = Atomic<Int>(ProcessInfo.processInfo.activeProcessorCount)

  /// Threads used by tensor operations: all cores unless set. Values below 1 count as 1.
  public static var threads: Int {
    get { setting.load(ordering: .relaxed) }
    set { setting.store(max(1, newValue), ordering: .relaxed) }
  }

  /// Runs `body` once for each piece of `0..<count`. Pieces begin at multiples of `granularity` and
  /// hold at least `minimum` items, so small work stays on the calling thread.
  package static func split(
    _ count: Int, granularity: Int = 1, minimum: Int = 1, _ body: (Range<Int>) -> Void
  ) {
    let threads = threads
    let pieces = min(threads, count / max(minimum, 1), WorkerTeam.maximumPieces)
    guard pieces > 1 else { return count > 0 ? body(0..<count) : () }
    let grains = (count + granularity - 1) / granularity
    withoutActuallyEscaping(body) { body in
      WorkerTeam.shared.run(pieces, threads: threads) { piece in
        let lower = min(count, grains * piece / pieces * granularity)
        let upper = min(count, grains * (piece + 1) / pieces * granularity)
        if lower < upper { body(lower..<upper) }
      }
    }
  }
}
