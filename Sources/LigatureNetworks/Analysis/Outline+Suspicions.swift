import LigatureTensors

extension Outline {
  /// What does not keep the network from running and is most likely a mistake, nested networks
  /// included: layers repeated by accident, and layers that no data reaches.
  var suspicions: [NetworkProblem] {
    var found = Outline.suspicions(in: root.graph)
    for item in items where item.isFirst && found.count < NetworkProblem.largestCount {
      if let network = item.entry.layer as? Network {
        found += Outline.suspicions(in: network.graph).map { $0.within(item.path) }
      }
      let entry = item.entry
      found += [
        entry.repetitionInLists(at: item.path), entry.repetitionInProperties(at: item.path),
      ].compactMap { $0?.problem }
    }
    return found
  }

  private static func suspicions(in graph: Graph) -> [NetworkProblem] {
    graph.repetitions.map(\.problem) + GraphLookup(graph).unreached
  }
}

extension Repetition {
  fileprivate var problem: NetworkProblem {
    NetworkProblem(
      .accidentalTie, second, "is one layer with \(first), with one set of learnables\(cause)",
      remedy: remedy)
  }
}

extension GraphLookup {
  /// Layers in order behind something that cannot run: what would feed them never comes. Only those
  /// that stand right behind it. O(layers and connections).
  fileprivate var unreached: [NetworkProblem] {
    let running = Set(Schedule(runnablePartOf: self).steps.map(\.node.name))
    guard running.count < graph.nodes.count else { return [] }
    let known = problems(most: NetworkProblem.largestCount)
    var causes = Set(known.map(\.path)).subtracting([""])
    for cycle in cycles { causes.formUnion(cycle) }
    return graph.nodes.compactMap { node in
      guard !running.contains(node.name), !causes.contains(node.name) else { return nil }
      let feeders =
        inputNames(of: node).map { feeder(of: Graph.Port(node: node.name, port: $0)) }
        + wires(of: node.name).map { resolved($0.source) }
      let cause = feeders.lazy.compactMap { source -> String? in
        guard case .output(let port) = source, causes.contains(port.node) else { return nil }
        return port.node
      }.first
      guard let cause else { return nil }
      return NetworkProblem(
        .deadBranch, node.name,
        "no data ever reaches it, nor what it feeds: it is fed by \(cause), which cannot run",
        remedy: "Repair \(cause), or remove this layer")
    }
  }
}

extension Network {
  /// Layers that run and whose learnables no output depends on by a gradient, for examples that
  /// pass through all layers. Costs one training pass.
  ///
  /// - Parameter read: the learnables that some layer reads.
  func branchesWithoutGradient(
    _ examples: [Tensor], _ read: Set<ObjectIdentifier>
  ) -> [NetworkProblem] {
    var isDifferentiable = false
    let pass = try? differentiated(at: examples, .training, seed: seed) { outputs in
      try outputs.map { output in
        guard output.scalarType.isFloatingPoint else { return nil }
        isDifferentiable = true
        return try Tensor.ones(output.shape, output.scalarType)
      }
    }
    guard let pass, isDifferentiable else { return [] }
    var layers: [String] = []
    var names: [String: [String]] = [:]
    for learnable in learnables
    where read.contains(ObjectIdentifier(learnable.parameter)) && !learnable.parameter.isFrozen
      && pass.gradients[learnable.parameter] == nil
    {
      let parts = LayerEntry(self).layerPath(of: learnable.path)
      if names[parts.layer] == nil { layers.append(parts.layer) }
      names[parts.layer, default: []].append(parts.name)
    }
    return layers.map { layer in
      let those = names[layer] ?? []
      return NetworkProblem(
        .deadBranch, layer,
        "no output depends on its \(those.joined(separator: ", ")) by a gradient in training, so "
          + "\(those.count == 1 ? "it never learns" : "they never learn")",
        remedy:
          "Return what the branch computes, or remove it; what is detached, rounded or compared "
          + "has no gradient")
    }
  }
}

extension LayerEntry {
  /// The layer that a learnable's path leads through last, and what it calls the learnable.
  func layerPath(of learnable: String) -> (layer: String, name: String) {
    let names = learnable.split(separator: "/")
    for count in stride(from: names.count - 1, to: 0, by: -1) {
      let path = names.prefix(count).joined(separator: "/")
      if layer(at: path) != nil { return (path, names.dropFirst(count).joined(separator: "/")) }
    }
    return ("", learnable)
  }
}
