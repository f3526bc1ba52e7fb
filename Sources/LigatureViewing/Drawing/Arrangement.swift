import LigatureDrawing

/// Where every box of a diagram stands, from the left and upper edge of the drawing.
struct Arrangement {
  struct Frame {
    var x = 0.0
    var y = 0.0
    var width = 0.0
    var height = 0.0
    var right: Double { x + width }
    var bottom: Double { y + height }
    var middle: Double { y + height / 2 }
  }

  /// The text of a box, cut to fit, and how large it is with that alone.
  struct Label {
    let name: String
    let notes: [String]
    let size: LayeredGraph.Size
  }

  /// Sizes and distances in pixels; the page's script has them from here.
  enum Metric {
    /// Bold letters of 13 pixels are as wide as these.
    static let bold = 15.0
    static let note = 11.0
    static let lineHeight = 16.0
    static let padding = 9.0
    /// Around what is in an open box.
    static let inset = 14.0
    static let widest = 250.0
    static let narrowest = 92.0
    static let lane = 9.0
    static let lanes = 12
    static let margin = 16.0
  }

  let diagram: NetworkDiagram
  let labels: [Label]
  /// The layout of what is in each box that has something in it.
  private(set) var blocks: [Int: BlockLayout] = [:]
  private(set) var frames: [Frame]
  /// The upper and lower edges of rows in a box, from the upper edge of its content.
  private(set) var edges: [Int: [(top: Double, bottom: Double)]] = [:]
  /// The size of what is in a box.
  private var contents: [Int: LayeredGraph.Size] = [:]
  /// Lines that there was no room for.
  var omitted: Int { blocks.values.reduce(0) { $0 + $1.omitted } }

  /// Lays out a diagram; `keepingWidths` says whether there is room for closed boxes to open.
  init(_ diagram: NetworkDiagram, keepingWidths: Bool = false) {
    self.diagram = diagram
    labels = diagram.boxes.map(Self.label)
    frames = Array(repeating: Frame(), count: diagram.boxes.count)
    // Boxes stand behind what they are in, so backwards means from inside out.
    for box in diagram.boxes.indices.reversed() {
      let (described, label) = (diagram.boxes[box], labels[box])
      (frames[box].width, frames[box].height) = (label.size.width, label.size.height)
      guard described.isContainer, described.isOpen || keepingWidths else { continue }
      let block = BlockLayout(
        described,
        described.parts.map {
          LayeredGraph.Size(width: outerWidths[$0] ?? frames[$0].width, height: 0)
        }, alone: described.parts.first { diagram.boxes[$0].kind == .code })
      blocks[box] = block
      outerWidths[box] = max(label.size.width, block.width + 2 * Metric.inset)
      guard described.isOpen else { continue }
      stack(box, block)
      frames[box].width = outerWidths[box] ?? 0
      frames[box].height =
        label.size.height + (contents[box]?.height ?? 0) + Metric.inset
    }
    place()
  }

  /// Widths of boxes as layouts take them.
  private var outerWidths: [Int: Double] = [:]

  private mutating func stack(_ box: Int, _ block: BlockLayout) {
    var y = 0.0
    var found: [(top: Double, bottom: Double)] = []
    for (row, parts) in block.rows.enumerated() {
      let height = parts.map { frames[$0].height }.max() ?? 0
      found.append((y, y + height))
      y += height + (row + 1 < block.rows.count ? block.gaps[row] : 0)
    }
    edges[box] = found
    contents[box] = LayeredGraph.Size(width: block.width, height: y)
  }

  private mutating func place() {
    frames[0].x = Metric.margin - Metric.inset
    frames[0].y = Metric.margin
    for box in diagram.boxes.indices where diagram.boxes[box].isOpen && isShown(box) {
      guard let block = blocks[box], let edges = edges[box] else { continue }
      let origin = origin(of: box)
      for (row, parts) in block.rows.enumerated() {
        for part in parts {
          let middle = block.middles[part] ?? 0
          frames[part].x = origin.x + middle - frames[part].width / 2
          frames[part].y =
            origin.y
            + edges[row].top + (edges[row].bottom - edges[row].top - frames[part].height) / 2
        }
      }
    }
  }

  /// Whether a box is to be seen.
  func isShown(_ box: Int) -> Bool { diagram.shown(box) == box }

  /// Where the content of an open box begins.
  func origin(of box: Int) -> (x: Double, y: Double) {
    let frame = frames[box]
    let width = contents[box]?.width ?? 0
    let header = box == 0 ? 0 : labels[box].size.height
    return (frame.x + (frame.width - width) / 2, frame.y + header)
  }

  /// The size of the drawing without the lanes of ties.
  var size: LayeredGraph.Size {
    let content = contents[0] ?? LayeredGraph.Size(width: 0, height: 0)
    return LayeredGraph.Size(
      width: content.width + 2 * Metric.margin, height: content.height + 2 * Metric.margin)
  }

  // MARK: Text

  private static func label(_ box: NetworkDiagram.Box) -> Label {
    let room = Metric.widest - 2 * Metric.padding
    let mark = box.isContainer ? 22.0 : 0
    let name = SVGText.fitted(box.name, size: Metric.bold, within: room - mark)
    let notes = box.notes.map { SVGText.fitted($0, size: Metric.note, within: room) }
    guard box.kind != .root else {
      return Label(name: "", notes: [], size: LayeredGraph.Size(width: 0, height: 0))
    }
    let width =
      ([SVGText.width(name, size: Metric.bold) + mark]
      + notes.map { SVGText.width($0, size: Metric.note) }).max() ?? 0
    return Label(
      name: name, notes: notes,
      size: LayeredGraph.Size(
        width: max(box.kind == .port ? 48 : Metric.narrowest, width + 2 * Metric.padding).rounded(
          .up),
        height: Metric.lineHeight * Double(notes.count + 1) + 2 * Metric.padding - 4))
  }

  // MARK: Lines

  /// The data of a line's path; lines keep to the room between rows, and to places of their own in
  /// rows.
  func path(_ route: BlockLayout.Route, in box: Int) -> String {
    guard let edges = edges[box] else { return "" }
    let line = diagram.boxes[box].lines[route.line]
    let (upper, lower) = route.isUpward ? (line.target, line.source) : (line.source, line.target)
    let origin = origin(of: box)
    func x(_ value: Double) -> String { SVGText.number(origin.x + value) }
    func y(_ value: Double) -> String { SVGText.number(origin.y + value) }
    let beginning =
      route.beginsAtBox ? frames[upper].bottom : origin.y + edges[route.stops[0].row].bottom
    var text = "M\(x(route.stops[0].x)) \(SVGText.number(beginning))"
    let last = route.stops[route.stops.count - 1].row
    for (from, to) in zip(route.stops, route.stops.dropFirst()) {
      // A tip needs the direction of what it is at the end of.
      let (start, end) = (edges[from.row].bottom, edges[to.row].top - (to.row == last ? 1 : 0))
      if from.row != route.stops[0].row || route.beginsAtBox { text += "V\(y(start))" }
      if from.x == to.x {
        text += "V\(y(end))"
      } else {
        let middle = (start + end) / 2
        text += "C\(x(from.x)) \(y(middle)) \(x(to.x)) \(y(middle)) \(x(to.x)) \(y(end))"
      }
    }
    let end = frames[lower].y - 1
    return end > origin.y + edges[last].top ? text + "V\(SVGText.number(end))" : text
  }

  /// The data of a tie's path: out to the right of everything, along a lane there, and back.
  func path(_ tie: NetworkDiagram.Tie, lane: Int) -> String {
    let (user, owner) = (frames[tie.user], frames[tie.owner])
    let lane = size.width + Metric.lane * Double(lane % Metric.lanes)
    let n = SVGText.number
    let (from, to) = (user.middle + 4, owner.middle - 4)
    let turn = from < to ? 6.0 : -6.0
    return "M\(n(user.right)) \(n(from))H\(n(lane - 6))Q\(n(lane)) \(n(from)) \(n(lane)) "
      + "\(n(from + turn))V\(n(to - turn))Q\(n(lane)) \(n(to)) \(n(lane - 6)) \(n(to))"
      + "H\(n(owner.right + 1))"
  }

  /// The width of the lanes of ties.
  func laneWidth(_ ties: Int) -> Double {
    ties == 0 ? 0 : Metric.lane * Double(min(ties, Metric.lanes)) + 4
  }
}
