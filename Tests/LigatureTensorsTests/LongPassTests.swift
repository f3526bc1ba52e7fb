import LigatureTensors
import Testing

/// Passes of very many records, each in a process of its own: an overflow of the stack is a crash,
/// and the pool's counts belong to the process.
@Suite("Long passes") struct LongPassTests {
  @Test("a chain of 100,000 records is played back, and its memory comes back")
  func chain() async {
    await #expect(processExitsWith: .success) {
      let count = 100_000
      let before = StoragePool.shared.statistics.liveBytes
      do {
        let (value, gradients) = try valueAndGradients(at: [Tensor.scalar(1, .float64)]) { inputs in
          var x = inputs[0]
          for _ in 0..<count { x = try x + 1 }
          return x
        }
        #expect(try value.item() == Double(count) + 1)
        #expect(try gradients[0]?.item() == 1)
      }
      #expect(StoragePool.shared.statistics.liveBytes == before)
    }
  }

  @Test("a chain of 1,000,000 records of one operation that keeps nothing is played back")
  func million() async {
    await #expect(processExitsWith: .success) {
      let before = StoragePool.shared.statistics.liveBytes
      do {
        let pass = TapeHandle()
        let x = pass.leaf(try .scalar(2, .float64))
        let constant = try Tensor.scalar(1, .float64)
        var result = x
        for _ in 0..<1_000_000 {
          result = try Replaced(constant: constant)([result])
        }
        #expect(try pass.gradients(of: result, for: [x])[0]?.item() == 1)
      }
      #expect(StoragePool.shared.statistics.liveBytes == before)
    }
  }

  @Test("a long chain that is dropped by a throw, without being played, frees its memory")
  func thrown() async {
    await #expect(processExitsWith: .success) {
      struct Stop: Error {}
      let before = StoragePool.shared.statistics.liveBytes
      #expect(throws: Stop.self) {
        try valueAndGradients(at: [Tensor.scalar(1, .float64)]) { inputs in
          var x = inputs[0]
          // Sigmoids also remember their logits, for losses.
          for _ in 0..<20_000 { x = try sigmoid(x) + x * x }
          throw Stop()
        }
      }
      #expect(StoragePool.shared.statistics.liveBytes == before)
    }
  }

  @Test("the second of two equal passes finds all its memory in the pool")
  func pool() async {
    await #expect(processExitsWith: .success) {
      let weights = try Tensor([Float](repeating: 0.01, count: 1200), shape: [30, 40])
      let images = try Tensor([Float](repeating: 0.5, count: 2100), shape: [70, 30])
      func step() throws {
        _ = try valueAndGradients(at: [weights]) { inputs in
          let code = try linear(images, weights: inputs[0], activation: .relu)
          let image = try sigmoid(matmul(code, inputs[0].transposed))
          return try binaryCrossEntropy(image, images) + square(code).mean(1).sum()
        }
      }
      try step()
      let first = StoragePool.shared.statistics
      for _ in 0..<3 { try step() }
      let last = StoragePool.shared.statistics
      #expect(last.misses == first.misses)
      #expect(last.hits > first.hits)
      #expect(last.liveBytes == first.liveBytes)
      #expect(last.peakLiveBytes == first.peakLiveBytes)
      #expect(last.cachedBytes == first.cachedBytes)
      StoragePool.shared.drain()
      #expect(StoragePool.shared.statistics.cachedBytes == 0)
      #expect(StoragePool.shared.statistics.liveBytes == last.liveBytes)
      try step()
    }
  }
}

/// A constant in place of its operand, to which it hands its gradient.
private struct Replaced: LigatureTensors.Operation {
  let constant: Tensor
  var name: String { "replaced" }
  var keeps: Keeping { .nothing }

  func output(of operands: [Tensor]) -> TensorSpec { TensorSpec(like: constant) }

  func evaluate(
    _ operands: [Tensor], as spec: TensorSpec, extras: inout [Tensor], isRecorded: Bool
  ) -> Tensor { constant }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws { try pull.add(gradient, to: 0) }
}
