/// The layers of a network at any depth, outer ones first: what tables and analyses are made of.
///
/// Each layer is entered once. A shared one that is met again is listed without what is in it, and
/// so is one that is met inside itself, so the outline of any graph is finite.
struct Outline {
  struct Item {
    /// From the network: `autoencoder/encoder/fc1`.
    let path: String
    /// In the layer or network around it: `fc1`.
    let name: String
    let depth: Int
    let entry: LayerEntry
    let occurrence: Occurrence
    /// Known once an example has passed through.
    let inputs: [Layout]?
    let outputs: [Layout]?
    /// Of one call, for the example.
    let multiplyAdds: Int?

    var isFirst: Bool { occurrence == .first }
  }

  enum Occurrence: Equatable {
    case first
    /// The layer at the other path is this one.
    case shared(with: String)
    /// The layer around it, at the other path, is this one.
    case insideItself(at: String)
  }

  private(set) var items: [Item] = []
  /// Learnables, once each, by the path of the layer that owns them; aliases as far as layers are
  /// entered.
  private(set) var learnables: [LearnableInfo] = []
  /// Places in ``learnables``, by parameter.
  private var places: [ObjectIdentifier: Int] = [:]
  let root: Network
  /// Labels of axes whose size some declared input leaves open.
  let freeLabels: Set<Layout.Label>

  private let uses: [ObjectIdentifier: [String]]?
  private let calls: [ObjectIdentifier: UsageCount.Call]
  private var seen: [LayerIdentity: String] = [:]
  /// What is known of the networks around the place of the walk; nil for other layers.
  private var findings: [Network.Findings?]
  private var table = LearnableTable()

  init(_ network: Network) {
    network.renewWires()
    root = network
    freeLabels = Set(
      network.graph.inputs.compactMap(\.layout).flatMap { layout in
        zip(layout.axes, layout.sizes).filter { $0.1 == nil }.map(\.0)
      })
    let findings = network.state.withLock { $0.findings }
    uses = network.uses
    calls = findings?.calls ?? [:]
    self.findings = [findings]
    visit(network.parts, within: network.walkIdentity)
    learnables = table.learnables
    for (place, learnable) in learnables.enumerated() {
      places[ObjectIdentifier(learnable.parameter)] = place
    }
  }

  /// Whether some layer or network is inside itself.
  var isEndless: Bool {
    items.contains { if case .insideItself = $0.occurrence { true } else { false } }
  }

  /// The learnable that a parameter is, or is an alias of.
  func learnable(_ parameter: Parameter) -> LearnableInfo? {
    places[ObjectIdentifier(parameter.root)].map { learnables[$0] }
  }

  /// The states of all layers, once each, with the path of the first layer that has them.
  var states: [(path: String, slot: StateSlot)] {
    var seen: Set<ObjectIdentifier> = []
    return items.filter(\.isFirst).flatMap { item in
      item.entry.states.filter { seen.insert(ObjectIdentifier($0.slot)).inserted }
        .map { ("\(item.path)/\($0.name)", $0.slot) }
    }
  }

  /// Paths of the calls that read a parameter in one prediction; nil before one has run.
  func uses(of parameter: Parameter) -> [String]? {
    uses?[ObjectIdentifier(parameter)]
  }

  /// Scalars to learn, each shared one once.
  var learnableCount: Int { learnables.map(\.count).reduce(0, +) }

  /// Scalars there would be if every use had its own.
  var untiedCount: Int {
    isEndless ? learnableCount : root.untiedLearnableCount
  }

  /// The bytes of ``learnableCount``.
  var byteCount: Int {
    learnables.map { $0.parameter.isDeferred ? 0 : $0.parameter.value.byteCount }.reduce(0, +)
  }

  /// Scalars to learn that have learn-rate factor 0.
  var frozenCount: Int { learnables.filter(\.parameter.isFrozen).map(\.count).reduce(0, +) }
}

extension Outline: LayerVisitor {
  typealias Failure = Never

  mutating func enter(_ entry: LayerEntry, at place: TreePlace) -> TreeDescent {
    let identity = entry.walkIdentity
    if let first = identity.flatMap({ seen[$0] }) {
      list(entry, at: place, .shared(with: first))
      return .past
    }
    list(entry, at: place, .first)
    guard place.depth < Frame.maximumDepth else { return .past }
    if let identity { seen[identity] = place.path }
    entry.visitOwnParameters(at: place) { table.note($1, at: $0) }
    findings.append((entry.layer as? Network)?.state.withLock { $0.findings })
    return .inside
  }

  mutating func leave(_ entry: LayerEntry, at place: TreePlace) { findings.removeLast() }

  mutating func meetItself(_ entry: LayerEntry, at place: TreePlace, within outer: TreePlace) {
    list(entry, at: place, .insideItself(at: outer.path))
  }

  private mutating func list(_ entry: LayerEntry, at place: TreePlace, _ occurrence: Occurrence) {
    let (name, network) = (place.name, entry.layer as? Network)
    let call = entry.identity.flatMap { calls[$0] }
    let findings = findings[findings.count - 1]
    items.append(
      Item(
        path: place.path, name: name, depth: place.depth, entry: entry, occurrence: occurrence,
        inputs: findings?.inputLayouts[name] ?? network?.foundInputs ?? call?.inputs,
        outputs: findings?.outputLayouts[name] ?? network?.foundOutputs ?? call?.outputs,
        multiplyAdds: findings?.multiplyAdds[name] ?? network?.foundMultiplyAdds))
  }
}

extension Network {
  /// The layout of each input; nil unless all of them are known.
  var foundInputs: [Layout]? {
    let names = graph.inputs.map(\.name)
    let layouts = names.compactMap { foundLayout(of: $0) }
    return layouts.isEmpty || layouts.count < names.count ? nil : layouts
  }

  /// The layout of an input: as declared, or else as the last example had it; nil where neither is
  /// known.
  func foundLayout(of input: String) -> Layout? {
    let (graph, findings) = state.withLock { ($0.graph, $0.findings) }
    if let layout = graph.inputs[input]?.layout { return layout }
    for node in graph.nodes {
      for (port, layout) in zip(node.layer.inputNames, findings?.inputLayouts[node.name] ?? [])
      where graph.sources[Graph.Port(node: node.name, port: port)] == .input(input) {
        return layout.with(.batch, nil)
      }
    }
    return nil
  }

  /// The layout of each output in the last example; nil before one has passed.
  var foundOutputs: [Layout]? {
    let (graph, findings) = state.withLock { ($0.graph, $0.findings) }
    guard let findings else { return nil }
    let fed = graph.feeding
    let layouts = graph.nodes.flatMap { node in
      zip(node.layer.outputNames, findings.outputLayouts[node.name] ?? []).filter { port, _ in
        !fed.contains(.output(Graph.Port(node: node.name, port: port)))
      }.map(\.1)
    }
    return layouts.isEmpty ? nil : layouts
  }

  /// Multiply-adds of one call on the last example; nil before one has passed.
  var foundMultiplyAdds: Int? {
    state.withLock { $0.findings.map { $0.multiplyAdds.values.reduce(0, +) } }
  }
}
