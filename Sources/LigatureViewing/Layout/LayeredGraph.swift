/// A graph to be drawn in rows: boxes of known sizes, and lines between them.
///
/// The method is that of Sugiyama, Tagawa and Toda (1981), "Methods for visual understanding of
/// hierarchical system structures": rows, then order in the rows, then places. A line that passes
/// a row has a place of its own there, so it goes through no box. Lines that leave one port are one
/// line as far as they go together.
struct LayeredGraph {
  struct Size {
    var width: Double
    var height: Double
  }

  /// A line from one box to another, by their numbers.
  struct Line: Hashable {
    let source: Int
    let target: Int
    /// What it leaves the source by: lines of one port are drawn as one.
    var port = 0
    /// Whether boxes stand where others say, if any do.
    var isLight = false
  }

  let sizes: [Size]
  let lines: [Line]

  /// What to leave between things.
  static let gap = (boxes: 24.0, lines: 8.0, rows: 30.0)
  /// Beyond so many places of lines in rows, the longest lines are left out.
  static let mostPlaces = 20_000

  /// Something that has a place in a row: a box, or a line that passes.
  struct Item {
    /// The number of a box; nil for a line that passes.
    let box: Int?
    let width: Double
    var isLine: Bool { box == nil }
  }

  /// The number of each box's row.
  private(set) var rows: [Int] = []
  private(set) var items: [Item] = []
  /// The numbers of the items in each row, from left to right.
  private(set) var order: [[Int]] = []
  /// Pieces of lines from an item to one in the row below.
  private(set) var pieces: [(upper: Int, lower: Int)] = []
  /// Whether every line that a piece is of is light.
  private(set) var arePiecesLight: [Bool] = []
  /// For each line, the items that it goes through from top to bottom; nil for one left out.
  private(set) var ways: [[Int]?] = []
  /// Lines that would lead up, against the direction of the data: those that close a circle.
  private(set) var upward: Set<Int> = []
  /// The middle of each item.
  private(set) var middles: [Double] = []

  init(_ sizes: [Size], _ lines: [Line]) {
    self.sizes = sizes
    self.lines = lines
    findUpward()
    findRows()
    makeItems()
    sort()
    middles = Placement(self).found()
  }

  // MARK: Rows

  private func ends(_ place: Int) -> (upper: Int, lower: Int) {
    let line = lines[place]
    return upward.contains(place) ? (line.target, line.source) : (line.source, line.target)
  }

  /// Finds the lines that lead back into a walk along lines, without recursion.
  private mutating func findUpward() {
    var leaving: [[Int]] = Array(repeating: [], count: sizes.count)
    for (place, line) in lines.enumerated() { leaving[line.source].append(place) }
    var state = Array(repeating: 0, count: sizes.count)
    for start in sizes.indices where state[start] == 0 {
      var walk = [(box: start, next: 0)]
      state[start] = 1
      while let (box, next) = walk.last {
        guard next < leaving[box].count else {
          state[box] = 2
          walk.removeLast()
          continue
        }
        walk[walk.count - 1].next += 1
        let place = leaving[box][next]
        let target = lines[place].target
        switch state[target] {
        case 0:
          state[target] = 1
          walk.append((target, 0))
        case 1: upward.insert(place)
        default: break
        }
      }
    }
  }

  /// The longest way from above; what nothing leads to stands right above what it leads to.
  private mutating func findRows() {
    rows = Array(repeating: 0, count: sizes.count)
    var below: [[Int]] = Array(repeating: [], count: sizes.count)
    var missing = Array(repeating: 0, count: sizes.count)
    var hasUpper = Array(repeating: false, count: sizes.count)
    for place in lines.indices where lines[place].source != lines[place].target {
      let (upper, lower) = ends(place)
      below[upper].append(lower)
      missing[lower] += 1
      hasUpper[lower] = true
    }
    var ready = sizes.indices.filter { missing[$0] == 0 }
    var next = 0
    while next < ready.count {
      let box = ready[next]
      next += 1
      for lower in below[box] {
        rows[lower] = max(rows[lower], rows[box] + 1)
        missing[lower] -= 1
        if missing[lower] == 0 { ready.append(lower) }
      }
    }
    for box in sizes.indices where !hasUpper[box] {
      if let nearest = below[box].map({ rows[$0] }).min() { rows[box] = max(0, nearest - 1) }
    }
  }

  // MARK: Places in rows

  private mutating func makeItems() {
    let count = (rows.max() ?? -1) + 1
    order = Array(repeating: [], count: count)
    for (box, size) in sizes.enumerated() {
      items.append(Item(box: box, width: size.width))
      order[rows[box]].append(box)
    }
    ways = Array(repeating: nil, count: lines.count)
    // The items of a port's line, by row, for lines that leave it together.
    struct Port: Hashable {
      let box: Int
      let port: Int
      let isUpward: Bool
    }
    var trunks: [Port: [Int: Int]] = [:]
    var made: [[Int]: Int] = [:]
    // Short ones first: where there is no room for all, long ones are left out.
    let drawn = lines.indices.filter { lines[$0].source != lines[$0].target }.sorted {
      let spans = [$0, $1].map { rows[ends($0).lower] - rows[ends($0).upper] }
      return (spans[0], $0) < (spans[1], $1)
    }
    for place in drawn {
      let (upper, lower) = ends(place)
      let isUpward = upward.contains(place)
      let port = Port(
        box: upper, port: isUpward ? -1 - place : lines[place].port, isUpward: isUpward)
      let passed = (rows[upper] + 1)..<max(rows[upper] + 1, rows[lower])
      let missing = passed.count { trunks[port]?[$0] == nil }
      guard items.count + missing <= sizes.count + Self.mostPlaces else { continue }
      var way = [upper]
      for row in passed {
        let item: Int
        if let known = trunks[port]?[row] {
          item = known
        } else {
          item = items.count
          items.append(Item(box: nil, width: 6))
          order[row].append(item)
          trunks[port, default: [:]][row] = item
        }
        way.append(item)
      }
      way.append(lower)
      for (a, b) in zip(way, way.dropFirst()) {
        if let piece = made[[a, b]] {
          arePiecesLight[piece] = arePiecesLight[piece] && lines[place].isLight
        } else {
          made[[a, b]] = pieces.count
          pieces.append((a, b))
          arePiecesLight.append(lines[place].isLight)
        }
      }
      ways[place] = way
    }
  }

  // MARK: Order in rows

  /// Sorts rows by the mean place of what each item is joined to, down and up, and keeps the order
  /// in which lines cross least.
  private mutating func sort() {
    var above: [[Int]] = Array(repeating: [], count: items.count)
    var below = above
    for (upper, lower) in pieces {
      above[lower].append(upper)
      below[upper].append(lower)
    }
    var best = order
    var fewest = crossings(order, below)
    for sweep in 0..<8 where fewest > 0 {
      let isDown = sweep.isMultiple(of: 2)
      let rows = isDown ? Array(order.indices) : order.indices.reversed()
      for row in rows.dropFirst() {
        let other = order[isDown ? row - 1 : row + 1]
        var places = [Int: Int](minimumCapacity: other.count)
        for (place, item) in other.enumerated() { places[item] = place }
        let neighbours = isDown ? above : below
        let keyed = order[row].enumerated().map { place, item in
          let joined = neighbours[item].compactMap { places[$0] }
          let mean =
            joined.isEmpty ? Double(place) : Double(joined.reduce(0, +)) / Double(joined.count)
          return (mean: mean, place: place, item: item)
        }
        order[row] = keyed.sorted { ($0.mean, $0.place) < ($1.mean, $1.place) }.map(\.item)
      }
      let count = crossings(order, below)
      if count < fewest { (best, fewest) = (order, count) }
    }
    order = best
  }

  /// How often pieces of lines cross, by counting inversions in a binary indexed tree. O(pieces ·
  /// log items).
  private func crossings(_ order: [[Int]], _ below: [[Int]]) -> Int {
    var count = 0
    for (upper, lower) in zip(order, order.dropFirst()) {
      var places = [Int: Int](minimumCapacity: lower.count)
      for (place, item) in lower.enumerated() { places[item] = place }
      var tree = Array(repeating: 0, count: lower.count + 1)
      var total = 0
      for item in upper {
        let ends = below[item].compactMap { places[$0] }.sorted()
        for end in ends {
          var passed = 0
          var node = end + 1
          while node > 0 {
            passed += tree[node]
            node -= node & -node
          }
          count += total - passed
        }
        for end in ends {
          total += 1
          var node = end + 1
          while node <= lower.count {
            tree[node] += 1
            node += node & -node
          }
        }
      }
    }
    return count
  }
}
