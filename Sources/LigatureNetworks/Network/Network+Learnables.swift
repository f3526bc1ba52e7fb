import LigatureTensors

extension Network {
  /// Every parameter once, in order of layers and properties, with the paths that reach it.
  public var learnables: [LearnableInfo] {
    renewWires()
    var table = LearnableTable()
    visitParameters { table.note($1, at: $0) }
    return table.learnables
  }

  /// Every parameter once, in the order of ``learnables``.
  public var parameters: [Parameter] { learnables.map(\.parameter) }

  /// The parameter at a path, by its owner's name or any alias. Throws when there is none. Its
  /// value lies as it does at the owner: by the path of a transposed alias, too. O(path).
  public func parameter(at path: String) throws -> Parameter {
    renewWires()
    if let root = LayerEntry(self).parameter(at: path)?.root, case .own = root.source {
      return root
    }
    let all = learnables
    throw LayerError(
      .notFound, path, "there is no such learnable",
      remedy: all.isEmpty
        ? "The network has none: add a layer that learns"
        : "Paths are \(all.prefix(6).map(\.path).joined(separator: ", "))"
          + (all.count > 6 ? ", ..." : ""))
  }

  /// Scalars to learn, each shared one counted once.
  public var learnableCount: Int { learnables.map(\.count).reduce(0, +) }

  /// Scalars there would be if every use had learnables of its own. Known once the network is
  /// initialised; before that, every path counts as a use.
  public var untiedLearnableCount: Int {
    learnables.map { $0.count * uses(of: $0).count }.reduce(0, +)
  }

  /// Paths of the calls that read a learnable in one prediction; its own paths before one has run.
  public func uses(of learnable: LearnableInfo) -> [String] {
    uses?[ObjectIdentifier(learnable.parameter)] ?? [learnable.path] + learnable.aliases
  }

  /// Whether some layer reads a learnable in a prediction; known once the network is initialised.
  package func isReadInPredictions(_ learnable: LearnableInfo) -> Bool {
    uses?[ObjectIdentifier(learnable.parameter)]?.isEmpty == false
  }

  /// The layers of a type, in order, those of nested networks and inside custom layers included. A
  /// shared layer is listed once.
  public func layers<L: Layer>(of type: L.Type) -> [L] {
    var found: [L] = []
    var seen: Set<ObjectIdentifier> = []
    visitLayers { _, entry in
      guard let layer = entry.layer as? L else { return }
      if let identity = entry.identity, !seen.insert(identity).inserted { return }
      found.append(layer)
    }
    return found
  }

  /// Every layer at any depth, once for each path.
  package var everyLayer: [any Layer] {
    var found: [any Layer] = []
    visitLayers { _, entry in found.append(entry.layer) }
    return found
  }

  /// The layer at a path, `"autoencoder/encoder/fc1"`. Throws when there is none of that type.
  public func layer<L: Layer>(at path: String, as type: L.Type = L.self) throws -> L {
    let found = LayerEntry(self).layer(at: path)?.layer
    guard let layer = found as? L else {
      throw LayerError(
        .notFound, path,
        found.map { "is a \(Swift.type(of: $0)), not a \(type)" } ?? "there is no such layer",
        remedy: "print(network) lists the layers")
    }
    return layer
  }

  /// Calls `body` for each layer at any depth, outer ones first.
  func visitLayers(_ body: (TreePlace, LayerEntry) -> Void) {
    withoutActuallyEscaping(body) { body in
      var visitor = LookingVisitor { place, entry in
        body(place, entry)
        return .inside
      }
      visitor.visit(parts, within: walkIdentity)
    }
  }

  func visitParameters(_ body: (String, Parameter) -> Void) {
    visitLayers { place, entry in entry.visitOwnParameters(at: place, body) }
  }

  func visitStates(_ body: (String, StateSlot) -> Void) {
    visitLayers { place, entry in
      for (name, slot) in entry.states { body(place.path(name), slot) }
    }
  }
}

extension Network {
  /// What a walk that begins with the layers of the network is within.
  var walkIdentity: LayerIdentity { LayerIdentity(ObjectIdentifier(self), Network.self) }

  var parts: [(name: String, node: LayerEntry)] {
    graph.nodes.map { ($0.name, $0.entry) }
  }

  func part(_ name: String) -> LayerEntry? { graph.node(name)?.entry }
}
