import LigatureKernels

/// A stream of random numbers that is a pure function of seed, stream and position: Philox4x32-10
/// (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011). Numbers depend neither on
/// the order in which streams are read nor on the number of threads.
public struct RandomStream: Sendable, RandomNumberGenerator {
  /// The key that all streams of one run share.
  public let seed: UInt64
  /// Which of the seed's independent streams this is.
  public let stream: UInt64
  /// How many blocks of 128 bits have been used. Every draw begins with a new one, so that no two
  /// draws share a bit, whatever their types.
  public private(set) var position: UInt64 = 0

  /// The stream of a seed and a number.
  public init(seed: UInt64, stream: UInt64 = 0) {
    self.seed = seed
    self.stream = stream
  }

  /// The stream of a seed and a name, such as a layer's path.
  public init(seed: UInt64, name: String) {
    self.init(seed: seed, stream: RandomStream.hash(name))
  }

  /// 64 bits of the next block.
  public mutating func next() -> UInt64 {
    var words: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    withUnsafeMutablePointer(to: &words) { tuple in
      tuple.withMemoryRebound(to: UInt32.self, capacity: 4) {
        lk_random_block(seed, stream, position, $0)
      }
    }
    position += 1
    return UInt64(words.0) | UInt64(words.1) << 32
  }

  /// Numbers evenly spread over `range`.
  public mutating func uniform(
    _ shape: [Int], in range: Range<Double> = 0..<1, _ scalarType: ScalarType = .float32
  ) throws -> Tensor {
    try fill("uniform", shape, scalarType) { type, source, first, count, pointer in
      lk_random_uniform(
        type, source.seed, source.stream, first, count, range.lowerBound, range.upperBound, pointer)
    }
  }

  /// Normally distributed numbers.
  public mutating func normal(
    _ shape: [Int], mean: Double = 0, standardDeviation: Double = 1,
    _ scalarType: ScalarType = .float32
  ) throws -> Tensor {
    try fill("normal", shape, scalarType) { type, source, first, count, pointer in
      lk_random_normal(
        type, source.seed, source.stream, first, count, mean, standardDeviation, pointer)
    }
  }

  /// `value` with probability `keep`, else 0: a dropout mask.
  public mutating func mask(
    _ shape: [Int], keep: Double, value: Double, _ scalarType: ScalarType = .float32
  ) throws -> Tensor {
    try fill("mask", shape, scalarType) { type, source, first, count, pointer in
      lk_random_mask(type, source.seed, source.stream, first, count, keep, value, pointer)
    }
  }

  /// Numbers 0..<count in random order (Fisher and Yates). O(count).
  public mutating func permutation(_ count: Int) -> [Int] {
    var numbers = Array(0..<Swift.max(0, count))
    // Written out, since the order the standard library draws in is nobody's promise. The bias of
    // taking the upper half of a product is below count / 2⁶⁴.
    for last in numbers.indices.dropFirst().reversed() {
      let chosen = Int(next().multipliedFullWidth(by: UInt64(last + 1)).high)
      numbers.swapAt(last, chosen)
    }
    return numbers
  }

  private mutating func fill(
    _ name: String, _ shape: [Int], _ scalarType: ScalarType,
    _ body: (LKScalar, RandomStream, UInt64, Int, UnsafeMutableRawPointer) -> Void
  ) throws -> Tensor {
    try Tensor.validate(shape, name)
    let result = Tensor(uninitialized: shape, scalarType)
    try result.requireFloatingPoint(name)
    let source = self
    let numbersPerBlock = 16 / scalarType.byteCount
    let first = position * UInt64(numbersPerBlock)
    Parallel.split(
      result.count, granularity: 1024, minimum: Kernels.transcendentalMinimum
    ) { range in
      body(
        scalarType.kernelType, source, first + UInt64(range.lowerBound), range.count,
        result.pointer + range.lowerBound * scalarType.byteCount)
    }
    position += UInt64((result.count + numbersPerBlock - 1) / numbersPerBlock)
    return result
  }

  /// FNV-1a: the same on every platform and in every run, unlike `Hashable`.
  package static func hash(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }
}
