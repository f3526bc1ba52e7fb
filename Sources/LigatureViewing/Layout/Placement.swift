/// Finds the middles of the items of a graph's rows: each as near as can be to what it is joined
/// to, in the order that it has, with room between.
struct Placement {
  private let graph: LayeredGraph
  private var above: [[Int]]
  private var below: [[Int]]
  private var middles: [Double]
  /// How much each item weighs where several want one place.
  private var weights: [Double]

  init(_ graph: LayeredGraph) {
    self.graph = graph
    above = Array(repeating: [], count: graph.items.count)
    below = above
    middles = Array(repeating: 0, count: graph.items.count)
    weights = graph.items.map { $0.isLine ? 1 : 1000 }
    var heavyAbove = above
    var heavyBelow = above
    for ((upper, lower), isLight) in zip(graph.pieces, graph.arePiecesLight) {
      above[lower].append(upper)
      below[upper].append(lower)
      guard !isLight else { continue }
      heavyAbove[lower].append(upper)
      heavyBelow[upper].append(lower)
    }
    // Boxes stay below each other, and lines go round them, as do boxes of light lines alone.
    for item in graph.items.indices
    where heavyAbove[item].isEmpty && heavyBelow[item].isEmpty
      && !(above[item].isEmpty && below[item].isEmpty)
    { weights[item] = 1 }
    // What joins boxes decides; what passes joins in only where nothing else does.
    for item in graph.items.indices where !graph.items[item].isLine {
      above[item] = Self.boxesFirst(heavyAbove[item], above[item], graph)
      below[item] = Self.boxesFirst(heavyBelow[item], below[item], graph)
    }
  }

  private static func boxesFirst(_ heavy: [Int], _ all: [Int], _ graph: LayeredGraph) -> [Int] {
    let boxes = heavy.filter { !graph.items[$0].isLine }
    return boxes.isEmpty ? (heavy.isEmpty ? all : heavy) : boxes
  }

  /// The middles, of which the leftmost edge of all items is at 0. O(rows · items).
  func found() -> [Double] {
    var copy = self
    for row in graph.order { copy.place(row) { _ in [] } }
    for sweep in 0..<8 {
      let isDown = sweep.isMultiple(of: 2)
      let rows = isDown ? Array(graph.order) : graph.order.reversed()
      let joined = isDown ? above : below
      for row in rows { copy.place(row) { joined[$0] } }
    }
    for _ in 0..<2 {
      for row in graph.order { copy.place(row) { above[$0] + below[$0] } }
    }
    // A line goes straight on where it can.
    for row in graph.order {
      copy.place(row) { item in
        graph.items[item].isLine ? above[item].filter { graph.items[$0].isLine } : []
      }
    }
    let left = graph.items.indices.map { copy.middles[$0] - graph.items[$0].width / 2 }.min() ?? 0
    return copy.middles.map { ($0 - left).rounded() }
  }

  /// Places a row: the sum of squared distances from what is wished is the least that the order
  /// and the room between items allow (isotonic regression by pooling adjacent violators).
  private mutating func place(_ row: [Int], _ joined: (Int) -> [Int]) {
    var offset = 0.0
    var pools: [(sum: Double, weight: Double, count: Int)] = []
    var offsets: [Double] = []
    for (place, item) in row.enumerated() {
      if place > 0 {
        let (left, right) = (graph.items[row[place - 1]], graph.items[item])
        let gap =
          left.isLine && right.isLine ? LayeredGraph.gap.lines : LayeredGraph.gap.boxes / 2
        let room = left.isLine || right.isLine ? gap : LayeredGraph.gap.boxes
        offset += (left.width + right.width) / 2 + room
      }
      offsets.append(offset)
      let neighbours = joined(item)
      let wish =
        neighbours.isEmpty
        ? middles[item] : neighbours.reduce(0) { $0 + middles[$1] } / Double(neighbours.count)
      let weight = weights[item]
      pools.append(((wish - offset) * weight, weight, 1))
      while pools.count > 1 {
        let (last, before) = (pools[pools.count - 1], pools[pools.count - 2])
        guard before.sum / before.weight > last.sum / last.weight else { break }
        pools.removeLast(2)
        pools.append(
          (before.sum + last.sum, before.weight + last.weight, before.count + last.count))
      }
    }
    var place = 0
    for pool in pools {
      for _ in 0..<pool.count {
        middles[row[place]] = pool.sum / pool.weight + offsets[place]
        place += 1
      }
    }
  }
}
