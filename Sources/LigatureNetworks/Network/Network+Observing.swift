import LigatureTensors

/// An observer of a pass who also sees the walks of graphs in it.
protocol GraphObserving: PassObserver {
  /// Who is to see the walk of a network's graph that is about to begin.
  func observers(of network: Network, _ graph: Graph) -> [any GraphObserver]
}

extension GraphObserving {
  func observers(of network: Network, _ graph: Graph) -> [any GraphObserver] {
    [Shapes(of: network, graph), Costs(of: network)]
  }
}

// In the pass that gives first values, and in the one that counts uses, whose numbers stay since
// nothing runs twice in it.
extension Initialization: GraphObserving {}
extension UsageCount: GraphObserving {}

/// Follows labels and sizes from layer to layer, and lets each layer validate what comes.
final class Shapes: GraphObserver {
  private let network: Network
  private let graph: Graph
  private var layouts: [Int: Layout] = [:]
  /// What went into each layer, and what came out.
  private(set) var inputs: [String: [Layout]] = [:]
  private var outputs: [String: [Layout]] = [:]

  init(of network: Network, _ graph: Graph) {
    self.network = network
    self.graph = graph
  }

  func entered(_ inputs: [Tensor]) {
    for (place, tensor) in inputs.enumerated() {
      let labels = graph.inputs[place].layout?.canonical.labels ?? Layout.labels(rank: tensor.rank)
      layouts[place] = Layout(labels, of: tensor)
    }
  }

  func took(_ learnable: Tensor, at place: Int) {
    layouts[place] = Layout(String(repeating: "U", count: learnable.rank), of: learnable)
  }

  func willRun(_ step: Schedule.Step, in path: String) throws {
    let layouts = step.inputs.compactMap { self.layouts[$0] }
    inputs[step.node.name] = layouts
    do {
      try step.node.layer.validate(layouts)
    } catch {
      throw LayerError.attribute(error, to: step.path(in: path))
    }
  }

  func didRun(
    _ step: Schedule.Step, _ arguments: [Tensor], _ results: [Tensor], multiplyAdds: Int
  ) {
    let found = step.node.layer.outputLayouts(
      results.map(\.shape), for: inputs[step.node.name] ?? [])
    for (number, pair) in zip(found, results).enumerated() {
      let layout = Layout(pair.0.labels, of: pair.1)
      layouts[step.firstOutput + number] = layout
      outputs[step.node.name, default: []].append(layout)
    }
  }

  func ended(_ outputs: [Tensor]) {
    network.note { findings in
      findings.inputLayouts = inputs
      findings.outputLayouts = self.outputs
    }
  }
}

/// Notes what each layer costs.
final class Costs: GraphObserver {
  private let network: Network
  private var multiplyAdds: [String: Int] = [:]

  init(of network: Network) { self.network = network }

  func didRun(
    _ step: Schedule.Step, _ arguments: [Tensor], _ results: [Tensor], multiplyAdds count: Int
  ) {
    multiplyAdds[step.node.name] = count
  }

  func ended(_ outputs: [Tensor]) { network.note { $0.multiplyAdds = multiplyAdds } }
}

extension Network {
  /// Keeps what was found out about the network.
  func note(_ body: (inout Findings) -> Void) {
    state.withLock { state in
      var findings = state.findings ?? Findings()
      body(&findings)
      state.findings = findings
    }
  }

  /// Keeps which calls read each parameter.
  func noteUses(_ usage: UsageCount) {
    let count = Parameter.structureCount
    note { findings in
      findings.uses = Uses(paths: usage.paths, counted: count, confirmed: count)
      findings.calls = usage.calls
    }
  }

  /// Paths of the calls that read each parameter in one prediction; nil before one has run, and
  /// where something in the network was tied or wired anew since. O(1) where nothing was anywhere,
  /// else O(layers).
  var uses: [ObjectIdentifier: [String]]? {
    let present = Parameter.structureCount
    guard var uses = state.withLock({ $0.findings?.uses }) else { return nil }
    if uses.confirmed == present { return uses.paths }
    var latest = 0
    visitParameters { _, parameter in latest = max(latest, parameter.lastRetied) }
    uses.confirmed = present
    let holds = latest <= uses.counted
    state.withLock { state in
      guard state.findings?.uses?.counted == uses.counted else { return }
      state.findings?.uses = holds ? uses : nil
    }
    return holds ? uses.paths : nil
  }
}
