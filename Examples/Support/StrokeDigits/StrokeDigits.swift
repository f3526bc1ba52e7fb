/// Grey pictures of the digits 0 to 9, drawn with a pen that never writes the same digit twice.
///
/// ```swift
/// let training = StrokeDigits(count: 5000, seed: 1)
/// let test = StrokeDigits(count: 5000, seed: 1, split: .test)
/// training.images.count  // 5000 * 28 * 28
/// ```
///
/// Each digit is a handful of curves in one of a few designs. A picture bends them, makes them
/// wider or narrower, slants them, turns them by up to 45 degrees either way, moves them, and draws
/// them with a pen of 1.2 to 3.6 pixels whose stroke may be thicker in one direction. Nothing is
/// cut off at the border.
///
/// The labels are shuffled and balanced: every ten pictures in a row from a multiple of ten hold
/// each digit once. Picture `i` depends on the seed, the split and `i` alone, so a longer set
/// begins with the shorter one. Only additions, products, quotients and square roots are used, all
/// of which IEEE arithmetic rounds in one way, so every platform draws the same pixels.
///
/// Drawing takes O(count) time, about 10 microseconds for each picture in a release build, and
/// 3136 bytes.
public struct StrokeDigits: Sendable {
  /// The two sets of pictures that a seed gives. They share no picture.
  public enum Split: UInt64, Sendable, CaseIterable {
    /// Pictures to learn from.
    case training = 1

    /// Pictures to be tested on.
    case test = 2
  }

  /// The height and the width of a picture, in pixels.
  public static let side = 28

  /// The number of different digits.
  public static let classCount = 10

  /// The pictures, `[count, 28, 28, 1]` in row-major order; background 0, ink up to 1.
  public let images: [Float]

  /// The digit in each picture, 0 to 9.
  public let labels: [Int]

  /// How far each digit is turned, in degrees from -45 to 45. A positive angle turns clockwise.
  public let angles: [Float]

  /// The number of pictures.
  public var count: Int { labels.count }

  /// Draws `count` pictures.
  ///
  /// - Parameters:
  ///   - count: How many pictures to draw; at least 0.
  ///   - seed: Which pictures. Different seeds give unrelated pictures.
  ///   - split: Which of the seed's two sets.
  public init(count: Int, seed: some BinaryInteger, split: Split = .training) {
    precondition(count >= 0, "cannot draw \(count) pictures")
    let source = RandomStream(UInt64(truncatingIfNeeded: seed)).child(split.rawValue)
    let (labelSource, hands) = (source.child(0), source.child(1))
    var canvas = StrokeCanvas(side: Self.side)
    var images: [Float] = []
    images.reserveCapacity(count * Self.side * Self.side)
    var labels: [Int] = []
    var angles: [Float] = []
    var digits: [Int] = []
    for index in 0..<count {
      let place = index % Self.classCount
      if place == 0 {
        var order = labelSource.child(UInt64(index / Self.classCount))
        digits = order.shuffled(Array(0..<Self.classCount))
      }
      let label = digits[place]
      var hand = hands.child(UInt64(index))
      let writing = Handwriting(from: &hand)
      let designs = Glyph.designs[label]
      let glyph = designs[hand.index(below: designs.count)]
      canvas.draw(writing.strokes(of: glyph, using: &hand), ink: writing.ink)
      canvas.append(to: &images)
      labels.append(label)
      angles.append(writing.angle)
    }
    (self.images, self.labels, self.angles) = (images, labels, angles)
  }
}
