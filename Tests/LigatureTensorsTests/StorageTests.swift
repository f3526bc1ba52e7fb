import LigatureTensors
import Testing

/// Memory: who shares it, who may write it, and what the pool does with it.
@Suite("Storage") struct StorageTests {
  @Test("adding in place never changes another tensor")
  func addingInPlace() throws {
    let original = Tensor([1.0, 2, 3])
    var sum = original
    sum.add(Tensor([10.0, 20, 30]))
    #expect(try sum.doubles() == [11, 22, 33])
    #expect(try original.doubles() == [1, 2, 3])
    let kept = sum
    sum.add(kept, scaledBy: -0.5)
    #expect(try sum.doubles() == [5.5, 11, 16.5])
    #expect(try kept.doubles() == [11, 22, 33])
    sum.add(sum)
    #expect(try sum.doubles() == [11, 22, 33])
  }

  @Test("adding to a view leaves what it is a view of alone")
  func addingToViews() throws {
    let matrix = try Tensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3])
    var views = [
      matrix.transposed, try matrix.slice(1..<3, axis: 1), try matrix[1],
      try matrix.reshaped(to: [6]), try matrix[0].broadcast(to: [2, 3]), matrix.detached,
    ]
    for index in views.indices {
      let before = try views[index].doubles()
      views[index].add(try .ones(views[index].shape, .float64))
      #expect(try views[index].doubles() == before.map { $0 + 1 })
      #expect(try matrix.doubles() == [1, 2, 3, 4, 5, 6])
    }
  }

  @Test("a stretched tensor that is alone gets memory for every element before it is written")
  func stretched() throws {
    var x = try Tensor.scalar(2, .float64).broadcast(to: [3])
    x.add(Tensor([1.0, 2, 3]))
    #expect(try x.doubles() == [3, 4, 5])
  }

  @Test("a tensor that is alone is written where it is, and one that is not is copied")
  func uniqueness() throws {
    var x = Tensor([1.0, 2, 3])
    let place = x.pointer
    x.makeUnique()
    #expect(x.pointer == place)
    let other = x
    x.makeUnique()
    #expect(x.pointer != other.pointer)
    #expect(other.pointer == place)
    #expect(try x.isIdentical(to: other))
  }

  @Test("a gradient that is handed out does not change when the other is added to")
  func gradientsAreValues() throws {
    let inputs = [Tensor([1.0, 2]), Tensor([3.0, 4])]
    let gradients = try valueAndGradients(at: inputs) { try ($0[0] + $0[1]).sum() }.gradients
    var first = try #require(gradients[0])
    first.add(Tensor([5.0, 5]))
    #expect(try gradients[1]?.doubles() == [1, 1])
    #expect(try gradients[0]?.doubles() == [1, 1])
  }

  @Test("sizes of the pool are not smaller than asked for, and hardly larger")
  func sizeClasses() {
    var last = 0
    for bytes in [0, 1, 63, 64, 65, 500, 512, 513, 1000, 4096, 4097, 65_537, 1_000_003, 1 << 30] {
      let reserved = StoragePool.reserved(for: bytes)
      #expect(reserved >= bytes && reserved % 64 == 0 && reserved >= last)
      #expect(Double(reserved) <= max(64, Double(bytes) * 1.125 + 64))
      last = reserved
    }
  }

  /// Of the processor's own pool: a device that checks puts guards around each buffer.
  @Test(
    "a buffer given back is the next one of its size", .enabled(if: Devices.current is CPUDevice))
  func reuse() async {
    // The pool belongs to the process, and other tests use it at the same time.
    await #expect(processExitsWith: .success) {
      let size = StoragePool.reserved(for: 4000)
      StoragePool.shared.drain()
      let start = StoragePool.shared.statistics
      var tensor: Tensor? = Tensor(uninitialized: [1000], .float32)
      var now: StoragePool.Statistics { StoragePool.shared.statistics }
      #expect(now.misses == start.misses + 1 && now.hits == start.hits)
      #expect(now.liveBytes == start.liveBytes + size)
      let view = try tensor?.slice(10..<20)
      tensor = nil
      #expect(now.liveBytes == start.liveBytes + size, "a view keeps the memory")
      withExtendedLifetime(view) {}
    }
    await #expect(processExitsWith: .success) {
      func place(_ count: Int) -> UnsafeMutableRawPointer {
        Tensor(uninitialized: [count], .float32).pointer
      }
      let first = place(1000)
      #expect(StoragePool.shared.statistics.cachedBytes >= 4000)
      #expect(place(2000) != first)
      #expect(place(1000) == first)
      StoragePool.shared.drain()
      #expect(StoragePool.shared.statistics.cachedBytes == 0)
    }
  }

  @Test("memory begins at a cache line, for kernels")
  func alignment() throws {
    for count in [1, 3, 100, 5000] {
      let x = try Tensor.zeros([count])
      #expect(Int(bitPattern: x.pointer) % 64 == 0)
    }
  }
}
