/// The marks of one series in pixels: the paths of its lines and its dots.
struct SeriesMarks {
  /// A place in pixels.
  struct Point: Hashable {
    var x: Double
    var y: Double
  }

  /// The `d` attribute of the lines; empty if there are none.
  private(set) var path = ""

  /// Where dots stand: all values of a series of points, and values with no neighbour to join.
  private(set) var dots: [Point] = []

  /// - Parameters:
  ///   - style: how the series is shown.
  ///   - points: its values in pixels; `nil` is a gap.
  init(_ style: LinePlot.Style, _ points: some Sequence<Point?>) {
    if style == .points {
      var seen: Set<Point> = []
      for case let point? in points {
        // Dots less than half a pixel apart are one dot, so a picture's size has a bound.
        let place = Point(x: (point.x * 2).rounded() / 2, y: (point.y * 2).rounded() / 2)
        if seen.insert(place).inserted { dots.append(place) }
      }
      return
    }
    var segment: [Point] = []
    for point in points {
      if let point {
        segment.append(point)
      } else {
        close(&segment)
      }
    }
    close(&segment)
  }

  private mutating func close(_ segment: inout [Point]) {
    defer { segment.removeAll(keepingCapacity: true) }
    guard segment.count > 1 else {
      dots += segment
      return
    }
    for (index, point) in SeriesMarks.thinned(segment).enumerated() {
      path += (index == 0 ? "M" : "L") + SVGText.number(point.x) + " " + SVGText.number(point.y)
    }
  }

  /// Leaves at most four points of a run that falls into one column of pixels: its first, lowest,
  /// highest and last, so that the line looks the same and its length has a bound.
  static func thinned(_ points: [Point]) -> [Point] {
    var kept: [Point] = []
    var start = 0
    while start < points.count {
      let column = points[start].x.rounded(.down)
      var end = start + 1
      while end < points.count && points[end].x.rounded(.down) == column { end += 1 }
      let run = start..<end
      if run.count <= 4 {
        kept += points[run]
      } else {
        let extremes = [
          run.min { points[$0].y < points[$1].y } ?? start,
          run.max { points[$0].y < points[$1].y } ?? start,
        ]
        let indices = Set(extremes + [start, end - 1]).sorted()
        kept += indices.map { points[$0] }
      }
      start = end
    }
    return kept
  }
}
