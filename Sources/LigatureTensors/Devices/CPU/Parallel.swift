import Foundation
import Synchronization

/// Splitting of kernels over cores. Work is cut so that no sum is: results do not depend on the
/// number of threads, to the last bit.
public enum Parallel {
  /// Asked for once: on Linux the answer is read from files.
  private static let setting = Atomic<Int>(ProcessInfo.processInfo.activeProcessorCount)

  /// Threads used by tensor operations: all cores unless set. Values below 1 count as 1, and those
  /// above ``mostThreads`` as that.
  public static var threads: Int {
    get { setting.load(ordering: .relaxed) }
    set { setting.store(min(max(1, newValue), mostThreads), ordering: .relaxed) }
  }

  /// The most threads that can be asked for: four for each core, and at least 64. More would wait
  /// for each other, and each takes memory.
  public static let mostThreads = max(64, 4 * ProcessInfo.processInfo.activeProcessorCount)

  /// Gives memory back to the system that tensors have freed and that was kept for the next ones:
  /// up to 1 GB, which otherwise stays with the process. The next operations are slower for it.
  public static func freeUnusedMemory() { StoragePool.shared.drain() }

  /// Runs `body` once for each piece of `0..<count`. Pieces begin at multiples of `granularity` and
  /// hold at least `minimum` items, so small work stays on the calling thread.
  package static func split(
    _ count: Int, granularity: Int = 1, minimum: Int = 1, _ body: (Range<Int>) -> Void
  ) {
    // Small work, the most frequent, asks no further.
    guard count >= 2 * max(minimum, 1) else { return count > 0 ? body(0..<count) : () }
    let pieces = pieces(count, granularity: granularity, minimum: minimum)
    forEach(pieces) { body($1) }
  }

  /// The pieces that `split` would make: one a thread at most, none of them empty.
  static func pieces(_ count: Int, granularity: Int = 1, minimum: Int = 1) -> [Range<Int>] {
    let pieces = min(threads, count / max(minimum, 1), WorkerTeam.maximumPieces)
    guard pieces > 1 else { return count > 0 ? [0..<count] : [] }
    let grains = (count + granularity - 1) / granularity
    return (0..<pieces).compactMap { piece in
      let lower = min(count, grains * piece / pieces * granularity)
      let upper = min(count, grains * (piece + 1) / pieces * granularity)
      return lower < upper ? lower..<upper : nil
    }
  }

  /// Runs `body` with each piece and its number, on several threads where there are several.
  static func forEach(_ pieces: [Range<Int>], _ body: (Int, Range<Int>) -> Void) {
    guard pieces.count > 1 else {
      if let piece = pieces.first { body(0, piece) }
      return
    }
    withoutActuallyEscaping(body) { body in
      WorkerTeam.shared.run(pieces.count, threads: threads) { body($0, pieces[$0]) }
    }
  }
}
