import Testing

@testable import LigatureViewing

@Suite("Graphs in rows")
struct LayeredGraphTests {
  /// Numbers that are the same everywhere.
  private struct Numbers {
    var state: UInt64
    mutating func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
  }

  private func random(_ seed: Int, cyclic: Bool) -> LayeredGraph {
    var numbers = Numbers(state: UInt64(seed))
    let count = 2 + numbers.next(24)
    let sizes = (0..<count).map { _ in
      LayeredGraph.Size(width: Double(40 + numbers.next(160)), height: 40)
    }
    let lines = (0..<(count + numbers.next(2 * count))).map { _ -> LayeredGraph.Line in
      let (a, b) = (numbers.next(count), numbers.next(count))
      return cyclic
        ? .init(source: a, target: b, port: numbers.next(2))
        : .init(source: min(a, b), target: max(a, b), port: numbers.next(2))
    }
    return LayeredGraph(sizes, lines)
  }

  @Test("no two items of a row overlap", arguments: 1...60)
  func apart(seed: Int) {
    for isCyclic in [false, true] {
      let graph = random(seed, cyclic: isCyclic)
      for row in graph.order {
        for (left, right) in zip(row, row.dropFirst()) {
          let edge = graph.middles[left] + graph.items[left].width / 2
          #expect(edge + 4 < graph.middles[right] - graph.items[right].width / 2)
        }
      }
      #expect(graph.order.flatMap { $0 }.sorted() == Array(graph.items.indices))
    }
  }

  @Test("every line goes down row by row, from one of its ends to the other", arguments: 1...60)
  func downward(seed: Int) throws {
    for isCyclic in [false, true] {
      let graph = random(seed, cyclic: isCyclic)
      #expect(
        isCyclic
          || graph.upward.isSubset(
            of: graph.lines.indices.filter {
              graph.lines[$0].source == graph.lines[$0].target
            })
      )
      var rows = Array(repeating: 0, count: graph.items.count)
      for (row, items) in graph.order.enumerated() { for item in items { rows[item] = row } }
      for (place, line) in graph.lines.enumerated() where line.source != line.target {
        let way = try #require(graph.ways[place])
        #expect(way.map { rows[$0] } == Array(rows[way[0]]...(rows[way[0]] + way.count - 1)))
        #expect(way.dropFirst().dropLast().allSatisfy { graph.items[$0].isLine })
        let ends = [way[0], way[way.count - 1]]
        #expect(
          ends
            == (graph.upward.contains(place)
              ? [line.target, line.source] : [line.source, line.target]))
      }
    }
  }

  @Test("a chain stands straight, whatever skips it")
  func straight() {
    let sizes = (0..<40).map { LayeredGraph.Size(width: 80 + Double($0 % 3) * 20, height: 40) }
    var lines = (1..<40).map { LayeredGraph.Line(source: $0 - 1, target: $0) }
    lines += stride(from: 0, to: 36, by: 4).map { LayeredGraph.Line(source: $0, target: $0 + 4) }
    let graph = LayeredGraph(sizes, lines)
    let middles = (0..<40).map { graph.middles[$0] }
    #expect((middles.max() ?? 0) - (middles.min() ?? 0) <= 2)
  }

  @Test("lines of one port go together as far as they can")
  func together() {
    let sizes = (0..<6).map { _ in LayeredGraph.Size(width: 80, height: 40) }
    let chain = (1..<6).map { LayeredGraph.Line(source: $0 - 1, target: $0, port: 1) }
    let skips = (2..<6).map { LayeredGraph.Line(source: 0, target: $0, port: 0) }
    #expect(LayeredGraph(sizes, chain + skips).items.count == 6 + 4)
  }

  @Test("what there is no room for is left out")
  func bounded() {
    let count = 1000
    let sizes = (0..<count).map { _ in LayeredGraph.Size(width: 50, height: 40) }
    let chain = (1..<count).map { LayeredGraph.Line(source: $0 - 1, target: $0) }
    let long = (0..<60).map { LayeredGraph.Line(source: $0, target: count - 1, port: 1) }
    let graph = LayeredGraph(sizes, chain + long)
    #expect(graph.items.count <= count + LayeredGraph.mostPlaces)
    #expect(graph.ways.contains { $0 == nil })
    #expect(graph.ways.prefix(chain.count).allSatisfy { $0 != nil })
  }

  @Test("nothing is drawn of nothing")
  func empty() {
    #expect(LayeredGraph([], []).order.isEmpty)
    let alone = LayeredGraph([.init(width: 10, height: 10)], [.init(source: 0, target: 0)])
    #expect(alone.order == [[0]])
  }
}
