/// Random numbers that are the same everywhere: SplitMix64 (Steele, Lea and Flood, 2014).
///
/// A stream has children, one for every number, which do not depend on how much of it was drawn
/// before; so what is drawn for picture 7 does not depend on pictures 0 to 6.
struct RandomStream {
  private let key: UInt64
  private var state: UInt64

  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  init(_ key: UInt64) {
    self.key = key
    state = key
  }

  /// The stream with this number below this one.
  func child(_ number: UInt64) -> RandomStream {
    RandomStream(Self.mixed(Self.mixed(key &+ Self.step) ^ (number &+ 1) &* Self.step))
  }

  mutating func next() -> UInt64 {
    state &+= Self.step
    return Self.mixed(state)
  }

  /// A number spread evenly over `range`; one of 2^24 steps.
  mutating func uniform(_ range: ClosedRange<Float>) -> Float {
    let fraction = Float(next() >> 40) * 0x1p-24
    return range.lowerBound + fraction * (range.upperBound - range.lowerBound)
  }

  /// A number around 0 in the shape of a bell, never further from 0 than `reach`.
  mutating func bell(reach: Float) -> Float {
    let third = reach / 3
    return uniform(-third...third) + uniform(-third...third) + uniform(-third...third)
  }

  /// A whole number from 0 to `bound` - 1.
  mutating func index(below bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// `elements` in random order (Fisher and Yates).
  mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var shuffled = elements
    for last in stride(from: shuffled.count - 1, to: 0, by: -1) {
      shuffled.swapAt(last, index(below: last + 1))
    }
    return shuffled
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
