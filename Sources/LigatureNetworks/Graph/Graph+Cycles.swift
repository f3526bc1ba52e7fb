extension GraphLookup {
  /// Cycles, each as the names along it in the direction of the data, such that opening one
  /// connection of each leaves none: the one from its last layer to its first. O(connections).
  var cycles: [[String]] {
    let nodes = graph.nodes
    let feeders = nodes.map { node -> [Int] in
      let sources =
        inputNames(of: node).map { feeder(of: Graph.Port(node: node.name, port: $0)) }
        + wires(of: node.name).map { resolved($0.source) }
      return sources.compactMap { source in
        guard case .output(let port) = source else { return nil }
        return nodes.place(of: port.node)
      }
    }
    let isStuck = GraphLookup.stuck(feeders)
    var found: [[String]] = []
    // A walk from feeder to feeder, without recursion; whatever leads back into it is a cycle.
    var placeInWalk: [Int?] = Array(repeating: nil, count: feeders.count)
    var isDone = isStuck.map { !$0 }
    for start in feeders.indices where !isDone[start] {
      var walk = [(node: start, next: 0)]
      placeInWalk[start] = 0
      while let (node, next) = walk.last {
        guard next < feeders[node].count else {
          walk.removeLast()
          placeInWalk[node] = nil
          isDone[node] = true
          continue
        }
        walk[walk.count - 1].next += 1
        let feeder = feeders[node][next]
        if let place = placeInWalk[feeder] {
          found.append(GraphLookup.names(walk[place...].reversed().map(\.node), nodes))
        } else if !isDone[feeder] {
          placeInWalk[feeder] = walk.count
          walk.append((feeder, 0))
        }
      }
    }
    return found
  }

  /// Whether each node is in a cycle, or fed by one.
  private static func stuck(_ feeders: [[Int]]) -> [Bool] {
    var missing = feeders.map(\.count)
    var fed: [[Int]] = Array(repeating: [], count: feeders.count)
    for (node, sources) in feeders.enumerated() {
      for source in sources { fed[source].append(node) }
    }
    var ready = feeders.indices.filter { missing[$0] == 0 }
    while let node = ready.popLast() {
      for other in fed[node] {
        missing[other] -= 1
        if missing[other] == 0 { ready.append(other) }
      }
    }
    return missing.map { $0 > 0 }
  }

  /// As many as a message can show, and the last one.
  private static func names(_ cycle: [Int], _ nodes: NamedList<Graph.Node>) -> [String] {
    let most = 12
    guard cycle.count > most else { return cycle.map { nodes[$0].name } }
    return cycle.prefix(most - 1).map { nodes[$0].name }
      + ["(\(cycle.count - most) more)", nodes[cycle[cycle.count - 1]].name]
  }
}
