extension LinePlot {
  /// The plot as an SVG document in UTF-8.
  ///
  /// Long series are thinned to what can be seen, so that the document's size has a bound of about
  /// four points per pixel column and series. O(values).
  ///
  /// - Parameters:
  ///   - panelWidth: the width of each panel in pixels, 160 at least.
  ///   - panelHeight: its height in pixels, 140 at least.
  public func svg(panelWidth: Double = 430, panelHeight: Double = 320) -> String {
    let width = PlotSize.clamped(panelWidth, least: 160)
    let height = PlotSize.clamped(panelHeight, least: 140)
    let header = title.isEmpty ? 0.0 : 34
    let margin = PlotSize.margin
    let count = Double(max(panels.count, 1))
    let total = (
      width: 2 * margin + count * width + (count - 1) * PlotSize.panelGap,
      height: 2 * margin + header + height
    )
    let drawings = panels.enumerated().map { index, panel in
      PanelDrawing(
        panel, x: margin + Double(index) * (width + PlotSize.panelGap), y: margin + header,
        width: width, height: height)
    }
    let (w, h) = (SVGText.number(total.width), SVGText.number(total.height))
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(w)\" height=\"\(h)\" "
        + "viewBox=\"0 0 \(w) \(h)\" role=\"img\">",
      "<title>\(SVGText.escaped(spokenTitle))</title>",
      "<style>\(PlotStyle.sheet)</style>",
      "<rect width=\"\(w)\" height=\"\(h)\" class=\"ground\"/>",
    ]
    if !title.isEmpty {
      let size = PlotStyle.titleSize
      let text = SVGText.fitted(
        title, size: size * PlotStyle.boldWidening, within: total.width - 2 * margin)
      lines.append(
        SVGElement.text(text, x: margin + 4, y: margin + size, size: size, isBold: true))
    }
    lines += drawings.flatMap { $0.svg() }
    lines.append("</svg>")
    return lines.joined(separator: "\n") + "\n"
  }

  private var spokenTitle: String {
    let names = ([title] + panels.map(\.title)).filter { !$0.isEmpty }
    return names.isEmpty ? "plot" : names.joined(separator: ", ")
  }
}

/// The sizes that all plots share, in pixels.
private enum PlotSize {
  static let margin = 16.0
  static let panelGap = 18.0

  static func clamped(_ size: Double, least: Double) -> Double {
    size.isFinite ? min(max(size, least), 10_000) : least
  }
}
