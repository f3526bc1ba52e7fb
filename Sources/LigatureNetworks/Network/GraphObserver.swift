import LigatureTensors

/// Sees the walk of one graph. Every method does nothing unless written.
protocol GraphObserver: AnyObject {
  /// The inputs have come in, by place.
  func entered(_ inputs: [Tensor])
  /// A learnable has come in that goes through layers as data does.
  func took(_ learnable: Tensor, at place: Int)
  /// A step is about to run, in a network of this path. What this throws, the step throws.
  func willRun(_ step: Schedule.Step, in path: String) throws
  /// A step has run, with so many multiply-adds of matrix products in it.
  func didRun(_ step: Schedule.Step, _ arguments: [Tensor], _ results: [Tensor], multiplyAdds: Int)
  /// Whether the walk goes on without the results of a step; no unless written.
  func absorbs(_ failure: StepFailure, of step: Schedule.Step) -> Bool
  /// The walk has come to its end; not called where a step has thrown.
  func ended(_ outputs: [Tensor])
}

extension GraphObserver {
  func entered(_ inputs: [Tensor]) {}
  func took(_ learnable: Tensor, at place: Int) {}
  func willRun(_ step: Schedule.Step, in path: String) throws {}
  func didRun(
    _ step: Schedule.Step, _ arguments: [Tensor], _ results: [Tensor], multiplyAdds: Int
  ) {}
  func absorbs(_ failure: StepFailure, of step: Schedule.Step) -> Bool { false }
  func ended(_ outputs: [Tensor]) {}
}

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
}

extension Layout {
  /// The labels that a tensor of a rank most likely has.
  static func labels(rank: Int) -> String {
    switch rank {
    case 0: ""
    case 1: "C"
    case 2: "BC"
    case 3: "BTC"
    default: "B" + String(repeating: "S", count: rank - 2) + "C"
    }
  }
}
