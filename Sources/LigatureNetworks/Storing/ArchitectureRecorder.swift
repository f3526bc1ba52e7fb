import Foundation

extension Network {
  /// The network without its values. `name` says what a type of layer is called in files.
  ///
  /// Throws for a layer that is not `Codable` or a closure, by path, and for a network that
  /// contains itself. O(layers · what their `Codable` does).
  package func architecture(
    naming name: @escaping (any Layer.Type) throws -> String
  ) throws -> Architecture {
    let recorder = ArchitectureRecorder(naming: name)
    try withoutEdits {
      _ = try recorder.record(self)
      try recorder.requireWires()
    }
    try recorder.architecture.verify()
    return recorder.architecture
  }
}

/// Numbers networks, layers, slots and parameters in the order in which they are reached.
private final class ArchitectureRecorder {
  private(set) var architecture = Architecture()
  private let name: (any Layer.Type) throws -> String
  private var places: [ObjectIdentifier: Int] = [:]
  private var typesByName: [String: any Layer.Type] = [:]
  /// Learnables that are wired, and those that wires of the recorded graphs reach.
  private var wired: [(parameter: Parameter, source: String)] = []
  private var reached: Set<ObjectIdentifier> = []
  /// Layers being recorded, to notice one inside itself.
  private var open: Set<ObjectIdentifier> = []

  init(naming name: @escaping (any Layer.Type) throws -> String) { self.name = name }

  func record(_ network: Network) throws -> Int {
    if let place = places[ObjectIdentifier(network)] { return place }
    let (graph, seed, type) = network.state.withLock { ($0.graph, $0.seed, $0.scalarType) }
    if let problem = graph.problems.first { throw problem.error }
    let place = architecture.networks.count
    var record = Architecture.NetworkRecord(seed: seed, scalarType: type)
    architecture.networks.append(record)
    record.inputs = graph.inputs.map { Architecture.Input(name: $0.name, layout: $0.layout) }
    let connections = graph.sources.map { ($0, $1) } + graph.wires.map { ($0, $1) }
    for (target, source) in connections { try require(source, target, in: graph) }
    reached.formUnion(
      graph.wires.keys.compactMap { graph.parameter($0).map(ObjectIdentifier.init) })
    record.connections = connections.map { target, source in
      Architecture.Connection(source: source.description, target: target.description)
    }.sorted { ($0.target, $0.source) < ($1.target, $1.source) }
    try entered(ObjectIdentifier(network)) {
      record.layers = try graph.nodes.map { node in
        do {
          return Architecture.Node(name: node.name, layer: try self.record(node.entry))
        } catch let error as LayerError { throw error.within(node.name) }
      }
    }
    architecture.networks[place] = record
    places[ObjectIdentifier(network)] = place
    return place
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

  private func record(_ entry: LayerEntry) throws -> Int {
    let layer = entry.layer
    let identity =
      type(of: layer) is AnyClass ? ObjectIdentifier(layer as AnyObject) : ObjectIdentifier(entry)
    // A network's own number is among networks.
    let key = layer is Network ? ObjectIdentifier(entry) : identity
    if let place = places[key] { return place }
    let record: Architecture.LayerRecord =
      if let network = layer as? Network {
        .network(try self.record(network))
      } else {
        try entered(identity) { try coded(entry) }
      }
    architecture.layers.append(record)
    places[key] = architecture.layers.count - 1
    return architecture.layers.count - 1
  }

  private func coded(_ entry: LayerEntry) throws -> Architecture.LayerRecord {
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
    return .coded(
      type: name, configuration: coded.configuration, slots: try coded.slots.map { try record($0) })
  }

  private func record(_ slot: LayerSlot) throws -> Architecture.Slot {
    switch slot {
    case .learnable(let slot): return .learnable(try record(slot))
    case .state(let slot):
      if let place = places[ObjectIdentifier(slot)] { return .state(place) }
      places[ObjectIdentifier(slot)] = architecture.states.count
      architecture.states.append(slot.sharing)
      return .state(architecture.states.count - 1)
    }
  }

  private func record(_ slot: LearnableSlot) throws -> Int {
    if let place = places[ObjectIdentifier(slot)] { return place }
    let tree = try record(slot.tree)
    architecture.learnables.append(
      Architecture.LearnableRecord(
        tree: tree,
        factors: Architecture.Factors(
          learnRate: slot.settings.learnRateFactor, l2: slot.settings.l2Factor)))
    places[ObjectIdentifier(slot)] = architecture.learnables.count - 1
    return architecture.learnables.count - 1
  }

  private func record(_ tree: LearnableTree) throws -> Architecture.Tree {
    switch tree {
    case .parameter(let parameter): return .parameter(try record(parameter))
    case .layer(let entry): return .layer(try record(entry))
    case .list(let trees): return .list(try trees.map { try record($0) })
    case .dictionary(let parts):
      return .dictionary(
        try parts.map { Architecture.Entry(key: $0.key, tree: try record($0.tree)) })
    case .none: return .none
    }
  }

  private func record(_ parameter: Parameter) throws -> Int {
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
      learnRate: parameter.learnRateFactor, l2: parameter.l2Factor)
    places[ObjectIdentifier(parameter)] = architecture.parameters.count
    architecture.parameters.append(
      Architecture.ParameterRecord(factors: factors, source: source))
    return architecture.parameters.count - 1
  }

  private func entered<Result>(
    _ identity: ObjectIdentifier, _ body: () throws -> Result
  ) throws -> Result {
    guard open.insert(identity).inserted else {
      throw LayerError(
        .containsItself, "", "contains itself", remedy: "Use a copy, made with copy()")
    }
    defer { open.remove(identity) }
    return try body()
  }
}
