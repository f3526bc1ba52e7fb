import LigatureDrawing

extension NetworkDiagram {
  /// The drawing as an SVG file of its own, light or dark as the reader's system is. O(boxes ·
  /// rows).
  public var svg: String {
    let drawing = DiagramDrawing(Arrangement(self), marksContainers: false)
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      + drawing.text(
        style: PageStyle.colors + "\nsvg{background:var(--paper)}\n" + DiagramStyle.css)
      + "\n"
  }
}

/// The elements of a drawing.
struct DiagramDrawing {
  let arrangement: Arrangement
  /// Whether boxes with something in them say that they open and close.
  let marksContainers: Bool
  /// The row of the table that a box leads to, by its path.
  var rows: [String: Int] = [:]

  private var diagram: NetworkDiagram { arrangement.diagram }

  init(_ arrangement: Arrangement, marksContainers: Bool, rows: [String: Int] = [:]) {
    self.arrangement = arrangement
    self.marksContainers = marksContainers
    self.rows = rows
  }

  /// The whole drawing, with styles of its own where some are given.
  func text(style: String? = nil) -> String {
    let ties = diagram.shownTies
    let size = arrangement.size
    let width =
      size.width + arrangement.laneWidth(marksContainers ? diagram.ties.count : ties.count)
    let (w, h) = (SVGText.number(width), SVGText.number(size.height))
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"net\" width=\"\(w)\" height=\"\(h)\" "
        + "viewBox=\"0 0 \(w) \(h)\" role=\"img\" aria-label=\"layers of the network\">"
    ]
    if let style { lines.append("<style>\(style)</style>") }
    lines.append(
      "<defs>" + Self.marker("tip") + Self.marker("tie-tip") + Self.marker("upward-tip") + "</defs>"
    )
    // What is hidden at first is there as well where boxes can be opened.
    for (place, tie) in (marksContainers ? diagram.ties : ties).enumerated() {
      lines.append(element(of: tie, at: place))
    }
    for box in diagram.boxes.indices {
      let isShown = arrangement.isShown(box)
      guard marksContainers || isShown else { continue }
      if box > 0 { lines.append(element(ofBox: box, isShown: isShown)) }
      let isOpen = isShown && diagram.boxes[box].isOpen
      guard marksContainers || isOpen, let block = arrangement.blocks[box] else { continue }
      for route in block.routes {
        lines.append(element(of: route, in: box, isShown: isOpen))
      }
    }
    return (lines + ["</svg>"]).joined(separator: "\n")
  }

  private static func marker(_ name: String) -> String {
    "<marker id=\"\(name)\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" "
      + "markerHeight=\"8\" markerUnits=\"userSpaceOnUse\" orient=\"auto-start-reverse\">"
      + "<path d=\"M0 0L8 4L0 8z\" class=\"\(name)\"/></marker>"
  }

  private func element(ofBox number: Int, isShown: Bool) -> String {
    let (box, label) = (diagram.boxes[number], arrangement.labels[number])
    let frame = arrangement.frames[number]
    var classes = ["box", box.kind.rawValue]
    if box.isContainer { classes.append("holds") }
    if !box.problems.isEmpty { classes.append("wrong") }
    var attributes = "class=\"\(classes.joined(separator: " "))\""
    if marksContainers {
      attributes += " id=\"b\(number)\""
      if box.isContainer {
        attributes +=
          " role=\"button\" tabindex=\"0\" aria-expanded=\"\(box.isOpen)\" "
          + "aria-label=\"\(SVGText.escaped(box.path)), \(box.parts.count) parts\""
      }
      if !isShown { attributes += " style=\"display:none\"" }
    }
    let n = SVGText.number
    let about = ([box.path.isEmpty ? box.name : box.path] + box.notes + box.problems)
      .map(SVGText.escaped).joined(separator: "&#10;")
    var text =
      "<g \(attributes) transform=\"translate(\(n(frame.x)) \(n(frame.y)))\"><title>\(about)</title>"
      + "<rect width=\"\(n(frame.width))\" height=\"\(n(frame.height))\" "
      + "rx=\"\(box.kind == .port ? n(frame.height / 2) : "6")\"/>"
    var y = Arrangement.Metric.padding + 9
    let padding = n(Arrangement.Metric.padding)
    let x = box.kind == .port ? n(frame.width / 2) : padding
    text += "<text class=\"name\" x=\"\(x)\" y=\"\(n(y))\">\(SVGText.escaped(label.name))</text>"
    for note in label.notes {
      y += Arrangement.Metric.lineHeight
      text += "<text x=\"\(padding)\" y=\"\(n(y))\">\(SVGText.escaped(note))</text>"
    }
    if box.isContainer && marksContainers {
      text +=
        "<text class=\"mark\" x=\"\(n(frame.width - 14))\" y=\"19\">"
        + (box.isOpen ? "−" : "+") + "</text>"
    }
    text += "</g>"
    guard let row = rows[box.path], !box.isContainer, box.kind != .port else { return text }
    return "<a href=\"#layer-\(row)\">\(text)</a>"
  }

  private func element(of route: BlockLayout.Route, in box: Int, isShown: Bool) -> String {
    let line = diagram.boxes[box].lines[route.line]
    var attributes = "class=\"\(line.isLearnable ? "learnable" : "flow")"
    attributes += route.isUpward ? " upward\"" : "\""
    let tip = route.isUpward ? "upward-tip" : line.isLearnable ? "tie-tip" : "tip"
    attributes += " marker-\(route.isUpward ? "start" : "end")=\"url(#\(tip))\""
    if marksContainers { attributes += " id=\"l\(box)-\(route.line)\"" }
    if !isShown { attributes += " style=\"display:none\"" }
    let names = [line.source, line.target].map { SVGText.escaped(diagram.boxes[$0].name) }
    let label = line.label.isEmpty ? "" : ": " + SVGText.escaped(line.label)
    let data = isShown ? arrangement.path(route, in: box) : ""
    return
      "<path \(attributes) d=\"\(data)\"><title>\(names[0]) → \(names[1])\(label)</title></path>"
  }

  private func element(of tie: NetworkDiagram.Tie, at place: Int) -> String {
    let (user, owner) = (diagram.shown(tie.user), diagram.shown(tie.owner))
    let isShown = user != owner
    var attributes = "class=\"tie\" marker-end=\"url(#tie-tip)\""
    if marksContainers { attributes += " id=\"t\(place)\"" }
    if !isShown { attributes += " style=\"display:none\"" }
    let shown = NetworkDiagram.Tie(user: user, owner: owner, labels: [])
    let data = isShown ? arrangement.path(shown, lane: place) : ""
    let title = tie.labels.prefix(12).map(SVGText.escaped).joined(separator: "&#10;")
    return "<path \(attributes) d=\"\(data)\"><title>\(title)</title></path>"
  }
}
