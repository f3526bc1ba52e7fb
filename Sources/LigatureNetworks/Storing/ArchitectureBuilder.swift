import Foundation

extension Network {
  /// A network with the layers of an architecture, and no values yet.
  ///
  /// Throws, by path, for a type that `type` does not know, for a layer that its type does not make
  /// of its configuration, and for records that contradict each other.
  package convenience init(
    _ architecture: Architecture, type: @escaping (String) -> (any (Layer & Codable).Type)?
  ) throws {
    let records = try architecture.verified()
    var builder = ArchitectureBuilder(architecture, type)
    for (record, path) in records {
      do { try builder.make(record) } catch let error as LayerError { throw error.within(path) }
    }
    // The root is this object, so its graph is taken over; nothing refers to the root.
    self.init(graph: try builder.network(0).graph)
    state.withLock { state in
      state.seed = architecture.networks[0].seed
      state.scalarType = architecture.networks[0].scalarType
    }
  }
}

/// Makes one object of each record, after those in it. The architecture has been verified: numbers
/// are in range and nothing contains itself.
private struct ArchitectureBuilder {
  private let architecture: Architecture
  private let type: (String) -> (any (Layer & Codable).Type)?
  private var networks: [Int: Network] = [:]
  private var layers: [Int: LayerEntry] = [:]
  private var learnables: [Int: LearnableSlot] = [:]
  private let parameters: [Parameter]
  private let states: [StateSlot]

  init(
    _ architecture: Architecture, _ type: @escaping (String) -> (any (Layer & Codable).Type)?
  ) {
    self.architecture = architecture
    self.type = type
    parameters = architecture.parameters.map {
      Parameter(.deferred, learnRateFactor: $0.factors.learnRate, l2Factor: $0.factors.l2)
    }
    for (parameter, record) in zip(parameters, architecture.parameters) {
      if let thawed = record.factors.thawed { parameter.thawedFactor = thawed }
      switch record.source {
      case .own: break
      case .alias(let owner, let isTransposed):
        parameter.source = .alias(
          of: parameters[owner], through: isTransposed ? .transpose : .identity)
      case .wired: parameter.source = .wired(nil)
      }
    }
    states = architecture.states.map { StateSlot(initial: .deferred, sharing: $0) }
  }

  mutating func make(_ record: Architecture.Record) throws {
    switch record {
    case .network(let place): networks[place] = try madeNetwork(place)
    case .layer(let place): layers[place] = LayerEntry(try madeLayer(place))
    case .learnable(let place): learnables[place] = try madeLearnable(place)
    }
  }

  func network(_ place: Int) throws -> Network { try made(networks[place]) }

  /// What records that come later find.
  private func made<Object>(_ object: Object?) throws -> Object {
    guard let object else { throw Architecture.damage("a record comes before one in it") }
    return object
  }

  private func madeNetwork(_ place: Int) throws -> Network {
    let record = architecture.networks[place]
    var graph = Graph()
    graph.inputs = NamedList(record.inputs.map { Graph.Input(name: $0.name, layout: $0.layout) })
    graph.nodes = NamedList(
      try record.layers.map { node in
        Graph.Node(name: node.name, entry: try made(layers[node.layer]))
      })
    try connect(record.connections, in: &graph)
    let network = Network(graph: graph)
    network.state.withLock { state in
      state.seed = record.seed
      state.scalarType = record.scalarType
    }
    return network
  }

  private func connect(_ connections: [Architecture.Connection], in graph: inout Graph) throws {
    // Ports of layers that something is connected to, and of no others: a few bytes may name many.
    let lookup = GraphLookup(graph)
    for connection in connections {
      let found = Graph.Port(connection.target)
      let isInput = found.map { lookup.hasInput($0) } ?? false
      guard let target = found, isInput || graph.parameter(target) != nil else {
        throw Architecture.damage("there is no port \"\(connection.target.prefix(80))\"")
      }
      let port = Graph.Port(connection.source)
      var source = port.map { Graph.Source.output($0) } ?? .input(connection.source)
      if !lookup.exists(source), let port, graph.parameter(port) != nil {
        source = .learnable(port)
      } else if !lookup.exists(source) {
        throw Architecture.damage("nothing is called \"\(connection.source.prefix(80))\"")
      }
      let former =
        isInput
        ? graph.sources.updateValue(source, forKey: target)
        : graph.wires.updateValue(source, forKey: target)
      guard former == nil, source != .learnable(target) else {
        throw Architecture.damage("\"\(target)\" is fed twice, or by itself")
      }
    }
    graph.rewire(from: Graph())
  }

  private func madeLayer(_ place: Int) throws -> any Layer {
    switch architecture.layers[place] {
    case .network(let place): return try network(place)
    case .coded(let name, let configuration, let slots):
      guard let type = type(name) else {
        throw LayerError(
          .unregistered, "", "its type \"\(name.prefix(80))\" is not known",
          remedy:
            "Register it: Network(contentsOf: url, registry: .builtIn.adding(\(name.prefix(80)).self))"
        )
      }
      return try decode(type, configuration, try slots.map { try slot($0) })
    }
  }

  private func decode(
    _ type: any (Layer & Codable).Type, _ configuration: Data, _ slots: [LayerSlot]
  ) throws -> any Layer {
    do {
      return try LayerCoding.decode(type, from: configuration, holding: slots)
    } catch let error as LayerError {
      throw error
    } catch {
      throw LayerError(
        .coding, "",
        "\(type) cannot be made of its stored configuration (\(DecodingProblem.text(error)))",
        remedy: "If \(type) has been changed since, let its init(from:) read what it was, or build "
          + "the network in code and load(from:) the values; if not, copy the file again",
        cause: error)
    }
  }

  private func slot(_ slot: Architecture.Slot) throws -> LayerSlot {
    switch slot {
    case .learnable(let place): .learnable(try made(learnables[place]))
    case .state(let place): .state(states[place])
    }
  }

  private func madeLearnable(_ place: Int) throws -> LearnableSlot {
    let record = architecture.learnables[place]
    return LearnableSlot(
      try record.tree.map(parameter: { parameters[$0] }, layer: { try made(layers[$0]) }),
      LearnableSettings(
        learnRateFactor: record.factors.learnRate, l2Factor: record.factors.l2))
  }
}

extension Graph.Port {
  /// A port as ``description`` spells it: `fc/in`.
  fileprivate init?(_ text: String) {
    guard let slash = text.firstIndex(of: "/") else { return nil }
    self.init(node: String(text[..<slash]), port: String(text[text.index(after: slash)...]))
  }
}

/// What a decoder complained of, in a phrase.
private enum DecodingProblem {
  static func text(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "\"\(key.stringValue)\" is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.dataCorrupted(let context):
      place(context) + context.debugDescription.trimmingCharacters(in: ["."])
    default: "\(error)"
    }
  }

  /// The keys that lead there. The first is that of the list which a configuration is coded in.
  private static func place(_ context: DecodingError.Context) -> String {
    let keys = context.codingPath.dropFirst().map { $0.intValue.map(String.init) ?? $0.stringValue }
    return keys.isEmpty ? "" : "\"\(keys.joined(separator: "/"))\": "
  }
}
