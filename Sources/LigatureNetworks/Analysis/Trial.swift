import LigatureTensors

/// Runs an example through a network to see what fits and what does not. Unlike a prediction it
/// does not end at the first error: every layer runs whose inputs could be computed.
struct Trial {
  private let network: Network
  /// The network's graph with the inputs that there are examples of.
  let graph: Graph
  /// Layers that are not to run, or did not.
  private var blocked: Set<String>
  private(set) var problems: [NetworkProblem] = []

  /// A trial on examples of some inputs, that leaves alone the layers in which problems are known.
  init(_ network: Network, inputs: Set<String>, known: [NetworkProblem]) {
    self.network = network
    var graph = network.graph
    graph.inputs.removeAll { !inputs.contains($0.name) }
    self.graph = graph
    blocked = Set(known.compactMap { $0.path.split(separator: "/").first.map(String.init) })
  }

  /// Initialises what is deferred, predicts, and runs forward as training does; keeps what was
  /// found in the network. Returns the learnables that were read, or nil when not every layer ran.
  mutating func run(_ examples: [Tensor]) -> Set<ObjectIdentifier>? {
    let seed = network.seed
    let type = network.scalarType
    run(examples, Pass(.inference, seed: seed, scalarType: type, initialization: Initialization()))
    problems += network.learnables.filter { learnable in
      learnable.parameter.isDeferred
        && learnable.path.split(separator: "/").first.map { !blocked.contains(String($0)) } == true
    }.map {
      blocked.insert(String($0.path.prefix { $0 != "/" }))
      return NetworkProblem(
        .uninitialized, $0.path, "has no value although its layer was initialised",
        remedy: "Assign it in the layer's initialize(for:in:), or give it a value in init")
    }
    let predicting = UsageCount()
    run(examples, Pass(.inference, seed: seed, scalarType: type, usage: predicting))
    let training = UsageCount()
    let found = network.state.withLock { $0.findings }
    run(examples, Pass(.training, seed: seed, scalarType: type, usage: training))
    let ranAll = blocked.isEmpty && problems.isEmpty
    network.state.withLock { state in
      state.findings = found
      state.findings?.uses = predicting.paths
    }
    return ranAll ? Set(predicting.paths.keys).union(training.paths.keys) : nil
  }

  /// Predicts once more, so that what was found is of these examples. Returns whether all layers
  /// ran.
  mutating func measure(_ examples: [Tensor]) -> Bool {
    let before = problems.count
    run(
      examples,
      Pass(.inference, seed: network.seed, scalarType: network.scalarType, usage: UsageCount()))
    defer { problems.removeSubrange(before...) }
    return problems.count == before
  }

  private mutating func run(_ examples: [Tensor], _ pass: Pass) {
    let context = pass.rootContext()
    Frame.$current.withValue(context.frame) {
      do {
        let inputs = try network.entered(examples, graph, "")
        run(inputs, context)
      } catch {
        note(error, at: "")
        blocked.formUnion(graph.nodes.map(\.name))
      }
    }
  }

  private mutating func run(_ inputs: [Tensor], _ context: Context) {
    var border = Border(graph)
    border.enter(inputs)
    var values: [Graph.Source: (tensor: Tensor, place: Int)] = [:]
    for (place, input) in inputs.enumerated() {
      values[.input(graph.inputs[place].name)] = (input, place)
    }
    var places = inputs.count
    var waiting = graph.nodes.filter { !blocked.contains($0.name) }
    func value(of source: Graph.Source) -> (tensor: Tensor, place: Int)? {
      if let value = values[source] { return value }
      guard case .learnable(let port) = source, graph.parameter(port)?.isDeferred == false,
        let tensor = try? network.learnable(port, graph, context)
      else { return nil }
      values[source] = (tensor, places)
      border.enter(tensor, at: places)
      places += 1
      return values[source]
    }
    func arguments(_ node: Graph.Node) -> [(tensor: Tensor, place: Int)]? {
      let ports = node.layer.inputNames
      let found = ports.compactMap { port in
        graph.feeder(of: Graph.Port(node: node.name, port: port)).flatMap { value(of: $0) }
      }
      return found.count == ports.count ? found : nil
    }
    func wires(_ node: Graph.Node) -> [(path: String, place: Int, owner: Graph.Port?)]? {
      let all = graph.wires(of: node.name)
      let found = all.compactMap { path, source in
        value(of: graph.resolved(source)).map { (path, $0.place, graph.trace(source).owner) }
      }
      return found.count == all.count ? found : nil
    }
    while let next = waiting.firstIndex(where: { arguments($0) != nil && wires($0) != nil }) {
      let node = waiting.remove(at: next)
      let arguments = arguments(node) ?? []
      let names = node.layer.outputNames
      let step = Schedule.Step(
        node: node, inputs: arguments.map(\.place), wires: wires(node) ?? [], firstOutput: places,
        outputNames: names, finished: [])
      places += names.count
      do {
        try border.validate(step, at: "")
        let results = try OperationCount.counting(true) {
          try network.run(
            node.layer, node, arguments.map(\.tensor), context,
            binding: network.bindings(
              of: step, graph, context,
              { place in values.values.first { $0.place == place }?.tensor }))
        }
        guard results.value.count == names.count else {
          throw LayerError(
            node.name,
            "returned \(counted(results.value.count, "tensor")) and names "
              + counted(names.count, "output port"),
            remedy: "Make outputNames agree with what predict returns")
        }
        border.note(step, results.value, multiplyAdds: results.count)
        for (number, name) in names.enumerated() {
          values[.output(Graph.Port(node: node.name, port: name))] =
            (results.value[number], step.firstOutput + number)
        }
      } catch {
        blocked.insert(node.name)
        note(error, at: node.name, inputs: border.inputs[node.name] ?? [])
      }
    }
    blocked.formUnion(waiting.map(\.name))
    network.keep(border)
  }

  /// Notes an error, with what went into the layer if the layer itself threw it.
  private mutating func note(_ error: any Error, at path: String, inputs: [Layout] = []) {
    guard let error = LayerError.attribute(error, to: path) as? LayerError else { return }
    var problem = error.problem
    if error.path == path, !inputs.isEmpty {
      let sources = graph.node(path)?.layer.inputNames.compactMap {
        graph.sources[Graph.Port(node: path, port: $0)]?.description
      }
      let found = zip(inputs, sources ?? []).map { "\($0) from \($1)" }
      problem += "; its input is \(found.joined(separator: " and "))"
    }
    let found = NetworkProblem(.mismatch, error.path, problem, remedy: error.remedy)
    // What does not even get in is refused in every pass.
    if !problems.contains(found) { problems.append(found) }
  }
}
