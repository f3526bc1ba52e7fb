import LigatureTensors

/// Learnables as ports: taken from a layer, handed through layers, and used by a layer in place of
/// its own.
extension Graph {
  /// A learnable that `text` names, `"encoder/fc1/weights"`; nil where its layer has a port of that
  /// name, or no such learnable.
  func learnablePort(_ text: String, unlessIn ports: (any Layer) -> [String]) -> Port? {
    guard let slash = text.firstIndex(of: "/"), let node = node(String(text[..<slash])) else {
      return nil
    }
    let path = String(text[text.index(after: slash)...])
    guard !ports(node.layer).contains(path), node.entry.parameter(at: path) != nil else {
      return nil
    }
    return Port(node: node.name, port: path)
  }

  func parameter(_ port: Port) -> Parameter? { node(port.node)?.entry.parameter(at: port.port) }

  /// Where `source` comes from: a learnable that is wired itself stands for what it is wired to.
  func resolved(_ source: Source) -> Source {
    var source = source
    // No chain is longer than all wires; one that returns to its start is a cycle, which is a
    // problem.
    for _ in wires {
      guard case .learnable(let port) = source, let next = wires[port] else { break }
      source = next
    }
    return source
  }

  /// What the tensor at an input port comes from.
  func feeder(of port: Port) -> Source? { sources[port].map(resolved) }

  /// Layers between a learnable and one that is made of it, beyond which nobody calls the one an
  /// alias of the other.
  private static var longestTrace: Int { 100 }

  /// The learnable that `source` is made of alone, and the layers between, nearest to it first. One
  /// that learns as well makes more than one learnable of it.
  func trace(_ source: Source) -> (owner: Port?, layers: [String]) {
    var layers: [String] = []
    var source = resolved(source)
    while case .output(let port) = source, layers.count < Graph.longestTrace,
      let node = node(port.node), node.layer.inputNames.count == 1,
      !node.entry.hasParameters,
      let next = feeder(of: Port(node: node.name, port: node.layer.inputNames[0]))
    {
      layers.append(node.name)
      source = next
    }
    layers.reverse()
    guard case .learnable(let owner) = source else { return (nil, layers) }
    return (owner, layers)
  }

  func exists(_ source: Source) -> Bool {
    switch source {
    case .input(let name): inputs[name] != nil
    case .learnable(let port): parameter(port) != nil
    case .output(let port): node(port.node)?.layer.outputNames.contains(port.port) == true
    }
  }

  // MARK: Editing

  /// Makes a layer take a learnable from `source`.
  mutating func wire(_ source: Source, to target: String) throws {
    guard case .learnable(let port) = try self.target(target) else { return }
    if let present = wires[port], exists(present) {
      throw LayerError(
        .tie, port.node, "\(port.port) is wired to \(present.description) already",
        remedy: "Disconnect it first")
    }
    if case .learnable(let owner) = source, owner == port {
      throw LayerError(
        .tie, port.node, "\(port.port) would be wired to itself", remedy: "Leave it alone")
    }
    if let parameter = parameter(port) { try check(source, for: parameter, at: port) }
    wires[port] = source
  }

  /// Throws where a parameter cannot come from `source`.
  private func check(_ source: Source, for parameter: Parameter, at port: Port) throws {
    if case .alias = parameter.source {
      throw LayerError(
        .tie, port.node, "\(port.port) is tied to another learnable already",
        remedy: "Untie it first: untie(\"\(port.description)\")")
    }
    let (owner, layers) = trace(source)
    if owner == nil || exchangeLastAxes(layers) == nil,
      let alias = aliases(of: parameter).first
    {
      throw LayerError(
        .tie, port.node,
        "\(port.port) would be made of \(source.description) by layers, and "
          + "\(alias.port.description) is tied to it",
        remedy: "Untie that first: untie(\"\(alias.port.description)\")")
    }
    if let owner, self.parameter(owner)?.isMade(of: parameter) == true {
      throw LayerError(
        .tie, port.node,
        "\(port.port) would be wired to itself: \(owner.description) is made of it",
        remedy: "Connect another learnable, or none")
    }
    let conflict = wires.first {
      $0.key != port && self.parameter($0.key) === parameter && $0.value != source
    }
    if let conflict {
      throw LayerError(
        .tie, port.node,
        "\(port.port) is one learnable with \(conflict.key.description), which is wired to "
          + conflict.value.description,
        remedy: "Wire both to the same, or put a copy of the layer at one of the places")
    }
  }

  /// Ends a wire.
  mutating func unwire(_ text: String, from target: String) throws {
    guard case .learnable(let port) = try self.target(target) else { return }
    // A layer or learnable that is gone is still known by the wire that led from it.
    if let present = wires[port], !exists(present), present.isCalled(text) {
      wires[port] = nil
      return
    }
    let source = try outputPort(text)
    guard wires[port] == source else {
      throw LayerError(
        .unconnected, port.node, "\(port.port) is not wired to \(source.description)",
        remedy: wires[port].map { "It is wired to \($0.description)" }
          ?? "It is connected to nothing")
    }
    wires[port] = nil
  }

  /// Throws when a new layer lacks learnables that others take, or that are taken from others.
  func checkWires(of name: String) throws {
    let used = feeding.compactMap { source -> Port? in
      if case .learnable(let port) = source, port.node == name { port } else { nil }
    }
    let wired = wires.keys.filter { $0.node == name }
    if let missing = (used + wired).sorted(by: { $0.port < $1.port })
      .first(where: { parameter($0) == nil })
    {
      throw LayerError(
        .notFound, name, "the new layer has no learnable \"\(missing.port)\", which is connected",
        remedy: "Disconnect it first, or give a layer that has it")
    }
  }

  /// Before a layer goes: those wired straight to its learnables keep the values as their own.
  mutating func handOverLearnables(of name: String) throws {
    for (port, source) in sources {
      if case .learnable(let owner) = source, owner.node == name {
        throw LayerError(
          .tie, name, "its learnable \"\(owner.port)\" goes through \(port.node) to other layers",
          remedy: "Disconnect \(port.node) first, or replace the layer")
      }
    }
    var newOwners: [Port: Port] = [:]
    for (port, source) in wires.sorted(by: { $0.key.description < $1.key.description }) {
      guard case .learnable(let owner) = source, owner.node == name, port.node != name else {
        continue
      }
      if let origin = wires[owner] {
        wires[port] = origin
      } else if let other = place(of: owner, outside: name) {
        wires[port] = .learnable(other)
      } else if let newOwner = newOwners[owner] {
        wires[port] = .learnable(newOwner)
      } else {
        newOwners[owner] = port
        wires[port] = nil
        if let parameter = parameter(port), let former = self.parameter(owner) {
          parameter.contents = former.contents
          for (place, alias) in aliases(of: former) where place.node != name {
            guard case .alias(_, let transform) = alias.source else { continue }
            alias.source = .alias(of: parameter, through: transform)
          }
        }
      }
    }
    wires = wires.filter { $0.key.node != name }
  }

  /// Where the learnable at a port stands too, in another layer.
  private func place(of port: Port, outside name: String) -> Port? {
    let wanted = parameter(port)
    for node in nodes where node.name != name {
      var found: String?
      node.entry.visitParameters { path, parameter in
        if found == nil, parameter === wanted { found = path }
      }
      if let found { return Port(node: node.name, port: found) }
    }
    return nil
  }

  /// Learnables that were declared aliases of a parameter.
  private func aliases(of owner: Parameter) -> [(port: Port, parameter: Parameter)] {
    var found: [(port: Port, parameter: Parameter)] = []
    for node in nodes {
      node.entry.visitParameters { path, parameter in
        guard case .alias(let present, _) = parameter.source, present === owner else { return }
        found.append((Port(node: node.name, port: path), parameter))
      }
    }
    return found
  }

  /// Tells parameters what they are wired to, after an edit of this graph, or of a network in it.
  /// What is wired no more keeps the value that it had.
  func rewire(from former: Graph) {
    guard !(wires.isEmpty && former.wires.isEmpty) else { return }
    let wired = Set(wires.keys.compactMap { parameter($0).map { ObjectIdentifier($0) } })
    for parameter in former.wires.keys.compactMap({ former.parameter($0) })
    where parameter.isWired && !wired.contains(ObjectIdentifier(parameter)) {
      parameter.detach(keeping: parameter.turnedOwner ?? .deferred)
    }
    for (port, source) in wires {
      guard let parameter = parameter(port), let wiring = wiring(source, of: parameter),
        !parameter.isWired(by: wiring)
      else { continue }
      parameter.source = .wired(wiring)
    }
  }

  /// What `parameter` is taken from; nil where that is not there any more, and what it was last
  /// taken from is all that is known.
  private func wiring(_ source: Source, of parameter: Parameter) -> Wiring? {
    let (place, layers) = trace(source)
    let owner = place.flatMap { self.parameter($0) }
    if parameter.isWired, !exists(resolved(source)) || (place != nil && owner == nil) { return nil }
    // A cycle has no owner, and is refused when it runs.
    let isCircle = owner?.isMade(of: parameter) == true
    return Wiring(
      source: place?.description ?? source.description, layers: layers,
      owner: isCircle ? nil : owner, isTransposed: exchangeLastAxes(layers))
  }

  /// Whether layers in a row exchange the last two axes of a matrix; nil where they do more.
  private func exchangeLastAxes(_ layers: [String]) -> Bool? {
    let permutes = layers.compactMap { node($0)?.layer as? any AxisPermuting }
    guard permutes.count == layers.count, permutes.allSatisfy(\.exchangesMatrixAxes) else {
      return nil
    }
    return !layers.count.isMultiple(of: 2)
  }
}

extension LayerEntry {
  /// The paths of all learnables in this layer.
  var parameterPaths: [String] {
    var paths: [String] = []
    visitParameters { path, _ in paths.append(path) }
    return paths
  }

  /// Calls `body` for every learnable in this layer, with its path in it.
  func visitParameters(_ body: (String, Parameter) -> Void) {
    visitLayers { place, entry in
      entry.visitOwnParameters(at: place, body)
      return .inside
    }
  }
}
