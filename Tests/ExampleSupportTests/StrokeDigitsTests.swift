import Testing

@testable import ExampleSupport

@Suite struct StrokeDigitsTests {
  static let pixelCount = StrokeDigits.side * StrokeDigits.side
  static let digits = StrokeDigits(count: 300, seed: 1)

  static func picture(_ index: Int, of digits: StrokeDigits) -> ArraySlice<Float> {
    digits.images[index * pixelCount..<(index + 1) * pixelCount]
  }

  @Test("there is a picture, a label and an angle for each")
  func sizes() {
    #expect(Self.digits.count == 300)
    #expect(Self.digits.images.count == 300 * 28 * 28)
    #expect(Self.digits.angles.count == 300)
    #expect(StrokeDigits(count: 0, seed: 1).images.isEmpty)
  }

  @Test("one seed gives one set, and another seed another")
  func seeds() {
    let few = StrokeDigits(count: 20, seed: 7)
    let same = StrokeDigits(count: 20, seed: UInt64(7))
    let other = StrokeDigits(count: 20, seed: 8)
    #expect(few.images == same.images && few.labels == same.labels && few.angles == same.angles)
    #expect(few.images != other.images && few.labels != other.labels)
    #expect(StrokeDigits(count: 20, seed: -1).images != few.images)
  }

  @Test("a picture does not depend on how many follow it")
  func prefix() {
    let few = StrokeDigits(count: 33, seed: 1)
    #expect(few.images[...] == Self.digits.images.prefix(33 * Self.pixelCount))
    #expect(few.labels[...] == Self.digits.labels.prefix(33))
    #expect(few.angles[...] == Self.digits.angles.prefix(33))
  }

  @Test("training and test pictures are different, and so are all pictures of a set")
  func distinct() {
    let test = StrokeDigits(count: 300, seed: 1, split: .test)
    let pictures = (0..<300).flatMap {
      [Self.picture($0, of: Self.digits), Self.picture($0, of: test)]
    }
    #expect(Set(pictures).count == 600)
    #expect(test.labels != Self.digits.labels)
  }

  @Test("every ten pictures hold each digit once, in changing order")
  func balance() {
    let blocks = stride(from: 0, to: 300, by: 10).map { Array(Self.digits.labels[$0..<$0 + 10]) }
    for block in blocks { #expect(block.sorted() == Array(0...9)) }
    #expect(Set(blocks).count > 28)
  }

  @Test("pixels are 0 to 1, the border is empty, and the ink is bright")
  func range() {
    let border: [Int] = (0..<28).flatMap { (place: Int) -> [Int] in
      [place, 27 * 28 + place, 28 * place, 28 * place + 27]
    }
    for index in 0..<Self.digits.count {
      let picture = Array(Self.picture(index, of: Self.digits))
      #expect(picture.allSatisfy { (0...1).contains($0) })
      #expect(picture.max() ?? 0 > 0.7)
      #expect(border.allSatisfy { picture[$0] == 0 })
    }
  }

  @Test("each digit has about as much ink as its strokes are long")
  func ink() {
    var ink = Array(repeating: Float(0), count: 10)
    for index in 0..<Self.digits.count {
      let mean = Self.picture(index, of: Self.digits).reduce(0, +) / Float(Self.pixelCount)
      #expect((0.01...0.3).contains(mean))
      ink[Self.digits.labels[index]] += mean / Float(Self.digits.count / 10)
    }
    for (digit, mean) in ink.enumerated() { #expect((0.04...0.14).contains(mean), "\(digit)") }
    #expect(ink.min() == ink[1] && ink[8] > ink[3] && ink[8] > ink[7])
  }

  @Test("angles are spread over 45 degrees to either side")
  func angles() {
    let angles = Self.digits.angles
    #expect(angles.allSatisfy { (-45...45).contains($0) })
    #expect(angles.contains { $0 < -35 } && angles.contains { $0 > 35 })
    #expect(abs(angles.reduce(0, +) / Float(angles.count)) < 5)
  }

  @Test("every digit has designs whose strokes name knots that exist")
  func designs() {
    #expect(Glyph.designs.count == StrokeDigits.classCount)
    for glyph in Glyph.designs.joined() {
      #expect(Set(glyph.strokes.joined()) == Set(glyph.knots.indices))
      #expect(glyph.strokes.allSatisfy { $0.count > 1 })
      #expect(glyph.knots.allSatisfy { abs($0.x) <= 0.65 && abs($0.y) <= 1 })
    }
  }

  @Test("a turn agrees with the sine and cosine, and is clockwise when positive")
  func turns() {
    let (half, threeQuarters): (Float, Float) = (0.5, 0.75)
    let quarter = Turn(degrees: 45).applied(to: Point(0, -1))
    let right = Point(half.squareRoot(), -half.squareRoot())
    #expect(abs(quarter.x - right.x) < 1e-7 && abs(quarter.y - right.y) < 1e-7)
    let third = Turn(degrees: -60).applied(to: Point(1, 0))
    let up = Point(half, -threeQuarters.squareRoot())
    #expect(abs(third.x - up.x) < 1e-7 && abs(third.y - up.y) < 1e-7)
  }

  @Test("the random stream is SplitMix64, and its children do not depend on what was drawn")
  func stream() {
    // The first values for the key 0, from the algorithm's definition.
    var zero = RandomStream(0)
    #expect(zero.next() == 0xE220_A839_7B1D_CDAF)
    #expect(zero.next() == 0x6E78_9E6A_A1B9_65F4)
    var (late, early) = (zero.child(3), RandomStream(0).child(3))
    #expect(late.next() == early.next())
    #expect((0..<100).allSatisfy { _ in (2...3).contains(zero.uniform(2...3)) })
    #expect((0..<100).allSatisfy { _ in (0..<3).contains(zero.index(below: 3)) })
  }
}
