import Foundation
import Testing

@testable import LigatureDrawing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("Line plots")
struct LinePlotTests {
  private func isWellFormed(_ svg: String) -> Bool {
    XMLParser(data: Data(svg.utf8)).parse()
  }

  /// Values that go wrong most easily, in every pairing of x and y.
  private static let oddValues: [Double] = [
    0, -0.0, 1, .nan, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
    .leastNonzeroMagnitude, 1e-300, 5e15, 0.1 + 0.2, -3,
  ]

  @Test("odd values make a well-formed picture without any of them in it")
  func oddValues() {
    for first in Self.oddValues {
      for second in Self.oddValues {
        for isLogarithmic in [false, true] {
          let panels = [LinePlot.Style.line, .points].map { style in
            LinePlot.Panel(
              series: [
                LinePlot.Series("s", x: [first, second, 1], y: [second, first, 2], style: style)
              ], hasLogarithmicX: isLogarithmic, hasLogarithmicY: isLogarithmic,
              showsDiagonal: style == .points)
          }
          let svg = LinePlot(panels: panels).svg()
          #expect(isWellFormed(svg))
          #expect(!svg.contains("nan") && !svg.contains("inf"), "\(first), \(second)")
        }
      }
    }
  }

  @Test("text of any kind is escaped")
  func escaping() {
    let text = "a < b && \"c\" > 'd' \u{0} \u{1B} \n é 文 ]]>"
    let svg = LinePlot(
      title: text,
      panels: [
        LinePlot.Panel(
          title: text, xLabel: text, yLabel: text, series: [LinePlot.Series(text, y: [1, 2])])
      ]
    ).svg()
    #expect(isWellFormed(svg))
    #expect(svg.contains("a &lt; b &amp;&amp; &quot;c&quot; &gt; &#39;d&#39;"))
  }

  @Test("on a logarithmic x axis, equal ratios are equal distances")
  func logarithmicX() {
    let panel = LinePlot.Panel(
      series: [LinePlot.Series("s", x: [0, 1, 10, 100], y: [9, 1, 2, 3], style: .points)],
      hasLogarithmicX: true)
    let marks = LinePlot(panels: [panel]).svg().split(separator: "\n")
      .filter { $0.contains("<circle") && $0.contains("faint") }
    let places = marks.compactMap { $0.split(separator: "\"").dropFirst().first }
      .compactMap { Double($0) }
    #expect(places.count == 3)
    // Dots stand at half pixels.
    #expect(abs(places[2] - 2 * places[1] + places[0]) <= 1)
  }

  @Test("a series may have the colour of another, in the legend too")
  func colors() {
    let panel = LinePlot.Panel(series: [
      LinePlot.Series("line", y: [1, 2]),
      LinePlot.Series("dots", x: [1], y: [2], style: .points, colorOf: 0),
      LinePlot.Series("odd", x: [1], y: [2], style: .points, colorOf: -1),
    ])
    let svg = LinePlot(panels: [panel]).svg()
    #expect(svg.contains("dots s0") && !svg.contains("dots s1") && !svg.contains("dots s2"))
  }

  @Test("nothing to show is said, and one value is a dot")
  func fewValues() {
    let empty = LinePlot(panels: [LinePlot.Panel(series: [LinePlot.Series("s", y: [.nan])])]).svg()
    #expect(empty.contains("no data"))
    let one = LinePlot(panels: [LinePlot.Panel(series: [LinePlot.Series("s", y: [0.5])])]).svg()
    #expect(one.contains("<circle") && !one.contains("no data"))
    #expect(isWellFormed(LinePlot(panels: []).svg()))
  }

  @Test("a value that is missing leaves a gap")
  func gaps() {
    let plot = LinePlot(panels: [
      LinePlot.Panel(series: [LinePlot.Series("", y: [1, 2, .nan, 3, 4])])
    ])
    let data = plot.svg().split(separator: "<path d=\"").last?.prefix { $0 != "\"" } ?? ""
    #expect(data.count { $0 == "M" } == 2)
  }

  @Test("long series are thinned, and keep their extremes")
  func thinning() {
    let values = (0..<200_000).map { $0 == 77_777 ? 9.0 : sin(Double($0)) }
    let svg = LinePlot(panels: [LinePlot.Panel(series: [LinePlot.Series("s", y: values)])]).svg()
    #expect(svg.utf8.count < 60_000)
    let points = values.enumerated().map {
      SeriesMarks.Point(x: Double($0.offset) / 500, y: $0.element)
    }
    let thinned = SeriesMarks.thinned(points)
    #expect(thinned.count <= 4 * 401 && thinned.contains { $0.y == 9 })
  }

  @Test(
    "ticks are round numbers with no more digits than they need",
    arguments: [
      ([0.0, 1], ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
      ([0.5, 100], ["20", "40", "60", "80", "100"]),
      ([1, 2, 3], ["1.0", "1.5", "2.0", "2.5", "3.0"]),
      ([-2e8, 3e8], ["−2e8", "−1e8", "0", "1e8", "2e8", "3e8"]),
      ([1e-8, 4e-8], ["1e−8", "2e−8", "3e−8", "4e−8"]),
    ])
  func ticks(_ values: [Double], _ labels: [String]) {
    let axis = PlotAxis(values, margin: 0, tickCount: 5)
    #expect(axis?.ticks.map(\.label) == labels)
  }

  @Test("an axis of epochs has ticks at whole numbers")
  func wholeTicks() {
    for (values, labels) in [([1.0, 2, 3], ["1", "2", "3"]), ([7, 7], ["6", "7", "8"])] {
      let axis = PlotAxis(values, prefersWhole: true, margin: 0, tickCount: 5)
      #expect(axis?.ticks.map(\.label) == labels)
    }
  }

  @Test(
    "ticks of a logarithmic axis are powers of ten where there are enough of them",
    arguments: [
      ([0.001, 10], ["0.001", "0.01", "0.1", "1", "10"]),
      ([0.02, 0.9], ["0.02", "0.05", "0.1", "0.2", "0.5"]),
      ([1e-12, 1], ["1e−12", "1e−9", "1e−6", "0.001", "1"]),
    ])
  func logarithmicTicks(_ values: [Double], _ labels: [String]) {
    let axis = PlotAxis(values, isLogarithmic: true, margin: 0, tickCount: 5)
    #expect(axis?.ticks.map(\.label) == labels)
  }
}
