/// One panel of a plot, placed in pixels.
struct PanelDrawing {
  private let panel: LinePlot.Panel
  private let xAxis: PlotAxis?
  private let yAxis: PlotAxis?
  private let legend: PlotLegend
  /// Equal ranges and a diagonal need two axes of one kind.
  private let showsDiagonal: Bool
  private let outer: (x: Double, y: Double, width: Double, height: Double)
  /// The edges of the area between the axes.
  private let left: Double
  private let right: Double
  private let top: Double
  private let bottom: Double

  /// - Parameters:
  ///   - x: the left edge of all that belongs to the panel.
  ///   - y: its upper edge.
  init(_ panel: LinePlot.Panel, x: Double, y: Double, width: Double, height: Double) {
    self.panel = panel
    outer = (x, y, width, height)
    var values = (x: [Double](), y: [Double]())
    for series in panel.series {
      for (x, y) in zip(series.x, series.y)
      where x.isFinite && y.isFinite && (x > 0 || !panel.hasLogarithmicX)
        && (y > 0 || !panel.hasLogarithmicY)
      {
        values.x.append(x)
        values.y.append(y)
      }
    }
    showsDiagonal = panel.showsDiagonal && !panel.hasLogarithmicX && !panel.hasLogarithmicY
    let hasPoints = panel.series.contains { $0.style == .points }
    if showsDiagonal {
      values = (values.x + values.y, values.x + values.y)
    }
    xAxis = PlotAxis(
      values.x, isLogarithmic: panel.hasLogarithmicX, prefersWhole: true,
      margin: hasPoints ? 0.04 : 0, tickCount: Int(width / 70))
    yAxis = PlotAxis(
      values.y, isLogarithmic: panel.hasLogarithmicY, margin: hasPoints ? 0.04 : 0.06,
      tickCount: Int(height / 45))
    let tickWidth =
      yAxis?.ticks.map { SVGText.width($0.label, size: PlotStyle.tickSize) }.max() ?? 0
    left = x + (panel.yLabel.isEmpty ? 4 : 22) + tickWidth + 8
    // Half of the last label of the x axis stands to the right of the area.
    right = x + width - 14
    legend = PlotLegend(panel.series, width: right - left)
    let legendSpace = legend.height > 0 ? legend.height + 8 : 0
    top = y + (panel.title.isEmpty ? 8 : 28) + legendSpace
    bottom = y + height - (panel.xLabel.isEmpty ? 24 : 44)
  }

  /// The panel's elements, back to front.
  func svg() -> [String] {
    var elements: [String] = []
    if !panel.title.isEmpty {
      let title = SVGText.fitted(
        panel.title, size: PlotStyle.panelTitleSize * PlotStyle.boldWidening, within: right - left)
      elements.append(
        SVGElement.text(
          title, x: left, y: outer.y + 15, size: PlotStyle.panelTitleSize, isBold: true))
    }
    elements += legend.svg(x: left, y: outer.y + (panel.title.isEmpty ? 0 : 23))
    if let xAxis, let yAxis {
      elements += axes(xAxis, yAxis)
      elements += panel.series.enumerated().flatMap { marks($0.element, $0.offset, xAxis, yAxis) }
    } else {
      elements.append(
        SVGElement.line(from: (left, bottom), to: (right, bottom), classes: "axis"))
      elements.append(
        SVGElement.text(
          "no data", x: (left + right) / 2, y: (top + bottom) / 2, size: PlotStyle.labelSize,
          anchor: .middle, isMuted: true))
    }
    return elements + labels()
  }

  private func axes(_ xAxis: PlotAxis, _ yAxis: PlotAxis) -> [String] {
    var elements: [String] = []
    for tick in yAxis.ticks {
      guard let y = y(tick.value, yAxis) else { continue }
      elements.append(SVGElement.line(from: (left, y), to: (right, y), classes: "grid"))
      elements.append(
        SVGElement.text(
          tick.label, x: left - 8, y: y + 4, size: PlotStyle.tickSize, anchor: .end, isMuted: true))
    }
    for tick in xAxis.ticks {
      guard let x = x(tick.value, xAxis) else { continue }
      if showsDiagonal {
        elements.append(SVGElement.line(from: (x, top), to: (x, bottom), classes: "grid"))
      }
      elements.append(SVGElement.line(from: (x, bottom), to: (x, bottom + 4), classes: "axis"))
      elements.append(
        SVGElement.text(
          tick.label, x: x, y: bottom + 17, size: PlotStyle.tickSize, anchor: .middle, isMuted: true
        ))
    }
    elements.append(SVGElement.line(from: (left, bottom), to: (right, bottom), classes: "axis"))
    if showsDiagonal {
      elements.append(
        SVGElement.line(from: (left, bottom), to: (right, top), classes: "diagonal"))
    }
    return elements
  }

  private func labels() -> [String] {
    var elements: [String] = []
    if !panel.xLabel.isEmpty {
      let text = SVGText.fitted(panel.xLabel, size: PlotStyle.labelSize, within: right - left)
      elements.append(
        SVGElement.text(
          text, x: (left + right) / 2, y: bottom + 37, size: PlotStyle.labelSize, anchor: .middle))
    }
    if !panel.yLabel.isEmpty {
      let text = SVGText.fitted(panel.yLabel, size: PlotStyle.labelSize, within: bottom - top)
      elements.append(
        SVGElement.text(
          text, x: outer.x + 14, y: (top + bottom) / 2, size: PlotStyle.labelSize, anchor: .middle,
          isUpward: true))
    }
    return elements
  }

  private func marks(
    _ series: LinePlot.Series, _ index: Int, _ xAxis: PlotAxis, _ yAxis: PlotAxis
  ) -> [String] {
    let marks = SeriesMarks(
      series.style,
      zip(series.x, series.y).lazy.map { value -> SeriesMarks.Point? in
        guard let x = x(value.0, xAxis), let y = y(value.1, yAxis) else { return nil }
        return SeriesMarks.Point(x: x, y: y)
      })
    let color = PlotStyle.seriesClass(series.colorOf ?? index)
    var elements: [String] = []
    if !marks.path.isEmpty {
      let dashes = series.style == .dashedLine ? " dashed" : ""
      elements.append(SVGElement.path(marks.path, classes: "line \(color)\(dashes)"))
    }
    let radius = series.style == .points && marks.dots.count > 500 ? 2.0 : 3
    // Where dots overlap, faint ones show how many there are.
    let classes = "dots \(color)" + (series.style == .points ? " faint" : "")
    return elements
      + marks.dots.map { SVGElement.dot(x: $0.x, y: $0.y, radius: radius, classes: classes) }
  }

  private func x(_ value: Double, _ axis: PlotAxis) -> Double? {
    axis.share(value).map { left + $0 * (right - left) }
  }

  private func y(_ value: Double, _ axis: PlotAxis) -> Double? {
    axis.share(value).map { bottom - $0 * (bottom - top) }
  }
}
