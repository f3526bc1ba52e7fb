/// The order in which a graph runs, worked out once after each edit.
struct Schedule: Sendable {
  struct Step: Sendable {
    let node: Graph.Node
    /// Which values go in, by their place among all values of the run.
    let inputs: [Int]
    /// Learnables of the layer that are taken from values, by their path in the layer.
    let wires: [(path: String, place: Int, owner: Graph.Port?)]
    /// Where the first of its outputs goes; the others follow.
    let firstOutput: Int
    let outputNames: [String]
    /// Values that nothing after this step reads.
    let finished: [Int]
  }

  let steps: [Step]
  /// Learnables that feed something, and their places.
  let learnables: [Int: Graph.Port]
  let valueCount: Int
  /// The network's outputs, by place: every output port that feeds nothing.
  let outputs: [Int]
  let outputPorts: [Graph.Port]

  /// Throws the first problem of the graph.
  init(_ graph: Graph) throws {
    if let problem = graph.allProblems.first { throw problem.error }
    self.init(runnablePartOf: graph)
  }

  /// The layers of a graph, but for some, whose inputs come from network inputs or from layers that
  /// run before them.
  init(runnablePartOf graph: Graph, without blocked: Set<String> = []) {
    var places: [Graph.Source: Int] = [:]
    for input in graph.inputs { places[.input(input.name)] = places.count }
    var learnables: [Int: Graph.Port] = [:]
    for case .learnable(let port) in graph.feeding.sorted(by: { $0.description < $1.description }) {
      learnables[places.count] = port
      places[.learnable(port)] = places.count
    }
    self.learnables = learnables
    var steps: [Step] = []
    let order = Schedule.order(graph, without: blocked)
    for node in order {
      let first = places.count
      let outputNames = node.layer.outputNames
      for name in outputNames {
        places[.output(Graph.Port(node: node.name, port: name))] = places.count
      }
      let inputs = node.layer.inputNames.compactMap { port in
        graph.feeder(of: Graph.Port(node: node.name, port: port)).flatMap { places[$0] }
      }
      let wires = graph.wires(of: node.name).compactMap { path, source in
        places[graph.resolved(source)].map { (path, $0, graph.trace(source).owner) }
      }
      steps.append(
        Step(
          node: node, inputs: inputs, wires: wires, firstOutput: first, outputNames: outputNames,
          finished: []))
    }
    let fed = graph.feeding
    outputPorts = graph.nodes.flatMap { node in
      node.layer.outputNames.map { Graph.Port(node: node.name, port: $0) }
    }.filter { !fed.contains(.output($0)) }
    outputs = outputPorts.compactMap { places[.output($0)] }
    valueCount = places.count
    self.steps = Schedule.marking(steps, keeping: Set(outputs))
  }

  /// The steps with the values each of them is the last to read.
  private static func marking(_ steps: [Step], keeping outputs: Set<Int>) -> [Step] {
    var seen = outputs
    return steps.reversed().map { step in
      let finished = Set(step.inputs + step.wires.map(\.place)).subtracting(seen)
      seen.formUnion(finished)
      return Step(
        node: step.node, inputs: step.inputs, wires: step.wires, firstOutput: step.firstOutput,
        outputNames: step.outputNames, finished: Array(finished))
    }.reversed()
  }

  /// Nodes so that each comes after those that feed it, if possible after those whose learnables it
  /// takes, since they give them their first values, and otherwise as they were added.
  private static func order(_ graph: Graph, without blocked: Set<String>) -> [Graph.Node] {
    var feeders: [String: [String]] = [:]
    var owners: [String: [String]] = [:]
    var incomplete = blocked
    let fed = graph.nodes.flatMap { node in
      node.layer.inputNames.map { Graph.Port(node: node.name, port: $0) }
    }
    for (port, source) in fed.map({ ($0, graph.sources[$0]) }) + graph.wires.map({ ($0, $1) }) {
      guard let source = source.map(graph.resolved), graph.exists(source) else {
        incomplete.insert(port.node)
        continue
      }
      switch source {
      case .output(let from): feeders[port.node, default: []].append(from.node)
      case .learnable(let from): owners[port.node, default: []].append(from.node)
      case .input: break
      }
    }
    var done: Set<String> = []
    var sorted: [Graph.Node] = []
    var rest = graph.nodes.filter { !incomplete.contains($0.name) }
    func isReady(_ node: Graph.Node) -> Bool {
      (feeders[node.name] ?? []).allSatisfy { done.contains($0) }
    }
    func isPreferred(_ node: Graph.Node) -> Bool {
      isReady(node) && (owners[node.name] ?? []).allSatisfy { done.contains($0) || $0 == node.name }
    }
    while let ready = rest.firstIndex(where: isPreferred) ?? rest.firstIndex(where: isReady) {
      done.insert(rest[ready].name)
      sorted.append(rest.remove(at: ready))
    }
    return sorted
  }
}
