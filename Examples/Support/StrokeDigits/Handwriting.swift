/// How one picture is written: everything about it that the digit does not say.
struct Handwriting {
  /// Degrees from -45 to 45; a positive angle turns clockwise.
  let angle: Float

  /// The brightness of a fully covered pixel.
  let ink: Float

  private let halfHeight: Float
  private let halfWidth: Float
  private let slant: Float
  private let bend: (Point, Point)
  private let knotReach: Float
  private let shift: Point
  private let radius: Float
  private let contrast: Float
  private let nib: Point

  init(from random: inout RandomStream) {
    angle = random.uniform(-45...45)
    ink = random.uniform(0.9...1)
    halfHeight = random.uniform(6.6...10)
    halfWidth = halfHeight * random.uniform(0.78...1.16)
    slant = random.uniform(-0.12...0.34)
    bend = (
      Point(random.bell(reach: 0.2), random.bell(reach: 0.2)),
      Point(random.bell(reach: 0.24), random.bell(reach: 0.16))
    )
    knotReach = random.uniform(0.02...0.12)
    shift = Point(random.bell(reach: 3), random.bell(reach: 3))
    let weight = random.uniform(0...1)
    radius = 0.6 + 1.2 * weight * weight
    contrast = random.uniform(-0.3...0.3)
    let lean = random.uniform(-0.6...0.6)
    nib = Point(1, lean) / (1 + lean * lean).squareRoot()
  }

  /// The strokes of `glyph` in the pixels of a picture.
  func strokes(of glyph: Glyph, using random: inout RandomStream) -> [Stroke] {
    let knots = glyph.knots.map {
      $0 + Point(random.bell(reach: knotReach), random.bell(reach: knotReach))
    }
    let turn = Turn(degrees: angle)
    let chains = glyph.chains(through: knots, piecesPerSpan: 6).map { $0.map { place($0, turn) } }
    let frame = frame(around: chains)
    return chains.flatMap { chain in
      zip(chain, chain.dropFirst()).map { start, end in
        Stroke(
          start: frame.origin + start * frame.scale, end: frame.origin + end * frame.scale,
          radius: radius(from: start, to: end))
      }
    }
  }

  /// Where a point of the glyph comes to lie around the middle of the picture.
  private func place(_ point: Point, _ turn: Turn) -> Point {
    let (x, y) = (point.x, point.y)
    let bent = point + bend.0 * Point(y * y, x * x) + bend.1 * (x * y)
    let upright = Point(bent.x * halfWidth - slant * bent.y * halfHeight, bent.y * halfHeight)
    return turn.applied(to: upright)
  }

  /// Puts the drawing in the middle of the picture and from there moves it by `shift`, but not so
  /// far that the pen would leave the picture. A drawing too large for the picture is scaled to
  /// fit.
  private func frame(around chains: [[Point]]) -> (origin: Point, scale: Float) {
    var low = Point(repeating: .infinity)
    var high = -low
    for point in chains.joined() {
      low = pointwiseMin(low, point)
      high = pointwiseMax(high, point)
    }
    let halfExtent = (high - low) / 2
    let middle = Float(StrokeDigits.side) / 2
    let space = middle - radius * (1 + abs(contrast)) - 2 * StrokeCanvas.edge
    let scale = min(1, space / halfExtent.max())
    let room = Point(repeating: space) - halfExtent * scale
    let allowedShift = pointwiseMax(-room, pointwiseMin(room, shift))
    return (Point(repeating: middle) - (low + high) / 2 * scale + allowedShift, scale)
  }

  /// Half the thickness of a piece of a stroke; it depends on the direction, as with a broad nib.
  private func radius(from start: Point, to end: Point) -> Float {
    let along = end - start
    let length = (along * along).sum()
    guard length > 0 else { return radius }
    let projection = (along * nib).sum()
    return radius * (1 + contrast * (2 * projection * projection / length - 1))
  }
}

/// A rotation. Positive degrees turn clockwise, since y points downwards.
struct Turn {
  private let cosine: Float
  private let sine: Float

  /// Taylor's series rather than the C library's functions, whose last bit differs from platform to
  /// platform; up to 60 degrees they agree to a unit in the last place.
  init(degrees: Float) {
    let angle = Double(degrees) * (Double.pi / 180)
    let square = angle * angle
    var (cosine, sine, term) = (1.0, angle, 1.0)
    for step in stride(from: 2.0, through: 14.0, by: 2.0) {
      term *= -square / (step * (step - 1))
      cosine += term
      sine += term * angle / (step + 1)
    }
    (self.cosine, self.sine) = (Float(cosine), Float(sine))
  }

  func applied(to point: Point) -> Point {
    Point(cosine * point.x - sine * point.y, sine * point.x + cosine * point.y)
  }
}
