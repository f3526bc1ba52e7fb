import LigatureTensors

/// Numbers that one input of a fixture is made of: the same in every run, and away from kinks.
struct Sample: Sendable, ExpressibleByArrayLiteral {
  enum Kind: Sendable {
    /// In (-3, 3), at least 0.1 from every multiple of 0.5, where functions in the table have
    /// kinks.
    case offGrid
    /// In (0.6, 2.4), for functions that need positive numbers.
    case positive
    /// A random order of numbers at least 0.05 apart, also from those of the other inputs.
    case distinct
    /// In (0.9, 1.1) with either sign: safe to divide by.
    case nearOne
    /// In (0.1, 0.9), as probabilities are.
    case share
    /// 0 or 1.
    case mask
  }

  let shape: [Int]
  let kind: Kind

  init(_ shape: [Int], _ kind: Kind) {
    self.shape = shape
    self.kind = kind
  }

  init(arrayLiteral sizes: Int...) { self.init(sizes, .offGrid) }

  static func positive(_ shape: [Int]) -> Sample { Sample(shape, .positive) }
  static func distinct(_ shape: [Int]) -> Sample { Sample(shape, .distinct) }
  static func nearOne(_ shape: [Int]) -> Sample { Sample(shape, .nearOne) }
  static func share(_ shape: [Int]) -> Sample { Sample(shape, .share) }
  static func mask(_ shape: [Int]) -> Sample { Sample(shape, .mask) }

  /// The numbers, as input `number` of a fixture.
  func values(_ number: Int) -> [Double] {
    var random = SplitMix(seed: UInt64(number + 1) &* 7919 &+ UInt64(shape.count))
    let count = shape.reduce(1, *)
    switch kind {
    case .offGrid:
      return (0..<count).map { _ in
        Double(Int(random.next() % 12) - 6) * 0.5 + 0.1 + 0.3 * random.unit()
      }
    case .positive: return (0..<count).map { _ in 0.6 + 1.8 * random.unit() }
    case .distinct:
      let order = Array(0..<count).shuffled(using: &random)
      return order.map { 0.2 * Double($0 - count / 2) + 0.05 * Double(number + 1) }
    case .nearOne:
      return (0..<count).map { _ in
        (0.9 + 0.2 * random.unit()) * (random.next() & 1 == 0 ? 1 : -1)
      }
    case .share: return (0..<count).map { _ in 0.1 + 0.8 * random.unit() }
    case .mask: return (0..<count).map { _ in Double(random.next() & 1) }
    }
  }

  func plain(_ number: Int) -> Plain { Plain(shape, values(number)) }

  func tensor(_ number: Int, _ type: ScalarType = .float64) throws -> Tensor {
    try Tensor(values(number), shape: shape).cast(to: type)
  }
}

/// Steele, Lea and Flood (2014): random numbers that owe nothing to the package's own.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  /// In [0, 1).
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
