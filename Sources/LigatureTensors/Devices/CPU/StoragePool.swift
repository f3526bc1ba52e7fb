import Foundation

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
    // Nor do the queues live that idleness is noticed on.
    shared = StoragePool(trimsWhenIdle: false)
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
    /// Buffers taken and given back so far.
    var uses = 0
    /// Whether somebody will look whether the pool is idle.
    var isWatched = false
  }

  private let free = Lock(Free())
  /// Buffers beyond this many cached bytes go back to the system.
  private let cacheLimit = min(1 << 30, MemoryLimit.bytes / 8)
  /// Cached bytes that nobody minds.
  private static let smallCache = 32 << 20
  /// Seconds without any use after which cached buffers go back to the system.
  private static let idleTime = 10.0
  private let trimsWhenIdle: Bool

  package init(trimsWhenIdle: Bool = true) { self.trimsWhenIdle = trimsWhenIdle }

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
      free.uses += 1
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
    if let buffer = cached ?? Self.allocate(reserved) { return buffer }
    drain()
    guard let buffer = Self.allocate(reserved) else {
      fatalError(
        "Ligature: there is no memory for \(reserved) bytes; work on smaller batches, or raise the "
          + "limit that the process runs under")
    }
    return buffer
  }

  /// Whether a buffer can be had, which then waits in the pool. Where there is none, all others
  /// that wait go back to the system first. O(buffers).
  func reserve(_ reserved: Int) -> Bool {
    let size = Self.sizeClass(reserved)
    if free.withLock({ !$0.buffers[size].isEmpty }) { return true }
    guard let buffer = Self.fresh(reserved) ?? drained(then: { Self.fresh(reserved) }) else {
      return false
    }
    free.withLock { free in
      free.statistics.misses += 1
      free.statistics.hits -= 1
      free.statistics.cachedBytes += reserved
      free.buffers[size].append(buffer)
    }
    return true
  }

  private func drained<Result>(then body: () -> Result) -> Result {
    drain()
    return body()
  }

  /// New memory, unless the system lacks it or would end somebody to give it.
  private static func fresh(_ reserved: Int) -> UnsafeMutableRawPointer? {
    let large = 64 << 20
    if reserved >= large {
      guard reserved <= MemoryLimit.bytes, MemoryLimit.available.map({ reserved <= $0 }) ?? true
      else { return nil }
    }
    return allocate(reserved)
  }

  /// Large buffers begin at a huge page and ask for such pages where the system has them to give:
  /// a recurrent layer walks through tens of megabytes, and looks every 4 KiB of them up.
  private static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    let hugePage = 2 << 20
    let isLarge = byteCount >= 2 * hugePage
    var buffer: UnsafeMutableRawPointer?
    guard posix_memalign(&buffer, isLarge ? hugePage : 64, byteCount) == 0 else { return nil }
    #if os(Linux)
      // Advice only: a system that cannot follow it says so, and nothing is lost.
      if isLarge, let buffer { _ = madvise(buffer, byteCount, MADV_HUGEPAGE) }
    #endif
    return buffer
  }

  private static func release(_ buffer: UnsafeMutableRawPointer) { Foundation.free(buffer) }

  func give(_ buffer: UnsafeMutableRawPointer, _ reserved: Int) {
    let (kept, watch) = free.withLock { free -> (Bool, Int?) in
      free.uses += 1
      free.statistics.liveBytes -= reserved
      guard free.statistics.cachedBytes + reserved <= cacheLimit else { return (false, nil) }
      free.statistics.cachedBytes += reserved
      free.buffers[Self.sizeClass(reserved)].append(buffer)
      guard trimsWhenIdle, !free.isWatched, free.statistics.cachedBytes > Self.smallCache else {
        return (true, nil)
      }
      free.isWatched = true
      return (true, free.uses)
    }
    if !kept { Self.release(buffer) }
    if let watch { self.watch(from: watch) }
  }

  // MARK: Giving back

  /// Looks in a while whether the pool has been used, and so on while it is.
  private func watch(from uses: Int) {
    DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + Self.idleTime) { [self] in
      if let uses = trim(unlessUsedSince: uses) { watch(from: uses) }
    }
  }

  /// Gives cached buffers back where none was taken or given back since a count of uses; returns
  /// the present count where some was.
  package func trim(unlessUsedSince uses: Int) -> Int? {
    let present = free.withLock { free -> Int? in
      guard free.uses == uses else { return free.uses }
      free.isWatched = false
      return nil
    }
    if present == nil { drain() }
    return present
  }

  /// Buffers taken and given back so far.
  package var uses: Int { free.withLock { $0.uses } }

  /// Gives every cached buffer back to the system.
  package func drain() {
    let buffers = free.withLock { free in
      defer {
        for number in free.buffers.indices { free.buffers[number] = [] }
        free.statistics.cachedBytes = 0
      }
      return free.buffers.flatMap { $0 }
    }
    for buffer in buffers { Self.release(buffer) }
  }
}
