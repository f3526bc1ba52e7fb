import LigatureDrawing

/// Where the boxes in one box stand: in which row, and how far to the right. How far down depends
/// on which of them are open (``Arrangement``).
struct BlockLayout {
  /// The way of a line: through which rows, at which distances from the left.
  struct Route {
    /// The number of the line among those of the box.
    let line: Int
    var stops: [(row: Int, x: Double)]
    /// Whether its first stop is its target.
    let isUpward: Bool
    /// Whether its first stop is a box; else it branches off from another line of the same port.
    let beginsAtBox: Bool
  }

  /// The boxes in each row, from left to right.
  private(set) var rows: [[Int]] = []
  /// The room below each row.
  private(set) var gaps: [Double] = []
  /// The middle of each box.
  private(set) var middles: [Int: Double] = [:]
  private(set) var routes: [Route] = []
  /// Lines that there was no room for.
  private(set) var omitted = 0
  private(set) var width = 0.0

  /// Lays out the parts of a box whose sizes are known.
  ///
  /// - Parameter alone: a part that has a row to itself where nothing joins them.
  init(_ box: NetworkDiagram.Box, _ sizes: [LayeredGraph.Size], alone: Int? = nil) {
    if box.lines.isEmpty {
      flow(box.parts, sizes, alone: alone)
    } else {
      layer(box, sizes)
    }
  }

  /// Parts that nothing joins: side by side as far as they fit, in order.
  private mutating func flow(_ parts: [Int], _ sizes: [LayeredGraph.Size], alone: Int?) {
    let (most, gap) = (460.0, 16.0)
    var x = 0.0
    for (part, size) in zip(parts, sizes) {
      // What is joined to others by ties has its row to itself.
      if rows.isEmpty || part == alone || rows.last == alone.map({ [$0] })
        || x + size.width > most && x > 0
      {
        rows.append([])
        x = 0
      }
      rows[rows.count - 1].append(part)
      middles[part] = x + size.width / 2
      x += size.width + gap
      width = max(width, x - gap)
    }
    gaps = rows.map { _ in gap }
    // Rows that are not full stand in the middle.
    for row in rows {
      guard let last = row.last, let place = parts.firstIndex(of: last) else { continue }
      let end = (middles[last] ?? 0) + sizes[place].width / 2
      for part in row { middles[part, default: 0] += ((width - end) / 2).rounded() }
    }
  }

  private mutating func layer(_ box: NetworkDiagram.Box, _ sizes: [LayeredGraph.Size]) {
    var places: [Int: Int] = [:]
    for (place, part) in box.parts.enumerated() { places[part] = place }
    let lines = box.lines.map { line in
      LayeredGraph.Line(
        source: places[line.source] ?? 0, target: places[line.target] ?? 0, port: line.port,
        isLight: line.isLearnable)
    }
    let graph = LayeredGraph(sizes, lines)
    rows = graph.order.map { row in row.compactMap { graph.items[$0].box.map { box.parts[$0] } } }
    for (place, part) in box.parts.enumerated() { middles[part] = graph.middles[place] }
    width = graph.items.indices.map { graph.middles[$0] + graph.items[$0].width / 2 }.max() ?? 0
    omitted = graph.ways.indices.count {
      graph.ways[$0] == nil && lines[$0].source != lines[$0].target
    }
    // Lines that go sideways need room to do so.
    var sideways = Array(repeating: 0, count: rows.count)
    for (upper, lower) in graph.pieces where graph.middles[upper] != graph.middles[lower] {
      let row = graph.items[upper].box.map { graph.rows[$0] }
      if let row { sideways[row] += 1 }
    }
    gaps = sideways.map { LayeredGraph.gap.rows + min(40, 2 * Double(max(0, $0 - 2))) }
    route(graph, sizes, lines)
  }

  private mutating func route(
    _ graph: LayeredGraph, _ sizes: [LayeredGraph.Size], _ lines: [LayeredGraph.Line]
  ) {
    var leaving: [Int: [(key: Int, x: Double)]] = [:]
    var arriving: [Int: [(line: Int, x: Double)]] = [:]
    func key(_ line: Int) -> Int { graph.upward.contains(line) ? -1 - line : lines[line].port }
    for (line, way) in graph.ways.enumerated() {
      guard let way, let upper = way.first, let lower = way.last else { continue }
      leaving[upper, default: []].append((key(line), graph.middles[way[1]]))
      arriving[lower, default: []].append((line, graph.middles[way[way.count - 2]]))
    }
    // Each port has a place at the lower edge, and each line one at the upper edge of its end.
    var starts: [Int: [Int: Double]] = [:]
    for (box, ends) in leaving {
      var sums: [Int: (sum: Double, count: Double)] = [:]
      for end in ends {
        sums[end.key, default: (0, 0)].sum += end.x
        sums[end.key]?.count += 1
      }
      let sorted = sums.map { (key: $0.key, x: $0.value.sum / $0.value.count) }
        .sorted { ($0.x, $0.key) < ($1.x, $1.key) }
      for (place, port) in sorted.enumerated() {
        starts[box, default: [:]][port.key] =
          graph.middles[box] + Self.spread(place, sorted.count, sizes[box].width)
      }
    }
    var ends: [Int: Double] = [:]
    for (box, list) in arriving {
      let sorted = list.sorted { ($0.x, $0.line) < ($1.x, $1.line) }
      for (place, end) in sorted.enumerated() {
        ends[end.line] = graph.middles[box] + Self.spread(place, sorted.count, sizes[box].width)
      }
    }
    var rowOf = Array(repeating: 0, count: graph.items.count)
    for (row, items) in graph.order.enumerated() { for item in items { rowOf[item] = row } }
    // What lines of one port have in common is drawn once, by the longest of them.
    var drawn: [Int: [Int: Set<[Int]>]] = [:]
    let longestFirst = graph.ways.indices.sorted {
      (graph.ways[$1]?.count ?? 0, $0) < (graph.ways[$0]?.count ?? 0, $1)
    }
    for line in longestFirst {
      guard let way = graph.ways[line], let upper = way.first else { continue }
      let key = key(line)
      var known = drawn[upper]?[key] ?? []
      var first = 0
      while first < way.count - 2, known.contains([way[first], way[first + 1]]) { first += 1 }
      for (from, to) in zip(way[first...], way[(first + 1)...]) { known.insert([from, to]) }
      drawn[upper, default: [:]][key] = known
      var stops = way[first...].map { (row: rowOf[$0], x: graph.middles[$0]) }
      if first == 0 { stops[0].x = starts[upper]?[key] ?? stops[0].x }
      stops[stops.count - 1].x = ends[line] ?? stops[stops.count - 1].x
      routes.append(
        Route(
          line: line, stops: stops, isUpward: graph.upward.contains(line), beginsAtBox: first == 0))
    }
    routes.sort { $0.line < $1.line }
  }

  /// How far from the middle of an edge one of several lines meets it.
  private static func spread(_ place: Int, _ count: Int, _ width: Double) -> Double {
    guard count > 1 else { return 0 }
    let step = min(16, (min(width, 110) - 32) / Double(count - 1))
    return (Double(place) - Double(count - 1) / 2) * step
  }
}
