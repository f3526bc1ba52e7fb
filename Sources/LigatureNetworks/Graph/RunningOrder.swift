/// The order in which layers run: each after those that feed it, if possible after those whose
/// learnables it takes, since they give them their first values, and otherwise as they were added.
/// O(layers · log layers + connections).
struct RunningOrder {
  private let graph: Graph
  /// By a node's place: the nodes that it feeds, and those that take learnables from it.
  private var fed: [[Int]]
  private var lent: [[Int]]
  /// How many of a node's feeders, and of the owners of its learnables, have not run yet.
  private var missing: [Int]
  private var owed: [Int]
  private var isDone: [Bool]

  /// - Parameter blocked: names of layers that do not run, nor what they feed.
  init(_ lookup: GraphLookup, without blocked: Set<String> = []) {
    graph = lookup.graph
    let count = graph.nodes.count
    fed = Array(repeating: [], count: count)
    lent = fed
    missing = Array(repeating: 0, count: count)
    owed = missing
    isDone = Array(repeating: false, count: count)
    for (place, node) in graph.nodes.enumerated() {
      if blocked.contains(node.name) { missing[place] += 1 }
      for port in lookup.inputNames(of: node) {
        let source = lookup.feeder(of: Graph.Port(node: node.name, port: port))
        note(source, for: place, lookup)
      }
      for wire in lookup.wires(of: node.name) {
        note(lookup.resolved(wire.source), for: place, lookup)
      }
    }
  }

  private mutating func note(_ source: Graph.Source?, for place: Int, _ lookup: GraphLookup) {
    guard let source, lookup.exists(source) else {
      // Nothing ever makes up for it.
      missing[place] += 1
      return
    }
    switch source {
    case .output(let port):
      missing[place] += 1
      if let feeder = graph.nodes.place(of: port.node) { fed[feeder].append(place) }
    case .learnable(let port):
      guard let owner = graph.nodes.place(of: port.node), owner != place else { return }
      owed[place] += 1
      lent[owner].append(place)
    case .input: break
    }
  }

  /// The nodes that can run, in order.
  mutating func sorted() -> [Graph.Node] {
    var preferred = LeastFirst()
    var ready = LeastFirst()
    func offer(_ place: Int, _ missing: [Int], _ owed: [Int]) {
      guard missing[place] == 0 else { return }
      ready.insert(place)
      if owed[place] == 0 { preferred.insert(place) }
    }
    for place in graph.nodes.indices { offer(place, missing, owed) }
    var sorted: [Graph.Node] = []
    while let place = next(&preferred) ?? next(&ready) {
      isDone[place] = true
      sorted.append(graph.nodes[place])
      for other in fed[place] {
        missing[other] -= 1
        if missing[other] == 0 { offer(other, missing, owed) }
      }
      for other in lent[place] {
        owed[other] -= 1
        if owed[other] == 0 { offer(other, missing, owed) }
      }
    }
    return sorted
  }

  private func next(_ places: inout LeastFirst) -> Int? {
    while let place = places.popLeast() {
      if !isDone[place] { return place }
    }
    return nil
  }
}

/// Numbers of which the least comes out first: a binary heap. O(log count) a number.
struct LeastFirst {
  private var heap: [Int] = []

  mutating func insert(_ number: Int) {
    heap.append(number)
    var place = heap.count - 1
    while place > 0, heap[(place - 1) / 2] > heap[place] {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  mutating func popLeast() -> Int? {
    guard let least = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return least }
    heap[0] = last
    var place = 0
    while let child = [2 * place + 1, 2 * place + 2].filter({ $0 < heap.count })
      .min(by: { heap[$0] < heap[$1] }), heap[child] < heap[place]
    {
      heap.swapAt(place, child)
      place = child
    }
    return least
  }
}
