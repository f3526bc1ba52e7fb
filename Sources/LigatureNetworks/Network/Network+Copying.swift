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
  /// Layers that have been taken apart and not been put together yet.
  private var coded: [ObjectIdentifier: LayerCoding.Coded] = [:]

  /// The copy of `original`, made on first demand.
  private func memoized<Object: AnyObject>(
    _ original: Object, _ make: () throws -> Object
  ) rethrows -> Object {
    if let copy = copies[ObjectIdentifier(original)] as? Object { return copy }
    let copy = try make()
    copies[ObjectIdentifier(original)] = copy
    return copy
  }

  /// The copy of a network and of everything in it.
  func copy(_ network: Network) throws -> Network {
    if let copy = copies[ObjectIdentifier(network)] as? Network { return copy }
    var walk = self
    try walk.visit(network.parts, within: network.walkIdentity)
    return try memoized(network) { try assembled(network) }
  }

  /// The copy of a network whose layers have been copied.
  private func assembled(_ network: Network) throws -> Network {
    let (state, uses) = (network.state.withLock { $0 }, network.uses)
    var graph = state.graph
    graph.nodes = NamedList(
      try state.graph.nodes.map { node in
        Graph.Node(name: node.name, entry: try copy(node.entry))
      })
    graph.rewire(from: Graph())
    let result = Network(graph: graph)
    result.state.withLock { new in
      new.seed = state.seed
      new.scalarType = state.scalarType
      new.findings = state.findings.map { renamed($0, uses) }
      new.passes = state.passes
    }
    return result
  }

  /// What is known of a network, told of the copies of its parameters.
  private func renamed(
    _ findings: Network.Findings, _ uses: [ObjectIdentifier: [String]]?
  ) -> Network.Findings {
    var findings = findings
    let count = Parameter.structureCount
    findings.uses = uses.map { uses in
      let known = uses.compactMap { key, paths in
        copies[key].map { (ObjectIdentifier($0), paths) }
      }
      return Network.Uses(
        paths: Dictionary(uniqueKeysWithValues: known), counted: count, confirmed: count)
    }
    findings.calls = [:]
    return findings
  }

  /// The copy of a layer: usually the walk has made it.
  func copy(_ entry: LayerEntry) throws -> LayerEntry {
    if let copy = copies[ObjectIdentifier(entry)] as? LayerEntry { return copy }
    var walk = self
    try walk.visit([("", entry)])
    guard let copy = copies[ObjectIdentifier(entry)] as? LayerEntry else {
      throw LayerError.containsItself("")
    }
    return copy
  }

  private func copy(_ slot: LayerSlot) throws -> LayerSlot {
    switch slot {
    case .learnable(let slot): .learnable(try copy(slot))
    case .state(let slot): .state(copy(slot))
    }
  }

  package func copy(_ slot: LearnableSlot) throws -> LearnableSlot {
    try memoized(slot) {
      LearnableSlot(
        try slot.tree.map(parameter: { copy($0) }, layer: { try copy($0) }), slot.settings)
    }
  }

  private func copy(_ slot: StateSlot) -> StateSlot { memoized(slot) { slot.copied() } }

  /// Owners first: a chain of aliases may be longer than the stack is deep.
  private func copy(_ parameter: Parameter) -> Parameter {
    var chain = [parameter]
    while case .alias(let owner, _) = chain[chain.count - 1].source,
      copies[ObjectIdentifier(owner)] == nil
    {
      chain.append(owner)
    }
    return chain.reversed().map(copied)[chain.count - 1]
  }

  /// The copy of a parameter whose owner has been copied.
  private func copied(_ parameter: Parameter) -> Parameter {
    memoized(parameter) {
      let value: Tensor
      let source: ParameterSource
      switch parameter.source {
      case .own: (value, source) = (parameter.value, .own)
      case .alias(let owner, let transform):
        (value, source) = (.deferred, .alias(of: copied(owner), through: transform))
      // The graph tells the copy what it is wired to.
      case .wired: (value, source) = (.deferred, .wired(nil))
      }
      let copy = Parameter(
        value.isDeferred ? value : value.contiguousCopy(),
        learnRateFactor: parameter.learnRateFactor, l2Factor: parameter.l2Factor)
      copy.thawedFactor = parameter.thawedFactor
      copy.source = source
      return copy
    }
  }
}

extension CopyTable: LayerVisitor {
  /// Takes a layer apart, on the way in, so that the outermost layer that cannot be copied is the
  /// one that is named.
  func enter(_ entry: LayerEntry, at place: TreePlace) throws -> TreeDescent {
    if copies[ObjectIdentifier(entry)] != nil { return .past }
    if let copy = object(of: entry).flatMap({ copies[ObjectIdentifier($0)] }) as? any Layer {
      note(copy, of: entry)
      return .past
    }
    if !(entry.layer is Network), !(entry.layer is any SelfCopying) {
      do { coded[ObjectIdentifier(entry)] = try encoded(entry) } catch let error as LayerError {
        throw error.within(place.path)
      }
    }
    return .inside
  }

  /// Puts its copy together, when everything in it has been copied.
  func leave(_ entry: LayerEntry, at place: TreePlace) throws {
    do {
      let copy = try made(entry)
      if let object = object(of: entry) { copies[ObjectIdentifier(object)] = copy as AnyObject }
      note(copy, of: entry)
    } catch let error as LayerError { throw error.within(place.path) }
  }

  func meetItself(_ entry: LayerEntry, at place: TreePlace, within outer: TreePlace) throws {
    throw LayerError.containsItself(place.path)
  }

  private func note(_ copy: any Layer, of entry: LayerEntry) {
    copies[ObjectIdentifier(entry)] = LayerEntry(
      copy, isMeantToBeShared: entry.isMeantToBeShared)
  }

  /// The layer, if it is an object.
  private func object(of entry: LayerEntry) -> AnyObject? {
    type(of: entry.layer as any Layer) is AnyClass ? entry.layer as AnyObject : nil
  }

  private func encoded(_ entry: LayerEntry) throws -> LayerCoding.Coded {
    if let coded = try LayerCoding.encode(entry, isCopy: true) { return coded }
    let type = type(of: entry.layer as any Layer)
    throw LayerError(
      .notCodable, "", "\(type) cannot be copied, because it is not Codable",
      remedy: "Declare it Codable: \(type): CustomLayer, Codable")
  }

  private func made(_ entry: LayerEntry) throws -> any Layer {
    if let network = entry.layer as? Network { return try assembled(network) }
    if let layer = entry.layer as? any SelfCopying { return try layer.copied(with: self) }
    guard let coded = coded.removeValue(forKey: ObjectIdentifier(entry)),
      let type = type(of: entry.layer as any Layer) as? any Codable.Type
    else { throw LayerError.containsItself("") }
    return try LayerCoding.decode(
      type, from: coded.configuration, holding: try coded.slots.map { try copy($0) },
      carrying: coded.carried)
  }
}
