import LigatureTensors

extension Network {
  /// Tells wired learnables what they are wired to, where a nested network was edited since their
  /// wires were made.
  func renewWires() {
    var wired = graph.wires.isEmpty ? [] : [self]
    visitLayers { _, entry in
      if let network = entry.layer as? Network, !network.graph.wires.isEmpty {
        wired.append(network)
      }
    }
    guard !wired.isEmpty else { return }
    // Nobody may edit a graph between its being read and its being told.
    Network.structure.lock()
    defer { Network.structure.unlock() }
    for network in wired {
      let graph = network.graph
      graph.rewire(from: graph)
    }
  }
}

extension Context {
  /// The value of a learnable that feeds something, as a part of the pass.
  func learnable(_ port: Graph.Port, _ graph: Graph) throws -> Tensor {
    guard let parameter = graph.parameter(port) else {
      throw LayerError(
        .unconnected, path, "the learnable \(port.description) is no longer there",
        remedy: "Connect it anew")
    }
    guard !parameter.isDeferred else {
      throw LayerError(
        .uninitialized, port.description, "has no value when another layer needs it",
        remedy: "Let the layer that runs first own the learnable, and wire the later one to it")
    }
    return pass.value(of: parameter, in: frame, countsUse: false)
  }
}

extension Graph {
  /// What stands for the wired learnables of a step's layer.
  func bindings(
    of step: Schedule.Step, _ value: (Int) -> Tensor?
  ) -> [ObjectIdentifier: Frame.Binding] {
    var bindings: [ObjectIdentifier: Frame.Binding] = [:]
    for wire in step.wires {
      guard let parameter = step.node.entry.parameter(at: wire.path),
        let value = value(wire.place)
      else { continue }
      let owner = wire.owner.flatMap { self.parameter($0) }
      bindings[ObjectIdentifier(parameter)] = Frame.Binding(
        tensor: value, owner: owner)
    }
    return bindings
  }
}
