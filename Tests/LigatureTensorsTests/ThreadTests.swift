import Foundation
import LigatureTensors
import Testing

/// What the number of threads may not change. The setting belongs to the process, so these take
/// turns.
@Suite("Threads", .serialized) struct ThreadTests {
  /// Large enough that every kind of operation is split.
  private static let programs: [(String, @Sendable ([Tensor]) throws -> Tensor)] = [
    ("matmul", { try matmul($0[0], $0[1]) }),
    ("matmul of transposes", { try matmul($0[1].transposed, $0[0].transposed) }),
    (
      "linear", { try linear($0[0], weights: $0[1], bias: $0[2], activation: .sigmoid) }
    ),
    (
      "batched matmul",
      { try matmul($0[0].reshaped(to: [13, 20, 200]), $0[0].reshaped(to: [13, 200, 20])) }
    ),
    ("arithmetic", { try $0[0] * $0[0] + $0[0] / ($0[0] + 20) }),
    ("broadcasting", { try $0[1] * $0[2] + $0[1].transposed.slice(0..<1).transposed }),
    ("maps", { try gelu(exp($0[0] * 0.1)) + tanh($0[0]) }),
    ("sums", { try $0[0].sum(0) * $0[0].sum(1, keepingAxes: true) + $0[0].sum() }),
    ("extremes", { try $0[0].max(1) + $0[0].min() }),
    ("softmax", { try softmax($0[0]) + logSoftmax($0[0]) }),
    ("softmax along the first axis", { try softmax($0[0], axis: 0) }),
    ("normalisation", { try normalized($0[0]) }),
    ("normalisation of a batch", { try batchNormalized($0[0]) }),
    (
      "normalisation of groups of few observations",
      { try groupNormalized($0[0].reshaped(to: [2, -1, 20]), groups: 5) }
    ),
    (
      "normalisation of groups of many observations",
      { try groupNormalized($0[0].reshaped(to: [130, -1, 20]), groups: 4) }
    ),
    ("copies", { try concatenate([$0[0].transposed, $0[1]]).permuted([1, 0]) }),
    ("gathers", { try $0[0].gathered(Tensor(Array(0..<260) + [3, 3, -1])) }),
    ("losses", { try binaryCrossEntropy(sigmoid($0[0]), sigmoid($0[0] * 2).detached) }),
    (
      "recurrence",
      {
        try recurrence(
          .lstm, $0[0].reshaped(to: [52, 20, 50]),
          RecurrentWeights(
            input: $0[1].slice(0..<50) * 0.1, recurrent: $0[1].slice(0..<40) * 0.1, bias: $0[2]),
          reading: RecurrentReading(lengths: (0..<52).map { $0 % 20 + 1 })
        ).output!
      }
    ),
    (
      "convolution",
      {
        try convolution(
          $0[0].reshaped(to: [4, 25, 26, 20]),
          filters: $0[1].slice(0..<180)
            .reshaped(to: [3, 3, 20, 160]) * 0.1, bias: $0[2], stride: [1, 2], padding: .same)
      }
    ),
    // Five shares of the filters' gradient: more rounds than one for fewer threads.
    (
      "convolution in many shares",
      {
        try convolution(
          $0[0].reshaped(to: [26, 10, 10, 20]),
          filters: $0[1].slice(0..<180).reshaped(to: [3, 3, 20, 160]) * 0.1, padding: .same)
      }
    ),
    (
      "transposed convolution",
      {
        try transposedConvolution(
          $0[0].reshaped(to: [1, 25, 13, 160]),
          filters: $0[1].slice(0..<180)
            .reshaped(to: [3, 3, 20, 160]) * 0.1, stride: [2])
      }
    ),
    (
      "depthwise convolution",
      {
        try convolution(
          $0[0].reshaped(to: [13, 50, 80]), filters: $0[1].slice(0..<1).reshaped(to: [2, 1, 80]),
          groups: 80)
      }
    ),
    ("pooling", { try maximumPooling($0[0].reshaped(to: [13, 40, 10, 10]), window: [2, 3]) }),
    ("errors", { try meanSquaredError($0[0], $0[0].detached * 2) }),
  ]

  private func inputs(_ type: ScalarType) throws -> [Tensor] {
    try [[260, 200], [200, 160], [160]].enumerated().map { number, shape in
      var stream = RandomStream(seed: UInt64(number + 1))
      return try stream.normal(shape, .float64).cast(to: type)
    }
  }

  @Test("results and gradients have the same bits on one, two and three threads")
  func bits() throws {
    let setting = Parallel.threads
    defer { Parallel.threads = setting }
    for type in [ScalarType.float32, .float64] {
      let inputs = try inputs(type)
      for (name, program) in Self.programs {
        var results: [[Tensor?]] = []
        for threads in 1...3 {
          Parallel.threads = threads
          var value: Tensor?
          let pass = try valueAndGradients(at: inputs) { inputs in
            let result = try program(inputs)
            value = result.detached
            return try (result * result).sum()
          }
          results.append([value, pass.value] + pass.gradients)
        }
        for other in results.dropFirst() {
          for (a, b) in zip(results[0], other) {
            guard let a, let b else {
              #expect(a == nil && b == nil, "\(name)")
              continue
            }
            #expect(try a.isIdentical(to: b), "\(name) in \(type)")
          }
        }
      }
    }
  }

  @Test("random numbers do not depend on threads")
  func random() throws {
    let setting = Parallel.threads
    defer { Parallel.threads = setting }
    func draw(_ threads: Int) throws -> [Tensor] {
      Parallel.threads = threads
      var stream = RandomStream(seed: 7, stream: 3)
      return [
        try stream.uniform([30_001]), try stream.normal([30_001], .float64),
        try stream.mask([20_003], keep: 0.3, value: 2),
      ]
    }
    let first = try draw(1)
    for threads in 2...3 {
      for (a, b) in zip(first, try draw(threads)) { #expect(try a.isIdentical(to: b)) }
    }
  }

  @Test("a split covers every item once, in pieces that begin at grains", arguments: [1, 2, 3, 7])
  func split(threads: Int) {
    let setting = Parallel.threads
    defer { Parallel.threads = setting }
    Parallel.threads = threads
    for count in [0, 1, 2, 5, 64, 100, 1000, 1023] {
      for granularity in [1, 3, 16, 64, 2000] {
        for minimum in [0, 1, 10, 500, 5000] {
          let pieces = Pieces()
          Parallel.split(count, granularity: granularity, minimum: minimum) { pieces.add($0) }
          let found = pieces.sorted
          #expect(found.flatMap { Array($0) } == Array(0..<count))
          #expect(found.allSatisfy { $0.lowerBound % granularity == 0 && !$0.isEmpty })
          #expect(found.count <= max(1, min(threads, count / max(1, minimum))))
        }
      }
    }
  }

  @Test("fewer than one thread is one")
  func atLeastOne() {
    let setting = Parallel.threads
    defer { Parallel.threads = setting }
    Parallel.threads = -4
    #expect(Parallel.threads == 1)
  }

  @Test("tensors and passes are used from several tasks at once")
  func tasks() async throws {
    let shared = try inputs(.float64).map { try $0.slice(0..<40) }
    let expected = try passResult(shared)
    let results = try await withThrowingTaskGroup(of: [Tensor?].self) { group in
      for _ in 0..<8 { group.addTask { try passResult(shared) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    for result in results {
      for (a, b) in zip(result, expected) {
        let (a, b) = (try #require(a), try #require(b))
        #expect(try a.isIdentical(to: b))
      }
    }
  }

  @Test("one pass is recorded from several tasks at once")
  func sharedPass() async throws {
    let pass = TapeHandle()
    let x = pass.leaf(Tensor([1.0, 2, 3]))
    let parts = try await withThrowingTaskGroup(of: Tensor.self) { group in
      for number in 1...20 { group.addTask { try exp(x * (0.01 * Double(number))).sum() } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let total = try parts.dropFirst().reduce(parts[0]) { try $0 + $1 }
    let gradient = try #require(try pass.gradients(of: total, for: [x])[0])
    let expected = Tensor(
      [1.0, 2, 3].map { value in
        (1...20).reduce(0) { $0 + 0.01 * Double($1) * exp(0.01 * Double($1) * value) }
      })
    #expect(try gradient.isClose(to: expected, relative: 1e-12))
  }

  /// Pieces of work, noted from several threads.
  private final class Pieces: @unchecked Sendable {
    private let lock = NSLock()
    private var ranges: [Range<Int>] = []

    func add(_ range: Range<Int>) { lock.withLock { ranges.append(range) } }

    var sorted: [Range<Int>] { ranges.sorted { $0.lowerBound < $1.lowerBound } }
  }
}

private func passResult(_ inputs: [Tensor]) throws -> [Tensor?] {
  let pass = try valueAndGradients(at: inputs) { inputs in
    try tanh(matmul(inputs[1], inputs[1].transposed) + inputs[2]).sum()
      + (inputs[0] * inputs[0]).sum()
  }
  return [pass.value] + pass.gradients
}
