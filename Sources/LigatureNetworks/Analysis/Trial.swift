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
  private var noted: Set<NetworkProblem> = []

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
    run(examples, Pass(.inference, seed: seed, scalarType: type, observers: [predicting]))
    let training = UsageCount()
    let found = network.state.withLock { $0.findings }
    run(examples, Pass(.training, seed: seed, scalarType: type, observers: [training]))
    let ranAll = blocked.isEmpty && problems.isEmpty
    network.state.withLock { $0.findings = found }
    network.noteUses(predicting)
    return ranAll ? Set(predicting.paths.keys).union(training.paths.keys) : nil
  }

  /// Predicts once more, so that what was found is of these examples. Returns whether all layers
  /// ran.
  mutating func measure(_ examples: [Tensor]) -> Bool {
    let before = problems.count
    run(
      examples,
      Pass(
        .inference, seed: network.seed, scalarType: network.scalarType,
        observers: [UsageCount()]))
    defer {
      noted.subtract(problems[before...])
      problems.removeSubrange(before...)
    }
    return problems.count == before
  }

  private mutating func run(_ examples: [Tensor], _ pass: Pass) {
    let context = pass.rootContext()
    let tolerance = Tolerance(of: network, graph)
    Frame.$current.withValue(context.frame) {
      do {
        let inputs = try network.entered(examples, graph)
        _ = try network.walk(
          Schedule(runnablePartOf: GraphLookup(graph), without: blocked), graph, inputs,
          in: context,
          [tolerance.shapes, Costs(of: network), tolerance])
      } catch {
        note(error, at: "")
      }
    }
    for (layer, error, inputs) in tolerance.failures { note(error, at: layer, inputs: inputs) }
    blocked.formUnion(graph.nodes.map(\.name).filter { !tolerance.ran.contains($0) })
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
    if noted.insert(found).inserted { problems.append(found) }
  }
}

/// Lets a walk go on where a layer throws, and keeps what it threw.
private final class Tolerance: GraphObserver {
  let shapes: Shapes
  private(set) var ran: Set<String> = []
  private(set) var failures: [(layer: String, error: any Error, inputs: [Layout])] = []

  init(of network: Network, _ graph: Graph) { shapes = Shapes(of: network, graph) }

  func didRun(
    _ step: Schedule.Step, _ arguments: [Tensor], _ results: [Tensor], multiplyAdds: Int
  ) {
    ran.insert(step.node.name)
  }

  func absorbs(_ failure: StepFailure, of step: Schedule.Step) -> Bool {
    // What lacks its inputs lacks them because of an error that is known.
    if case .threw(let error) = failure {
      failures.append((step.node.name, error, shapes.inputs[step.node.name] ?? []))
    }
    return true
  }
}
