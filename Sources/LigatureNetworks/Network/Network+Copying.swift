import LigatureTensors

extension Network {
  /// An independent copy: the same layers, values and ties, and no shared storage. Layers of your
  /// own must be `Codable`; throws an error that names one that is not. O(learnables).
  public func copy() throws -> Network {
    try withoutEdits { try CopyTable().copy(self) }
  }
}

/// A layer that copies itself, because it cannot or need not be `Codable`.
package protocol SelfCopying {
  func copied(with copies: CopyTable) throws -> any Layer
}

/// The copies made so far, by what they are copies of: what was shared before is shared after.
///
/// Layers are copied by encoding and decoding them (``LayerCoding``); the slots of learnables and
/// states that they hold are copied by this table.
package final class CopyTable {
  private var copies: [ObjectIdentifier: AnyObject] = [:]
  /// Being copied, to notice one inside itself.
  private var open: Set<ObjectIdentifier> = []

  /// The copy of `original`, made on first demand.
  private func memoized<Object: AnyObject>(
    _ original: Object, _ make: () throws -> Object
  ) rethrows -> Object {
    if let copy = copies[ObjectIdentifier(original)] as? Object { return copy }
    let copy = try make()
    copies[ObjectIdentifier(original)] = copy
    return copy
  }

  private func entered<Copy>(_ original: AnyObject, _ make: () throws -> Copy) throws -> Copy {
    guard open.insert(ObjectIdentifier(original)).inserted else {
      throw LayerError(
        .containsItself, "", "contains itself", remedy: "Put a copy of it there, made with copy()")
    }
    defer { open.remove(ObjectIdentifier(original)) }
    return try make()
  }

  func copy(_ network: Network) throws -> Network {
    try memoized(network) { try entered(network) { try copied(network) } }
  }

  private func copied(_ network: Network) throws -> Network {
    let state = network.state.withLock { $0 }
    var graph = state.graph
    graph.nodes = try state.graph.nodes.map { node in
      do {
        return Graph.Node(name: node.name, entry: try copy(node.entry))
      } catch let error as LayerError {
        throw error.within(node.name)
      }
    }
    graph.rewire(from: Graph())
    let twin = Network(graph: graph)
    twin.state.withLock { new in
      new.seed = state.seed
      new.scalarType = state.scalarType
      new.findings = state.findings.map { renamed($0) }
    }
    return twin
  }

  /// What is known of a network, told of the copies of its parameters.
  private func renamed(_ findings: Network.Findings) -> Network.Findings {
    var findings = findings
    let uses = findings.uses.compactMap { key, paths in
      copies[key].map { (ObjectIdentifier($0), paths) }
    }
    findings.uses = Dictionary(uniqueKeysWithValues: uses)
    findings.calls = [:]
    return findings
  }

  func copy(_ entry: LayerEntry) throws -> LayerEntry {
    try memoized(entry) {
      LayerEntry(try copiedLayer(of: entry), isMeantToBeShared: entry.isMeantToBeShared)
    }
  }

  private func copiedLayer(of entry: LayerEntry) throws -> any Layer {
    let layer = entry.layer
    if let network = layer as? Network { return try copy(network) }
    if let layer = layer as? any SelfCopying { return try layer.copied(with: self) }
    guard type(of: layer) is AnyClass else { return try recoded(entry) }
    let object = layer as AnyObject
    if let copy = copies[ObjectIdentifier(object)] as? any Layer { return copy }
    let copy = try entered(object) { try recoded(entry) }
    copies[ObjectIdentifier(object)] = copy as AnyObject
    return copy
  }

  private func recoded(_ entry: LayerEntry) throws -> any Layer {
    let layer = entry.layer
    guard let coded = try LayerCoding.encode(entry), let type = type(of: layer) as? any Codable.Type
    else {
      throw LayerError(
        .notCodable, "", "\(Swift.type(of: layer)) cannot be copied, because it is not Codable",
        remedy: "Declare it Codable: \(Swift.type(of: layer)): CustomLayer, Codable")
    }
    return try LayerCoding.decode(
      type, from: coded.configuration, holding: try coded.slots.map { try copy($0) })
  }

  private func copy(_ slot: LayerSlot) throws -> LayerSlot {
    switch slot {
    case .learnable(let slot): .learnable(try copy(slot))
    case .state(let slot): .state(copy(slot))
    }
  }

  package func copy(_ slot: LearnableSlot) throws -> LearnableSlot {
    try memoized(slot) {
      try entered(slot) { LearnableSlot(try copy(slot.tree), slot.settings) }
    }
  }

  private func copy(_ slot: StateSlot) -> StateSlot { memoized(slot) { slot.copied() } }

  private func copy(_ parameter: Parameter) -> Parameter {
    memoized(parameter) {
      let value: Tensor
      let source: ParameterSource
      switch parameter.source {
      case .own: (value, source) = (parameter.value, .own)
      case .alias(let owner, let transform):
        (value, source) = (.deferred, .alias(of: copy(owner), through: transform))
      // The graph tells the copy what it is wired to.
      case .wired: (value, source) = (.deferred, .wired(nil))
      }
      let copy = Parameter(
        value.isDeferred ? value : value.contiguousCopy(),
        learnRateFactor: parameter.learnRateFactor, l2Factor: parameter.l2Factor)
      copy.source = source
      return copy
    }
  }

  private func copy(_ tree: LearnableTree) throws -> LearnableTree {
    switch tree {
    case .parameter(let parameter): .parameter(copy(parameter))
    case .layer(let entry): .layer(try copy(entry))
    case .list(let trees): .list(try trees.map { try copy($0) })
    case .dictionary(let parts):
      .dictionary(try parts.map { (key: $0.key, tree: try copy($0.tree)) })
    case .none: .none
    }
  }
}
