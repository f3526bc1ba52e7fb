extension Network {
  /// Adds a layer, unconnected, and returns its name: the given one, or the layer's type with a
  /// number where that is taken. An input layer also declares a network input of its name.
  @discardableResult
  public func add(_ layer: any Layer, named name: String? = nil) throws -> String {
    let entry = LayerEntry(layer)
    try (entry.layer as? any InputLayer)?.layout.requireSound(at: name ?? entry.layer.defaultName)
    try refuse(entry)
    let given = name ?? (layer as? any NameGiving)?.givenName
    let (added, warning) = try amend { graph in
      if let given {
        guard Graph.isName(given), !graph.isTaken(given) else {
          throw LayerError(
            .name, given,
            graph.isTaken(given)
              ? "the network already has a layer or input of this name" : Graph.badName,
            remedy: "Give another name")
        }
      }
      let wanted = given ?? entry.layer.defaultName
      let name = given ?? graph.freeName(wanted)
      guard Graph.isName(name) else {
        throw LayerError(
          .name, name, Graph.badName,
          remedy: "Give the layer another name, or add(_:named:) it under one")
      }
      let node = Graph.Node(name: name, entry: entry)
      let warning = graph.repetition(in: node)
      let input = entry.layer as? any InputLayer
      return (
        (name, warning),
        { graph in
          graph.append(node, wanted: wanted)
          guard let input else { return }
          graph.inputs.append(Graph.Input(name: name, layout: input.layout))
          graph.sources[Graph.Port(node: name, port: "in")] = .input(name)
        }
      )
    }
    if let warning { Warnings.handler(warning) }
    return added
  }

  /// Declares an input of the network, to be connected by its name.
  public func addInput(_ name: String = "input", _ layout: Layout? = nil) throws {
    try layout?.requireSound(at: name)
    try amend { graph in
      guard Graph.isName(name), !graph.isTaken(name) else {
        throw LayerError(
          .name, name,
          graph.isTaken(name)
            ? "the network already has a layer or input of this name" : Graph.badName,
          remedy: "Give another name")
      }
      return ((), { $0.inputs.append(Graph.Input(name: name, layout: layout)) })
    }
  }

  /// Feeds an input port from an output port or a network input: `connect("lstm/out2", to: "fc2")`.
  /// The port may be left out where a layer has one. Throws for unknown ports, and for a port that
  /// is fed.
  ///
  /// Learnables are ports too, by their paths: `connect("fc1/weights", to: "transpose")` hands a
  /// learnable on as data, and `connect("transpose", to: "fc3/weights")` makes a layer take one
  /// from there instead of storing its own. It is then learned, counted and saved where it comes
  /// from. A learnable that is wired itself stands for what it is wired to.
  public func connect(_ source: String, to target: String) throws {
    try amend { graph in
      let from = try graph.outputPort(source)
      guard case .input(let port) = try graph.target(target) else {
        var wired = graph
        try wired.wire(from, to: target)
        return ((), { $0 = wired })
      }
      if let present = graph.sources[port] {
        throw LayerError(
          .unconnected, port.node,
          "input port \"\(port.port)\" is fed by \(present.description) already, so \(source) cannot "
            + "feed it too",
          remedy: "Disconnect it first, or add the two with an Addition layer")
      }
      return ((), { $0.sources[port] = from })
    }
  }

  /// Adds a chain of connections: each of the names feeds the next.
  public func connect(_ names: [String]) throws {
    for (source, target) in zip(names, names.dropFirst()) { try connect(source, to: target) }
  }

  /// Takes a connection away. Throws when there is none.
  public func disconnect(_ source: String, from target: String) throws {
    try edit { graph in
      guard case .input(let port) = try graph.target(target) else {
        return try graph.unwire(source, from: target)
      }
      let from = try graph.outputPort(source)
      guard graph.sources[port] == from else {
        throw LayerError(
          .unconnected, port.node, "input port \"\(port.port)\" is not fed by \(source)",
          remedy: graph.sources[port].map { "It is fed by \($0.description)" }
            ?? "It is connected to nothing")
      }
      graph.sources[port] = nil
    }
  }

  /// Puts another layer in the place of one of this network's own, under its name and with its
  /// connections.
  func replaceOwn(_ name: String, with layer: any Layer) throws {
    let entry = LayerEntry(layer)
    try (entry.layer as? any InputLayer)?.layout.requireSound(at: name)
    try refuse(entry)
    try edit { graph in
      guard let index = graph.nodes.place(of: name) else {
        throw LayerError(
          .notFound, name, "there is no such layer to replace",
          remedy: graph.layerNames("Layers are"))
      }
      let old = graph.nodes[index].layer
      let inputs = PortNames(of: name, old.inputNames, entry.layer.inputNames)
      let outputs = PortNames(of: name, old.outputNames, entry.layer.outputNames)
      var sources: [Graph.Port: Graph.Source] = [:]
      for (port, source) in graph.sources.sorted(by: { $0.key.description < $1.key.description }) {
        let source =
          if case .output(let from) = source {
            Graph.Source.output(try outputs.successor(of: from))
          } else { source }
        sources[try inputs.successor(of: port)] = source
      }
      graph.sources = sources
      graph.nodes[index] = Graph.Node(name: name, entry: entry)
      try graph.checkWires(of: name)
      if let input = entry.layer as? any InputLayer,
        let place = graph.inputs.place(of: name)
      {
        graph.inputs[place].layout = input.layout
      }
    }
  }

  /// Takes a layer away, with its connections. What it fed is then connected to nothing. A layer
  /// that was wired straight to a learnable of it keeps the value as its own, and what was wired or
  /// tied to that too goes with it; where there are layers between, throws. Any other alias keeps
  /// what it is tied to.
  public func remove(_ name: String) throws {
    try edit { graph in
      guard graph.node(name) != nil else {
        throw LayerError(
          .notFound, name, "there is no such layer to remove",
          remedy: graph.layerNames("Layers are"))
      }
      try graph.handOverLearnables(of: name)
      graph.remove(name)
      graph.sources = graph.sources.filter { port, source in
        if case .output(let from) = source, from.node == name { return false }
        return port.node != name
      }
    }
  }

  /// Throws when a layer would make the network contain itself, or is nested too deep to run.
  func refuse(_ entry: LayerEntry) throws {
    guard !entry.contains(self) else {
      throw LayerError(
        .containsItself, "", "the network would contain itself",
        remedy: "Add a copy, made with copy()")
    }
    if let error = Frame.nestingError(levels: entry.levels, at: "") { throw error }
  }
}

/// What becomes of one kind of ports when another layer takes a layer's place.
private struct PortNames {
  private let node: String
  private let old: [String]
  private let new: [String]

  init(of node: String, _ old: [String], _ new: [String]) {
    self.node = node
    self.old = old
    self.new = new
  }

  /// The port to connect instead of `port`, which may be another layer's and then stays.
  func successor(of port: Graph.Port) throws -> Graph.Port {
    guard port.node == node, !new.contains(port.port) else { return port }
    guard old.count == 1, new.count == 1 else {
      throw LayerError(
        .notFound, node, "the new layer has no port \"\(port.port)\", which is connected",
        remedy: "Disconnect it first, or give a layer with that port")
    }
    return Graph.Port(node: node, port: new[0])
  }
}

extension LayerEntry {
  /// Whether a network is this layer, or stands in it at any depth.
  fileprivate func contains(_ network: Network) -> Bool {
    var found = false
    visitLayers(once: true) { _, entry in
      found = entry.layer as? Network === network
      return found ? .end : .inside
    }
    return found
  }
}
