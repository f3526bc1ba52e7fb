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
  /// Set where a batch is a part of a whole: draws for its observations are those of the whole.
  package var observations: ObservationRange?

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
    defer { position += 1 }
    return Randoms.word(seed, stream, position)
  }

  /// Numbers evenly spread over `range`. Throws for bounds that are not finite.
  public mutating func uniform(
    _ shape: [Int], in range: Range<Double> = 0..<1, _ scalarType: ScalarType = .float32
  ) throws -> Tensor {
    guard range.lowerBound.isFinite, range.upperBound.isFinite else {
      throw TensorError("uniform", "the range is \(range)", remedy: "Give finite bounds")
    }
    return try fill("uniform", shape, scalarType, .uniform(range))
  }

  /// Normally distributed numbers. Throws for settings that are not finite, and for a deviation
  /// below 0.
  public mutating func normal(
    _ shape: [Int], mean: Double = 0, standardDeviation: Double = 1,
    _ scalarType: ScalarType = .float32
  ) throws -> Tensor {
    guard mean.isFinite, standardDeviation.isFinite, standardDeviation >= 0 else {
      throw TensorError(
        "normal", "the mean is \(mean), the standard deviation \(standardDeviation)",
        remedy: "Give finite numbers, the deviation 0 or more")
    }
    return try fill("normal", shape, scalarType, .normal(mean: mean, deviation: standardDeviation))
  }

  /// `value` with probability `keep`, else 0: a dropout mask. Throws for a probability outside
  /// 0...1, and for a value that is not finite.
  public mutating func mask(
    _ shape: [Int], keep: Double, value: Double, _ scalarType: ScalarType = .float32
  ) throws -> Tensor {
    guard (0...1).contains(keep), value.isFinite else {
      throw TensorError(
        "mask", "the probability is \(keep), the value \(value)",
        remedy: "Give a probability of 0...1 and a finite value")
    }
    return try fill("mask", shape, scalarType, .mask(keep: keep, value: value))
  }

  /// Numbers 0..<count in random order (Fisher and Yates). O(count). Throws for a negative count,
  /// and for more than memory holds.
  public mutating func permutation(_ count: Int) throws -> [Int] {
    guard count >= 0 else {
      throw TensorError(
        "permutation", "\(count) numbers cannot be ordered", remedy: "Give 0 or more")
    }
    try Tensor.validate([count], "permutation")
    try Tensor.requireMemory(for: TensorSpec([count], .int64), "permutation")
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
    _ name: String, _ shape: [Int], _ scalarType: ScalarType, _ distribution: RandomDistribution
  ) throws -> Tensor {
    try Tensor.validate(shape, name)
    try Tensor.requireMemory(for: TensorSpec(shape, scalarType), name)
    let result = Tensor(uninitialized: shape, scalarType)
    try result.requireFloatingPoint(name)
    let numbersPerBlock = UInt64(16 / scalarType.byteCount)
    var (skipped, count) = (UInt64(0), UInt64(result.count))
    if let observations, !observations.isWhole, shape.first == observations.range.count {
      // Numbers are made each by itself, so that those of some observations can be had alone.
      let each = UInt64(Shape.count(shape.dropFirst()))
      skipped = each &* UInt64(observations.range.lowerBound)
      count = each &* UInt64(observations.total)
    }
    let place = RandomPlace(
      seed: seed, stream: stream, first: position &* numbersPerBlock &+ skipped)
    result.perform(.random(distribution, place))
    position &+= (count &+ (numbersPerBlock - 1)) / numbersPerBlock
    return result
  }

  /// FNV-1a: the same on every platform and in every run, unlike `Hashable`.
  package static func hash(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }
}

/// Which observations of how many a batch holds.
package struct ObservationRange: Sendable {
  package let range: Range<Int>
  package let total: Int

  package init(_ range: Range<Int>, of total: Int) {
    self.range = range
    self.total = total
  }

  /// Whether the batch is all there is.
  var isWhole: Bool { range.count == total }
}
