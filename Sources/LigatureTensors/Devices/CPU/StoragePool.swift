import Foundation
import Synchronization

/// Buffers that have been given back, by size class, so that a training step finds the memory of
/// the step before: a fresh large `malloc` costs a page fault for every 4 KiB.
package final class StoragePool: Sendable {
  /// Written by ``replaceShared()`` only, where there is one thread.
  @exclusivity(unchecked)
  nonisolated(unsafe) package private(set) static var shared = StoragePool()

  /// Begins with an empty pool: for a process that has just forked, where the old one may be locked
  /// for ever by a thread that does not live in it.
  package static func replaceShared() {
    // That thread may have been changing the old one, so it is left as it is and never freed.
    _ = Unmanaged.passRetained(shared)
    shared = StoragePool()
  }

  /// What the pool has done since the process started.
  package struct Statistics: Sendable {
    package var hits = 0
    package var misses = 0
    package var cachedBytes = 0
    package var liveBytes = 0
    package var peakLiveBytes = 0
  }

  private struct Free: @unchecked Sendable {
    /// By size class.
    var buffers: [[UnsafeMutableRawPointer]] = Array(repeating: [], count: StoragePool.classes)
    var statistics = Statistics()
  }

  private let free = Mutex(Free())
  /// Buffers beyond this many cached bytes go back to the system.
  private let cacheLimit = 1 << 30

  package var statistics: Statistics { free.withLock { $0.statistics } }

  /// The bytes really reserved for a request: eight classes an octave, at least one cache line.
  package static func reserved(for byteCount: Int) -> Int {
    guard byteCount > 512 else { return max(64, (byteCount + 63) & ~63) }
    let octave = Int.bitWidth - 1 - (byteCount - 1).leadingZeroBitCount
    let step = 1 << (octave - 3)
    return (byteCount + step - 1) & ~(step - 1)
  }

  /// Classes that `reserved` makes: multiples of 64 up to 512, then eight an octave.
  private static let classes = 9 + 8 * 54

  /// The class of what `reserved(for:)` gave.
  private static func sizeClass(_ reserved: Int) -> Int {
    guard reserved > 512 else { return reserved >> 6 }
    let octave = Int.bitWidth - 1 - (reserved - 1).leadingZeroBitCount
    return 8 * (octave - 8) + (reserved - (1 << octave)) >> (octave - 3)
  }

  func take(_ reserved: Int) -> UnsafeMutableRawPointer {
    let cached = free.withLock { free -> UnsafeMutableRawPointer? in
      free.statistics.liveBytes += reserved
      free.statistics.peakLiveBytes = max(
        free.statistics.peakLiveBytes, free.statistics.liveBytes)
      guard let buffer = free.buffers[Self.sizeClass(reserved)].popLast() else {
        free.statistics.misses += 1
        return nil
      }
      free.statistics.hits += 1
      free.statistics.cachedBytes -= reserved
      return buffer
    }
    return cached ?? Self.allocate(reserved)
  }

  /// Large buffers begin at a huge page and ask for such pages where the system has them to give:
  /// a recurrent layer walks through tens of megabytes, and looks every 4 KiB of them up.
  private static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
    let hugePage = 2 << 20
    guard byteCount >= 2 * hugePage else { return .allocate(byteCount: byteCount, alignment: 64) }
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: hugePage)
    #if os(Linux)
      // Advice only: a system that cannot follow it says so, and nothing is lost.
      _ = madvise(buffer, byteCount, MADV_HUGEPAGE)
    #endif
    return buffer
  }

  func give(_ buffer: UnsafeMutableRawPointer, _ reserved: Int) {
    let kept = free.withLock { free in
      free.statistics.liveBytes -= reserved
      guard free.statistics.cachedBytes + reserved <= cacheLimit else { return false }
      free.statistics.cachedBytes += reserved
      free.buffers[Self.sizeClass(reserved)].append(buffer)
      return true
    }
    if !kept { buffer.deallocate() }
  }

  /// Gives every cached buffer back to the system.
  package func drain() {
    let buffers = free.withLock { free in
      defer {
        for number in free.buffers.indices { free.buffers[number] = [] }
        free.statistics.cachedBytes = 0
      }
      return free.buffers.flatMap { $0 }
    }
    for buffer in buffers { buffer.deallocate() }
  }
}
