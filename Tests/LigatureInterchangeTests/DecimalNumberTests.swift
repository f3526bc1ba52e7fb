import Testing

@testable import LigatureInterchange

@Suite("Decimal numbers")
struct DecimalNumberTests {
  private static func rounded<Scalar: DecimalScalar>(
    _ text: String, to type: Scalar.Type = Scalar.self
  ) -> Scalar? {
    var text = text
    return text.withUTF8 { DecimalNumber($0)?.rounded(to: type) }
  }

  /// Between two neighbouring floats, 2^-24 above 1 lies as far from one as from the other; the
  /// digits behind say which is nearer, and are lost where the nearest double is taken first.
  @Test(
    "are rounded once, to the nearest float",
    arguments: [
      ("1.000000059604644775390625", 1), ("1.0000000596046447753906249999", 1),
      ("1.0000000596046447753906250001", 1 + 0x1p-23),
      ("1.000000178813934326171875", 1 + 0x1p-22), ("1.00000017881393432617187499", 1 + 0x1p-23),
      ("1.00000017881393432617187501", 1 + 0x1p-22),
      ("-1.0000000596046447753906250001", -1 - 0x1p-23),
      ("16777217", 16_777_216), ("16777217.000000000000000001", 16_777_218),
      ("16777219", 16_777_220), ("16777218.999999999999999999", 16_777_218),
      // Half of the smallest float, and the largest number that is not infinite.
      ("7.006492321624085e-46", 0), ("7.0064923216240862e-46", .leastNonzeroMagnitude),
      ("3.4028235677973362e38", .greatestFiniteMagnitude), ("3.4028235677973367e38", .infinity),
    ] as [(String, Float)])
  func floats(text: String, nearest: Float) {
    #expect(Self.rounded(text) == nearest)
  }

  @Test(
    "are rounded to the nearest double",
    arguments: [
      ("9007199254740993", 9_007_199_254_740_992),
      ("9007199254740993.00001", 9_007_199_254_740_994),
      ("0.1", 0.1), ("123456789012345678", 123_456_789_012_345_680), ("1e23", 1e23),
      ("8.98846567431158e307", 8.98846567431158e307), ("4.9e-324", .leastNonzeroMagnitude),
      ("1e999", .infinity),
      ("0.00000000000000000000000000000000000000000000000001", 1e-50), ("-0", 0), ("0e999999", 0),
      ("2.2250738585072011e-308", (0x1p-1022 as Double).nextDown),
    ] as [(String, Double)])
  func doubles(text: String, nearest: Double) {
    #expect(Self.rounded(text) == nearest)
  }

  @Test("are what the standard library makes of the same text")
  func anyNumbers() {
    var generator = SeededGenerator(seed: 17)
    func digits(_ count: Int) -> String {
      (0..<count).map { _ in "\(Int.random(in: 0...9, using: &generator))" }.joined()
    }
    for round in 0..<4000 {
      let value = Double(bitPattern: generator.next())
      let short = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
      let texts = [
        digits(.random(in: 1...25, using: &generator)) + "." + digits(round % 22)
          + (round % 3 == 0 ? "e\(Int.random(in: -60...40, using: &generator))" : ""),
        value.isFinite ? "\(value)" : "1", short.isFinite ? "\(short)" : "1",
        // The middle between a float and the next.
        short.isFinite && short.nextUp.isFinite
          ? "\((Double(short) + Double(short.nextUp)) / 2)" : "1",
      ]
      for text in texts {
        #expect(Self.rounded(text) == Float(text), "\(text)")
        #expect(Self.rounded(text) == Double(text), "\(text)")
      }
    }
  }

  @Test(
    "are no other texts",
    arguments: [
      "", "+", "-", ".", "e5", "1e", "1e+", "0x1", "1 ", " 1", "nan", "inf", "1.2.3", "١",
    ])
  func others(text: String) {
    #expect(Self.rounded(text, to: Double.self) == nil)
  }
}
