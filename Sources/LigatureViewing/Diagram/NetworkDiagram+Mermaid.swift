extension NetworkDiagram {
  /// The drawing as the text of a Mermaid flowchart, which GitHub and many editors show. Networks
  /// that are open are subgraphs; what is shared is joined by dotted lines. O(boxes and lines).
  public var mermaid: String {
    var text = "flowchart TD\n"
    writeOutline { box, depth, event in
      let margin = String(repeating: "  ", count: depth)
      let described = boxes[box]
      let label = ([described.name] + described.notes).map(Self.mermaidEscaped)
        .joined(separator: "<br/>")
      switch event {
      case .leaf:
        let (opening, closing) = described.kind == .port ? ("([", "])") : ("[", "]")
        text += "\(margin)n\(box)\(opening)\"\(label)\"\(closing)\n"
      case .begin: text += "\(margin)subgraph n\(box)[\"\(label)\"]\n"
      case .end: text += "\(margin)end\n"
      }
    }
    for line in shownLines {
      let label = line.label.isEmpty ? "" : "|\"\(Self.mermaidEscaped(line.label))\"|"
      text += "  n\(line.source) \(line.isLearnable ? "-.->" : "-->")\(label) n\(line.target)\n"
    }
    for tie in shownTies { text += "  n\(tie.user) -.-> n\(tie.owner)\n" }
    let wrong = boxes.indices.dropFirst().filter { shown($0) == $0 && !boxes[$0].problems.isEmpty }
    if !wrong.isEmpty {
      text += "  classDef wrong stroke:#b3261e,stroke-width:2px\n"
      text += "  class \(wrong.map { "n\($0)" }.joined(separator: ",")) wrong\n"
    }
    return text
  }

  /// Text that stands for itself in a quoted label: anything that could end it, or be read as
  /// markup, by its number.
  private static func mermaidEscaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "#", "<", ">", "&", "`", "\\", ";", "|", "*", "_", "~":
        result += "#\(scalar.value);"
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}": result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension NetworkDiagram {
  /// What a text about boxes in boxes is written of.
  enum OutlineEvent {
    case leaf, begin, end
  }

  /// Calls `body` for every box that is shown, and at the end of those that hold others.
  func writeOutline(_ body: (_ box: Int, _ depth: Int, OutlineEvent) -> Void) {
    var rest = boxes[0].parts.reversed().map { (box: $0, depth: 1, isEnd: false) }
    while let (box, depth, isEnd) = rest.popLast() {
      if isEnd {
        body(box, depth, .end)
      } else if boxes[box].isOpen {
        body(box, depth, .begin)
        rest.append((box, depth, true))
        rest += boxes[box].parts.reversed().map { ($0, depth + 1, false) }
      } else {
        body(box, depth, .leaf)
      }
    }
  }

  /// The lines between boxes that are shown.
  var shownLines: [Line] {
    boxes.indices.filter { boxes[$0].isOpen && shown($0) == $0 }.flatMap { boxes[$0].lines }
  }
}
