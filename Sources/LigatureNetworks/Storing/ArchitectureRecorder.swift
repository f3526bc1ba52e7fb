import Foundation

extension Network {
  /// The network without its values. `name` says what a type of layer is called in files.
  ///
  /// Throws for a layer that is not `Codable` or a closure, by path, and for a network that
  /// contains itself. O(layers · what their `Codable` does).
  package func architecture(
    naming name: @escaping (any Layer.Type) throws -> String
  ) throws -> Architecture {
    var recorder = ArchitectureRecorder(naming: name)
    try withoutEdits {
      try recorder.record(self)
      try recorder.requireWires()
    }
    try recorder.architecture.verify()
    return recorder.architecture
  }
}

/// Numbers networks, layers, slots and parameters in the order in which they are reached.
private struct ArchitectureRecorder {
  private(set) var architecture = Architecture()
  private let name: (any Layer.Type) throws -> String
  private var places: [ObjectIdentifier: Int] = [:]
  private var typesByName: [String: any Layer.Type] = [:]
  /// Learnables that are wired, and those that wires of the recorded graphs reach.
  private var wired: [(parameter: Parameter, source: String)] = []
  private var reached: Set<ObjectIdentifier> = []
  /// Layers that have been taken apart and are not recorded yet, with their names in files.
  private var coded: [ObjectIdentifier: (type: String, coded: LayerCoding.Coded)] = [:]

  init(naming name: @escaping (any Layer.Type) throws -> String) { self.name = name }

  mutating func record(_ network: Network) throws {
    try begin(network)
    try visit(network.parts, within: network.walkIdentity)
    try finish(network)
  }

  /// Numbers a network before those in it.
  private mutating func begin(_ network: Network) throws {
    let (graph, seed, type) = network.state.withLock { ($0.graph, $0.seed, $0.scalarType) }
    if let problem = graph.problems.first { throw problem.error }
    var record = Architecture.NetworkRecord(seed: seed, scalarType: type)
    record.inputs = graph.inputs.map { Architecture.Input(name: $0.name, layout: $0.layout) }
    let connections = graph.sources.map { ($0, $1) } + graph.wires.map { ($0, $1) }
    for (target, source) in connections { try require(source, target, in: graph) }
    reached.formUnion(
      graph.wires.keys.compactMap { graph.parameter($0).map(ObjectIdentifier.init) })
    record.connections = connections.map { target, source in
      Architecture.Connection(source: source.description, target: target.description)
    }.sorted { ($0.target, $0.source) < ($1.target, $1.source) }
    places[ObjectIdentifier(network)] = architecture.networks.count
    architecture.networks.append(record)
  }

  /// Fills in the layers of a network, which have been recorded.
  private mutating func finish(_ network: Network) throws {
    guard let place = places[ObjectIdentifier(network)] else { return }
    architecture.networks[place].layers = try network.graph.nodes.map { node in
      Architecture.Node(name: node.name, layer: try self.place(of: node.entry))
    }
  }

  /// Throws for a connection with an end that is not there any more, after a nested network was
  /// edited: the file could not be read.
  private func require(_ source: Graph.Source, _ target: Graph.Port, in graph: Graph) throws {
    let isInput = graph.node(target.node)?.layer.inputNames.contains(target.port) == true
    if graph.exists(source), isInput || graph.parameter(target) != nil { return }
    throw LayerError(
      .unconnected, target.node,
      "its \(target.port) is connected to \(source.description), and "
        + (graph.exists(source) ? target.description : source.description)
        + " does not exist any more",
      remedy: "Disconnect it, disconnect(\"\(source.description)\", from: "
        + "\"\(target.description)\"), or save values only: save(to:architecture: false)")
  }

  /// Throws for a learnable that is wired in a network around the recorded one.
  func requireWires() throws {
    for (parameter, source) in wired where !reached.contains(ObjectIdentifier(parameter)) {
      throw LayerError(
        .tie, "", "a learnable in it is wired to \(source), outside of what is to be saved",
        remedy: "Save the network that has both, or disconnect the learnable first")
    }
  }

  /// What a layer's record is found by. A network's own number is among networks.
  private func key(of entry: LayerEntry) -> ObjectIdentifier {
    let layer = entry.layer
    return type(of: layer as any Layer) is AnyClass && !(layer is Network)
      ? ObjectIdentifier(layer as AnyObject) : ObjectIdentifier(entry)
  }

  /// The number of a layer's record: usually the walk has made it.
  private mutating func place(of entry: LayerEntry) throws -> Int {
    if let place = places[key(of: entry)] { return place }
    try visit([("", entry)])
    guard let place = places[key(of: entry)] else { throw LayerError.containsItself("") }
    return place
  }

  private mutating func append(_ record: Architecture.LayerRecord, for entry: LayerEntry) {
    places[key(of: entry)] = architecture.layers.count
    architecture.layers.append(record)
  }

  /// A layer in its parts, and what its type is called in files.
  private mutating func encoded(
    _ entry: LayerEntry
  ) throws -> (type: String, coded: LayerCoding.Coded) {
    let layer = entry.layer
    let type = type(of: layer as any Layer)
    if let unmarked = entry.unmarked.first { throw entry.unmarkedError(unmarked, at: "") }
    guard let coded = try LayerCoding.encode(entry) else {
      throw LayerError(
        .notCodable, "",
        "\(type) cannot be stored with its architecture, because it is "
          + (layer is any SelfCopying ? "a closure" : "not Codable"),
        remedy: layer is any SelfCopying
          ? "Make it a CustomLayer, Codable, or save values only: save(to:architecture: false)"
          : "Declare it Codable: \(type): CustomLayer, Codable; or save values only: "
            + "save(to:architecture: false)")
    }
    let name = try name(type)
    if let other = typesByName.updateValue(type, forKey: name), other != type {
      throw LayerError(
        .name, "", "\(type) and another type of layer are both called \"\(name)\" in files",
        remedy: "Register one under another name: LayerRegistry.builtIn.adding(_:as:)")
    }
    return (name, coded)
  }

  private mutating func record(_ slot: LayerSlot) throws -> Architecture.Slot {
    switch slot {
    case .learnable(let slot): return .learnable(try record(slot))
    case .state(let slot):
      if let place = places[ObjectIdentifier(slot)] { return .state(place) }
      places[ObjectIdentifier(slot)] = architecture.states.count
      architecture.states.append(slot.sharing)
      return .state(architecture.states.count - 1)
    }
  }

  private mutating func record(_ slot: LearnableSlot) throws -> Int {
    if let place = places[ObjectIdentifier(slot)] { return place }
    let tree = try slot.tree.map(parameter: { try record($0) }, layer: { try place(of: $0) })
    architecture.learnables.append(
      Architecture.LearnableRecord(
        tree: tree,
        factors: Architecture.Factors(
          learnRate: slot.settings.learnRateFactor, l2: slot.settings.l2Factor)))
    places[ObjectIdentifier(slot)] = architecture.learnables.count - 1
    return architecture.learnables.count - 1
  }

  private mutating func record(_ parameter: Parameter) throws -> Int {
    if let place = places[ObjectIdentifier(parameter)] { return place }
    let source: Architecture.ParameterRecord.Source
    switch parameter.source {
    case .own: source = .own
    case .wired(let wiring):
      source = .wired
      if let wiring { wired.append((parameter, wiring.source)) }
    case .alias(let owner, let transform):
      let place = try record(owner)
      switch transform.kind {
      case .identity: source = .alias(of: place, isTransposed: false)
      case .transpose: source = .alias(of: place, isTransposed: true)
      case .function:
        throw LayerError(
          .notCodable, "",
          "a learnable is tied through the function \"\(transform)\", which cannot be stored",
          remedy: "Save values only, save(to:architecture: false), or untie it")
      }
    }
    let factors = Architecture.Factors(
      learnRate: parameter.learnRateFactor, l2: parameter.l2Factor,
      thawed: parameter.isFrozen && parameter.thawedFactor != 1 ? parameter.thawedFactor : nil)
    places[ObjectIdentifier(parameter)] = architecture.parameters.count
    architecture.parameters.append(
      Architecture.ParameterRecord(factors: factors, source: source))
    return architecture.parameters.count - 1
  }
}

extension ArchitectureRecorder: LayerVisitor {
  /// Takes a layer apart, on the way in, so that the outermost layer that cannot be stored is the
  /// one that is named.
  mutating func enter(_ entry: LayerEntry, at place: TreePlace) throws -> TreeDescent {
    if places[key(of: entry)] != nil { return .past }
    do {
      if let network = entry.layer as? Network {
        if let known = places[ObjectIdentifier(network)] {
          append(.network(known), for: entry)
          return .past
        }
        try begin(network)
      } else {
        coded[ObjectIdentifier(entry)] = try encoded(entry)
      }
    } catch let error as LayerError { throw error.within(place.path) }
    return .inside
  }

  mutating func leave(_ entry: LayerEntry, at place: TreePlace) throws {
    do {
      if let network = entry.layer as? Network {
        try finish(network)
        append(.network(places[ObjectIdentifier(network)] ?? 0), for: entry)
      } else if let (type, coded) = coded.removeValue(forKey: ObjectIdentifier(entry)) {
        let slots = try coded.slots.map { try record($0) }
        append(
          .coded(type: type, configuration: coded.configuration, slots: slots), for: entry)
      }
    } catch let error as LayerError { throw error.within(place.path) }
  }

  mutating func meetItself(
    _ entry: LayerEntry, at place: TreePlace, within outer: TreePlace
  ) throws {
    throw LayerError.containsItself(place.path)
  }
}
