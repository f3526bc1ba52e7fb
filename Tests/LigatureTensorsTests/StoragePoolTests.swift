import Foundation
import Testing

@testable import LigatureTensors

@Suite("The pool of buffers")
struct StoragePoolTests {
  @Test("gives back what it keeps once nobody has used it for a while")
  func trimming() throws {
    let pool = StoragePool(trimsWhenIdle: false)
    let size = StoragePool.reserved(for: 1 << 20)
    pool.give(pool.take(size), size)
    #expect(pool.statistics.cachedBytes == size && pool.statistics.liveBytes == 0)
    let uses = pool.uses
    pool.give(pool.take(size), size)
    // Used since: nothing goes back, and the look after this one begins from here.
    #expect(pool.trim(unlessUsedSince: uses) == pool.uses)
    #expect(pool.statistics.cachedBytes == size && pool.statistics.misses == 1)
    #expect(pool.trim(unlessUsedSince: pool.uses) == nil)
    #expect(pool.statistics.cachedBytes == 0)
  }

  @Test("gives what waits in it back before it says that there is no memory")
  func draining() throws {
    let pool = StoragePool(trimsWhenIdle: false)
    let size = StoragePool.reserved(for: 1 << 16)
    pool.give(pool.take(size), size)
    #expect(!pool.reserve(StoragePool.reserved(for: Int.max / 4)))
    #expect(pool.statistics.cachedBytes == 0)
  }
}

/// What is in the environment is read once, so each case has a process of its own.
@Suite("Settings of the environment")
struct SettingTests {
  @Test("a level that does not exist is said on the standard error, and another is used")
  func level() async throws {
    try await #require(processExitsWith: .success) {
      let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).txt")
      setenv("LIGATURE_KERNELS", "avx1024", 1)
      let written = open(file.path, O_CREAT | O_RDWR, 0o600)
      let former = dup(STDERR_FILENO)
      dup2(written, STDERR_FILENO)
      let sum = try Tensor([1.0, 2.0]) + 1
      dup2(former, STDERR_FILENO)
      defer { try? FileManager.default.removeItem(at: file) }
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(try sum.doubles() == [2, 3])
      #expect(text.contains("LIGATURE_KERNELS=avx1024 is not known here"), "\(text)")
      #expect(text.contains("\(Kernels.level) is used"), "\(text)")
    }
  }
}
