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

  /// Throws the first problem of the graph. O(layers · log layers, ports and connections).
  init(_ graph: Graph) throws {
    let lookup = GraphLookup(graph)
    if let problem = lookup.problems(most: 1).first { throw problem.error }
    self.init(runnablePartOf: lookup)
  }

  /// The layers of a graph, but for some, whose inputs come from network inputs or from layers that
  /// run before them.
  init(runnablePartOf lookup: GraphLookup, without blocked: Set<String> = []) {
    let graph = lookup.graph
    var places: [Graph.Source: Int] = [:]
    for input in graph.inputs { places[.input(input.name)] = places.count }
    var learnables: [Int: Graph.Port] = [:]
    var fed: [Graph.Port] = []
    for case .learnable(let port) in lookup.feeding { fed.append(port) }
    for port in fed.sorted(by: { $0.description < $1.description }) {
      learnables[places.count] = port
      places[.learnable(port)] = places.count
    }
    self.learnables = learnables
    var steps: [Step] = []
    var order = RunningOrder(lookup, without: blocked)
    for node in order.sorted() {
      let first = places.count
      let outputNames = lookup.outputNames(of: node)
      for name in outputNames {
        places[.output(Graph.Port(node: node.name, port: name))] = places.count
      }
      let inputs = lookup.inputNames(of: node).compactMap { port in
        lookup.feeder(of: Graph.Port(node: node.name, port: port)).flatMap { places[$0] }
      }
      let wires = lookup.wires(of: node.name).compactMap { path, source in
        places[lookup.resolved(source)].map { (path, $0, graph.trace(source).owner) }
      }
      steps.append(
        Step(
          node: node, inputs: inputs, wires: wires, firstOutput: first, outputNames: outputNames,
          finished: []))
    }
    outputPorts = graph.nodes.flatMap { node in
      lookup.outputNames(of: node).map { Graph.Port(node: node.name, port: $0) }
    }.filter { !lookup.feeding.contains(.output($0)) }
    outputs = outputPorts.compactMap { places[.output($0)] }
    valueCount = places.count
    self.steps = Schedule.marking(steps, keeping: Set(outputs))
  }

  /// The steps with the values each of them is the last to read.
  private static func marking(_ steps: [Step], keeping outputs: Set<Int>) -> [Step] {
    var seen = outputs
    return steps.reversed().map { step in
      // Not by subtracting, which goes through all that was seen.
      let finished = Set(step.inputs + step.wires.map(\.place)).filter { !seen.contains($0) }
      seen.formUnion(finished)
      return Step(
        node: step.node, inputs: step.inputs, wires: step.wires, firstOutput: step.firstOutput,
        outputNames: step.outputNames, finished: Array(finished))
    }.reversed()
  }
}
