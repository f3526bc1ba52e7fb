/// The few elements of SVG that plots are made of, each as one line of text.
enum SVGElement {
  /// Where a text stands in relation to its place.
  enum Anchor: String {
    case start, middle, end
  }

  static func text(
    _ text: String, x: Double, y: Double, size: Double, anchor: Anchor = .start,
    isBold: Bool = false,
    isMuted: Bool = false, isUpward: Bool = false
  ) -> String {
    let place = (SVGText.number(x), SVGText.number(y))
    var attributes = "x=\"\(place.0)\" y=\"\(place.1)\" font-size=\"\(SVGText.number(size))\""
    if anchor != .start { attributes += " text-anchor=\"\(anchor.rawValue)\"" }
    if isBold { attributes += " font-weight=\"600\"" }
    if isMuted { attributes += " class=\"muted\"" }
    if isUpward { attributes += " transform=\"rotate(-90 \(place.0) \(place.1))\"" }
    return "<text \(attributes)>\(SVGText.escaped(text))</text>"
  }

  static func line(
    from start: (x: Double, y: Double), to end: (x: Double, y: Double), classes: String
  ) -> String {
    let numbers = [start.x, start.y, end.x, end.y].map(SVGText.number)
    return "<line x1=\"\(numbers[0])\" y1=\"\(numbers[1])\" x2=\"\(numbers[2])\" "
      + "y2=\"\(numbers[3])\" class=\"\(classes)\"/>"
  }

  static func path(_ data: String, classes: String) -> String {
    "<path d=\"\(data)\" class=\"\(classes)\"/>"
  }

  static func dot(x: Double, y: Double, radius: Double, classes: String) -> String {
    "<circle cx=\"\(SVGText.number(x))\" cy=\"\(SVGText.number(y))\" "
      + "r=\"\(SVGText.number(radius))\" class=\"\(classes)\"/>"
  }
}
