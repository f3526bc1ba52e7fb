/// A straight piece of a pen's stroke, in pixels.
struct Stroke {
  let start: Point
  let end: Point

  /// Half the thickness.
  let radius: Float
}

/// A square picture that strokes are drawn on.
///
/// It keeps, for each pixel, how far its middle lies outside the nearest stroke (negative: inside).
/// A pixel is covered fully when it lies deep inside, not at all when it lies far outside, and in
/// proportion within `edge` of the stroke's edge: this is what smooths the edge. Only the pixels
/// around a stroke are visited.
struct StrokeCanvas {
  private let side: Int
  private var distances: [Float]
  private var ink: Float = 1

  /// Half the width of the smooth edge: 0.5 would be exact coverage, a little more looks like ink.
  static let edge: Float = 0.65

  init(side: Int) {
    self.side = side
    distances = Array(repeating: Self.edge, count: side * side)
  }

  /// Clears the canvas and draws `strokes`.
  mutating func draw(_ strokes: [Stroke], ink: Float) {
    for index in distances.indices { distances[index] = Self.edge }
    self.ink = ink
    for stroke in strokes { draw(stroke) }
  }

  /// Appends the pixels to `images`, row by row.
  func append(to images: inout [Float]) {
    for distance in distances {
      images.append(ink * min(1, max(0, 0.5 - distance / (2 * Self.edge))))
    }
  }

  private mutating func draw(_ stroke: Stroke) {
    let reach = stroke.radius + Self.edge
    let low = pointwiseMin(stroke.start, stroke.end) - reach
    let high = pointwiseMax(stroke.start, stroke.end) + reach
    let columns = pixels(from: low.x, to: high.x)
    let along = stroke.end - stroke.start
    let square = (along * along).sum()
    let scale = square > 0 ? 1 / square : 0
    for row in pixels(from: low.y, to: high.y) {
      for column in columns {
        let point = Point(Float(column) + 0.5, Float(row) + 0.5) - stroke.start
        let place = min(1, max(0, (point * along).sum() * scale))
        let gap = point - along * place
        let distance = (gap * gap).sum().squareRoot() - stroke.radius
        let index = row * side + column
        if distance < distances[index] { distances[index] = distance }
      }
    }
  }

  /// The rows or columns whose middles lie between two coordinates.
  private func pixels(from low: Float, to high: Float) -> Range<Int> {
    let first = max(0, Int((low - 0.5).rounded(.up)))
    let end = min(side, Int((high - 0.5).rounded(.down)) + 1)
    return first..<max(first, end)
  }
}
