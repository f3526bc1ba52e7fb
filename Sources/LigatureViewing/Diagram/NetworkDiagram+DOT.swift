extension NetworkDiagram {
  /// The drawing in the language of Graphviz: `dot -Tsvg network.dot`. Networks that are open are
  /// clusters; what is shared is joined by dashed lines. O(boxes and lines).
  public var dot: String {
    var text = """
      digraph network {
        compound=true;
        node [shape=box, style=rounded, fontname="Helvetica", fontsize=11];
        edge [arrowsize=0.7];

      """
    writeOutline { box, depth, event in
      let margin = String(repeating: "  ", count: depth)
      let described = boxes[box]
      let label = ([described.name] + described.notes).map(Self.dotEscaped)
        .joined(separator: "\\n")
      let color = described.problems.isEmpty ? "" : ", color=\"#b3261e\""
      switch event {
      case .leaf:
        let shape = described.kind == .port ? ", shape=oval" : ""
        text += "\(margin)n\(box) [label=\"\(label)\"\(shape)\(color)];\n"
      case .begin:
        text += "\(margin)subgraph cluster_n\(box) {\n\(margin)  label=\"\(label)\";\n"
      case .end: text += "\(margin)}\n"
      }
    }
    for line in shownLines {
      var attributes = line.isLearnable ? ["style=dashed"] : []
      if !line.label.isEmpty { attributes.append("label=\"\(Self.dotEscaped(line.label))\"") }
      text += edge(line.source, line.target, attributes)
    }
    for tie in shownTies {
      text += edge(tie.user, tie.owner, ["style=dashed", "constraint=false"])
    }
    return text + "}\n"
  }

  /// A line, which Graphviz draws between nodes only: one in a cluster stands for it.
  private func edge(_ source: Int, _ target: Int, _ attributes: [String]) -> String {
    func node(_ box: Int, _ pick: ([Int]) -> Int?) -> Int {
      var box = box
      while boxes[box].isOpen, let part = pick(boxes[box].parts) { box = part }
      return box
    }
    let (from, to) = (node(source) { $0.last }, node(target) { $0.first })
    let all =
      attributes + (from == source ? [] : ["ltail=cluster_n\(source)"])
      + (to == target ? [] : ["lhead=cluster_n\(target)"])
    let list = all.isEmpty ? "" : " [\(all.joined(separator: ", "))]"
    return "  n\(from) -> n\(to)\(list);\n"
  }

  /// Text that stands for itself in a quoted label.
  private static func dotEscaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\" + String(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}": result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
