/// A point of a glyph or of a picture: x to the right, y downwards.
typealias Point = SIMD2<Float>

/// One design of a digit: curves through knots.
///
/// A glyph is about 2 high and 1.1 wide, with its middle at (0, 0). Each stroke lists the knots
/// that it passes, by their index; two strokes meet where they share a knot, and there they make a
/// corner. A stroke that ends at the knot where it began is closed and has no corner there.
struct Glyph: Sendable {
  let knots: [Point]
  let strokes: [[Int]]

  init(_ knots: [(Float, Float)], strokes: [[Int]]) {
    self.knots = knots.map { Point($0.0, $0.1) }
    self.strokes = strokes
  }

  /// The strokes as chains of points, with the knots moved to `knots`.
  func chains(through knots: [Point], piecesPerSpan pieces: Int) -> [[Point]] {
    strokes.map { stroke in Self.curve(through: stroke.map { knots[$0] }, pieces: pieces) }
  }

  /// Points on the uniform Catmull-Rom spline through `knots` (Catmull and Rom, 1974).
  ///
  /// An open curve is continued at its ends by reflection, so two knots give a straight line.
  private static func curve(through knots: [Point], pieces: Int) -> [Point] {
    let last = knots.count - 1
    let isClosed = last > 1 && knots[0] == knots[last]
    let before = isClosed ? knots[last - 1] : 2 * knots[0] - knots[1]
    let after = isClosed ? knots[1] : 2 * knots[last] - knots[last - 1]
    var chain: [Point] = []
    chain.reserveCapacity(last * pieces + 1)
    for span in 0..<last {
      let (start, end) = (knots[span], knots[span + 1])
      let startSlope = (end - (span == 0 ? before : knots[span - 1])) * 0.5
      let endSlope = ((span + 1 == last ? after : knots[span + 2]) - start) * 0.5
      let quadratic = 3 * (end - start) - 2 * startSlope - endSlope
      let cubic = 2 * (start - end) + startSlope + endSlope
      for piece in 0..<pieces {
        let t = Float(piece) / Float(pieces)
        chain.append(((cubic * t + quadratic) * t + startSlope) * t + start)
      }
    }
    chain.append(knots[last])
    return chain
  }
}
