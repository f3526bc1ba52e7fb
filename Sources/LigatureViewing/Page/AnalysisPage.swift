import Foundation
import LigatureDrawing
import LigatureFiles
import LigatureNetworks

extension NetworkAnalysis {
  /// The analysis as one HTML page that needs nothing else, from no other place: the network drawn,
  /// with boxes that open and close; what is wrong; tables of layers, learnables and states; the
  /// text of the analysis. O(layers · rows).
  public var html: String { html(title: "Network") }

  /// The analysis as one HTML page under a title.
  public func html(title: String) -> String { AnalysisPage(self, title).text }

  /// Writes the analysis as an HTML page. A file that is there is replaced as a whole or not at
  /// all. Throws `FileError` with the system's reason.
  public func save(to url: URL, title: String = "Network") throws {
    try writeAtomically(html(title: title), to: url)
  }
}

/// The page of an analysis.
struct AnalysisPage {
  private let analysis: NetworkAnalysis
  private let title: String
  private let arrangement: Arrangement
  /// Whether boxes open and close.
  private let opens: Bool

  init(_ analysis: NetworkAnalysis, _ title: String) {
    self.analysis = analysis
    self.title = title
    let diagram = analysis.diagram
    let isLarge = diagram.boxes.count > Self.mostBoxes
    opens = !isLarge && diagram.boxes.dropFirst().contains(where: \.isContainer)
    arrangement = Arrangement(diagram, keepingWidths: !isLarge)
  }

  private static let css = """
    \(DiagramStyle.css)
    .drawing{max-height:85vh;padding:4px}
    .drawing svg{display:block;margin:0 auto}
    .legend{font-size:.875rem;color:var(--muted);margin:8px 0 10px}
    .tools{display:flex;gap:8px;margin:0 0 10px}
    """

  var text: String {
    let description = """
      <h2>As text</h2>
      <details><summary>What <code>print(network.analysis)</code> shows</summary>
      <div class="rolling"><pre>\(Self.lines(analysis.description))</pre></div></details>
      """
    return PageText.page(
      title, css: Self.css, [figures, problems, drawing, layers, learnables, states, description],
      script: script)
  }

  private static func escaped(_ text: String) -> String { SVGText.escaped(text) }

  /// Text of several lines.
  private static func lines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { escaped(String($0)) }.joined(separator: "\n")
  }

  // MARK: Figures

  private var figures: String {
    var list: [(String, String)] = [
      ("layers", analysis.layers.count.grouped),
      ("learnables", analysis.learnableCount.grouped),
      ("memory of these", analysis.learnableBytes.byteText),
    ]
    if analysis.untiedLearnableCount != analysis.learnableCount {
      list.append(("if nothing were shared", analysis.untiedLearnableCount.grouped))
    }
    if analysis.frozenCount > 0 { list.append(("frozen", analysis.frozenCount.grouped)) }
    if !analysis.states.isEmpty { list.append(("states", analysis.states.count.grouped)) }
    if let count = analysis.multiplyAdds { list.append(("multiply-adds", count.grouped)) }
    if let bytes = analysis.activationBytes { list.append(("activations", bytes.byteText)) }
    list.append(("problems", analysis.problems.count.grouped))
    let items = list.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined()
    let example = (analysis.example ?? []).map { Self.escaped("\($0)") }.joined(separator: ", ")
    let scope =
      example.isEmpty
      ? ""
      : "\n<p class=\"legend\">Costs are for \(analysis.isPerObservation ? "one observation" : "the example"): \(example).</p>"
    return "<dl class=\"figures\">\(items)</dl>" + scope
  }

  private var problems: String {
    guard !analysis.problems.isEmpty else { return "" }
    let items = analysis.problems.map { problem in
      let place = problem.path.isEmpty ? "the network" : problem.path
      return "<li><strong>\(Self.escaped(place))</strong> "
        + "<span class=\"muted\">\(problem.kind.words)</span><br>"
        + "\(Self.escaped(problem.problem)).<br>\(Self.escaped(problem.remedy)).</li>"
    }
    return "<h2>Problems</h2>\n<ul class=\"problems\">\n\(items.joined(separator: "\n"))\n</ul>"
  }

  // MARK: Drawing

  /// Tables have as many rows as a browser shows without effort; the text has all of them.
  private static let mostRows = 5_000
  /// Beyond so many boxes a page shows those that are open, which then stay so.
  private static let mostBoxes = 4_000

  private var drawing: String {
    guard arrangement.diagram.boxes.count > 1 else { return "" }
    var rows: [String: Int] = [:]
    for (place, layer) in analysis.layers.prefix(Self.mostRows).enumerated()
    where rows[layer.path] == nil {
      rows[layer.path] = place
    }
    let drawing = DiagramDrawing(arrangement, marksContainers: opens, rows: rows)
    var legend = ["Lines show what flows where."]
    if !arrangement.diagram.ties.isEmpty
      || analysis.connections.contains(where: \.carriesLearnable)
    {
      legend.append("Dashed lines lead from what is shared to where it is stored.")
    }
    if arrangement.omitted > 0 {
      legend.append("\(arrangement.omitted.of("long line")) left out for lack of room.")
    }
    let tools =
      opens
      ? "<div class=\"tools\"><button data-open=\"1\">Open all</button>"
        + "<button data-open=\"0\">Close all</button></div>\n" : ""
    return "<h2>Drawing</h2>\n<p class=\"legend\">\(legend.joined(separator: " "))</p>\n"
      + "\(tools)<div class=\"rolling drawing\">\n\(drawing.text())\n</div>"
  }

  private var script: String {
    guard opens else { return "" }
    return "<script>\n\"use strict\";\n(() => {\n\(PageScript.data(arrangement))\n"
      + "\(PageScript.code)\n})();\n</script>"
  }

  // MARK: Tables

  private func table(
    _ title: String, _ columns: [(name: String, isNumber: Bool)],
    _ rows: [(id: String?, cells: [String])]
  ) -> String {
    guard !rows.isEmpty else { return "" }
    func cell(_ tag: String, _ text: String, _ column: Int) -> String {
      "<\(tag)\(columns[column].isNumber ? " class=\"number\"" : "")>\(text)</\(tag)>"
    }
    let head = columns.indices.map { cell("th", columns[$0].name, $0) }.joined()
    let body = rows.prefix(Self.mostRows).map { row in
      let id = row.id.map { " id=\"\($0)\"" } ?? ""
      return "<tr\(id)>"
        + row.cells.indices.map { cell("td", row.cells[$0], $0) }.joined() + "</tr>"
    }
    let more =
      rows.count > Self.mostRows
      ? "\n<p class=\"legend\">\((rows.count - Self.mostRows).grouped) more rows are left out.</p>"
      : ""
    return "<h2>\(title)</h2>\n<div class=\"rolling\"><table>\n<thead><tr>\(head)</tr></thead>\n"
      + "<tbody>\n\(body.joined(separator: "\n"))\n</tbody>\n</table></div>" + more
  }

  private var layers: String {
    let counts = Dictionary(analysis.learnables.map { ($0.path, $0.count) }) { first, _ in first }
    let rows = analysis.layers.enumerated().map { place, layer in
      let own = layer.learnables.compactMap { counts[$0] }.reduce(0, +)
      let margin = "<span style=\"padding-left:\(16 * min(layer.depth, 12))px\"></span>"
      let shared = layer.sharedWith.map {
        "shared with \(Self.escaped($0.isEmpty ? "the network" : $0))"
      }
      return (
        id: String?.some("layer-\(place)"),
        cells: [
          margin + "<span title=\"\(Self.escaped(layer.path))\">\(Self.escaped(layer.name))</span>",
          Self.escaped(layer.type), Self.escaped(NetworkAnalysis.text(layer.inputs)),
          Self.escaped(NetworkAnalysis.text(layer.outputs)),
          shared ?? (own == 0 ? "" : own.grouped),
          layer.multiplyAdds.map { $0 == 0 ? "" : $0.grouped } ?? "?",
          layer.activationBytes?.byteText ?? "?",
        ]
      )
    }
    return table(
      "Layers",
      [
        ("layer", false), ("type", false), ("input", false), ("output", false),
        ("learnables", true), ("multiply-adds", true), ("activations", true),
      ], rows)
  }

  private var learnables: String {
    let rows = analysis.learnables.map { learnable in
      let aliases = learnable.aliases.map { alias in
        let transform = learnable.transforms[alias].map { " (\($0))" } ?? ""
        return "<br><span class=\"muted\">= \(Self.escaped(alias + transform))</span>"
      }
      let shape = learnable.shape.map { $0.isEmpty ? "scalar" : NetworkAnalysis.text($0) } ?? "?"
      return (
        id: String?.none,
        cells: [
          Self.escaped(learnable.path) + aliases.joined(),
          shape + (learnable.isFrozen ? " frozen" : ""),
          learnable.shape == nil ? "?" : learnable.count.grouped,
          learnable.uses.map { Self.escaped(NetworkAnalysis.text(ofUses: $0)) } ?? "?",
        ]
      )
    }
    return table(
      "Learnables", [("learnable", false), ("shape", false), ("count", true), ("used by", false)],
      rows)
  }

  private var states: String {
    let rows = analysis.states.map { state in
      (
        id: String?.none,
        cells: [
          Self.escaped(state.path),
          state.shape.map { $0.isEmpty ? "scalar" : NetworkAnalysis.text($0) } ?? "?",
          state.isShared ? "once" : "for each use",
        ]
      )
    }
    return table("States", [("state", false), ("shape", false), ("kept", false)], rows)
  }
}

extension NetworkProblem.Kind {
  /// `unusedLearnable` as words: `unused learnable`.
  fileprivate var words: String {
    rawValue.reduce(into: "") { text, letter in
      text += letter.isUppercase ? " " + letter.lowercased() : String(letter)
    }
  }
}
