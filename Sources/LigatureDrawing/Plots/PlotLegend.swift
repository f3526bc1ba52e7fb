/// The names of a panel's series with samples of their lines, in one or more rows.
struct PlotLegend {
  static let rowHeight = 19.0

  private struct Item {
    /// The place of the series whose colour it has.
    let color: Int
    let style: LinePlot.Style
    let name: String
    let x: Double
    let row: Int
  }

  private static let sampleWidth = 22.0
  private static let nameGap = 7.0
  private static let itemGap = 18.0
  private var items: [Item] = []

  /// Places the names of all series that have one within `width` pixels.
  init(_ series: [LinePlot.Series], width: Double) {
    var x = 0.0
    var row = 0
    for (index, series) in series.enumerated() where !series.name.isEmpty {
      let name = SVGText.fitted(
        series.name, size: PlotStyle.labelSize, within: width - Self.sampleWidth - Self.nameGap)
      let itemWidth =
        Self.sampleWidth + Self.nameGap + SVGText.width(name, size: PlotStyle.labelSize)
      if x > 0 && x + itemWidth > width {
        x = 0
        row += 1
      }
      items.append(
        Item(color: series.colorOf ?? index, style: series.style, name: name, x: x, row: row))
      x += itemWidth + Self.itemGap
    }
  }

  /// The height in pixels.
  var height: Double { Double((items.last?.row ?? -1) + 1) * Self.rowHeight }

  /// The legend's elements with its upper left corner at a place.
  func svg(x: Double, y: Double) -> [String] {
    items.flatMap { item in
      let left = x + item.x
      let middle = y + (Double(item.row) + 0.5) * Self.rowHeight
      return [
        sample(item, left: left, middle: middle),
        SVGElement.text(
          item.name, x: left + Self.sampleWidth + Self.nameGap, y: middle + 4,
          size: PlotStyle.labelSize),
      ]
    }
  }

  private func sample(_ item: Item, left: Double, middle: Double) -> String {
    let color = PlotStyle.seriesClass(item.color)
    if item.style == .points {
      return SVGElement.dot(
        x: left + Self.sampleWidth / 2, y: middle, radius: 4, classes: "dots \(color)")
    }
    let dashes = item.style == .dashedLine ? " dashed" : ""
    return SVGElement.line(
      from: (left, middle), to: (left + Self.sampleWidth, middle), classes: "line \(color)\(dashes)"
    )
  }
}
