import LigatureTensors

/// A learnable of a network, with every name it goes by.
public struct LearnableInfo: Sendable {
  /// The owner's path: the first by which the parameter is reached. Where the owner's layer is not
  /// in the network, because it was removed or the network is a part of a larger one, the path of
  /// the first alias, which then stands for it.
  public let path: String
  /// Other paths that reach the same parameter.
  public internal(set) var aliases: [String]
  /// How an alias is made of the parameter, where it is not the parameter itself: `transpose`, or
  /// the layers between.
  public internal(set) var transforms: [String: String] = [:]
  /// Paths whose tensor is the parameter's transpose, and those that are computed from it. ``path``
  /// is among them where an alias stands for an owner that is not in the network.
  var transposes: Set<String> = []
  var computed: Set<String> = []
  /// The parameter itself.
  public let parameter: Parameter

  /// Its number of scalars, 0 while it has no value.
  public var count: Int { parameter.isDeferred ? 0 : parameter.value.count }

  /// The value as it is at ``path``: what tables show and files keep.
  package var value: Tensor {
    transposes.contains(path) ? parameter.value.transposed : parameter.value
  }

  /// How the tensor at one of the paths is made of the one at another, or at ``path``.
  func relation(of alias: String, to owner: String? = nil) -> TieRelation {
    let owner = owner ?? path
    if alias == owner { return .same }
    if let made = [alias, owner].first(where: computed.contains) {
      return .computed(transforms[made] ?? "")
    }
    return transposes.contains(alias) == transposes.contains(owner) ? .same : .transposed
  }
}

/// How the tensor at one path of a learnable is made of that at another.
package enum TieRelation: Sendable, Equatable {
  case same
  case transposed
  /// By a function or by layers, of these names.
  case computed(String)

  /// As files and errors say it, in the words of ``LearnableTransform``.
  package var text: String {
    switch self {
    case .same: LearnableTransform.identity.description
    case .transposed: LearnableTransform.transpose.description
    case .computed(let name): name
    }
  }

  package init(text: String) {
    self =
      switch text {
      case LearnableTransform.identity.description: .same
      case LearnableTransform.transpose.description: .transposed
      default: .computed(text)
      }
  }
}

/// The parameters found on a walk, once each.
struct LearnableTable {
  private var owned: [LearnableInfo] = []
  private var places: [ObjectIdentifier: Int] = [:]
  /// Paths of what is stored elsewhere, which may stand before its owner.
  private var others: [(path: String, parameter: Parameter)] = []

  mutating func note(_ parameter: Parameter, at path: String) {
    guard case .own = parameter.source else { return others.append((path, parameter)) }
    add(parameter, at: path)
  }

  private mutating func add(_ owner: Parameter, at path: String) {
    if let place = places[ObjectIdentifier(owner)] {
      owned[place].aliases.append(path)
    } else {
      places[ObjectIdentifier(owner)] = owned.count
      owned.append(LearnableInfo(path: path, aliases: [], parameter: owner))
    }
  }

  /// All of them. Aliases follow the paths of the parameter itself; where its owner is not on the
  /// walk, the first alias stands for it: one that says what the owner is, if there is one.
  var learnables: [LearnableInfo] {
    var table = self
    // A wire that is made of several learnables, or of none, is nobody's alias.
    let others = others.compactMap { path, parameter -> (path: String, Alias)? in
      let alias = Alias(parameter)
      guard case .own = alias.root.source else { return nil }
      return (path, alias)
    }
    let first =
      others.filter { $0.1.isTransposed != nil && table.add(orphan: $0.1, at: $0.path) }
      + others.filter { table.add(orphan: $0.1, at: $0.path) }
    let standing = Set(first.map(\.path))
    for (path, alias) in others where !standing.contains(path) {
      table.add(alias.root, at: path)
      table.describe(alias, at: path)
    }
    return table.owned
  }

  /// What is stored elsewhere, at the time of asking.
  private struct Alias {
    let root: Parameter
    let isTransposed: Bool?
    let text: String?

    init(_ parameter: Parameter) {
      (root, isTransposed) = (parameter.root, parameter.isTransposed)
      text = parameter.transformText
    }
  }

  /// Lets an alias stand for an owner that has no place; returns whether it does.
  private mutating func add(orphan alias: Alias, at path: String) -> Bool {
    guard places[ObjectIdentifier(alias.root)] == nil else { return false }
    add(alias.root, at: path)
    describe(alias, at: path)
    return true
  }

  private mutating func describe(_ alias: Alias, at path: String) {
    guard let place = places[ObjectIdentifier(alias.root)] else { return }
    switch alias.isTransposed {
    case true: owned[place].transposes.insert(path)
    case nil: owned[place].computed.insert(path)
    default: break
    }
    let owner = owned[place]
    guard owner.transposes.contains(owner.path) else {
      owned[place].transforms[path] = alias.text
      return
    }
    // Told from a transpose that stands for what it is the transpose of.
    switch owner.relation(of: path) {
    case .same: break
    case .transposed: owned[place].transforms[path] = LearnableTransform.transpose.description
    case .computed:
      owned[place].transforms[path] = [LearnableTransform.transpose.description, alias.text]
        .compactMap { $0 }.joined(separator: ", ")
    }
  }
}

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
  /// value lies as it does at the owner: by the path of a transposed alias, too.
  public func parameter(at path: String) throws -> Parameter {
    let all = learnables
    if let found = all.first(where: { $0.path == path || $0.aliases.contains(path) }) {
      return found.parameter
    }
    throw LayerError(
      path, "there is no such learnable",
      remedy: "Paths are \(all.prefix(6).map(\.path).joined(separator: ", "))"
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
    state.withLock { $0.findings?.uses[ObjectIdentifier(learnable.parameter)] }
      ?? [learnable.path] + learnable.aliases
  }

  /// Whether some layer reads a learnable in a prediction; known once the network is initialised.
  package func isReadInPredictions(_ learnable: LearnableInfo) -> Bool {
    state.withLock { $0.findings?.uses[ObjectIdentifier(learnable.parameter)]?.isEmpty == false }
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
    var found: (any Layer)?
    visitLayers { name, entry in if name == path, found == nil { found = entry.layer } }
    guard let layer = found as? L else {
      throw LayerError(
        path, found.map { "is a \(Swift.type(of: $0)), not a \(type)" } ?? "there is no such layer",
        remedy: "print(network) lists the layers")
    }
    return layer
  }

  /// Calls `body` for each layer at any depth, outer ones first, with its path.
  func visitLayers(_ body: (String, LayerEntry) -> Void) {
    for node in graph.nodes { node.entry.visitLayers(node.name, body) }
  }

  func visitParameters(_ body: (String, Parameter) -> Void) {
    visitLayers { path, entry in
      for (name, slot) in entry.learnables {
        slot.tree.visit("\(path)/\(name)") { path, leaf in
          if case .parameter(let parameter) = leaf { body(path, parameter) }
        }
      }
    }
  }

  func visitStates(_ body: (String, StateSlot) -> Void) {
    visitLayers { path, entry in
      for (name, slot) in entry.states { body("\(path)/\(name)", slot) }
    }
  }
}

extension LayerEntry {
  /// Visits this layer and all within it. A layer that contains itself is not entered again.
  func visitLayers(
    _ path: String, within outer: Set<ObjectIdentifier> = [], _ body: (String, LayerEntry) -> Void
  ) {
    var outer = outer
    if let identity, !outer.insert(identity).inserted { return }
    body(path, self)
    for (name, entry) in nested { entry.visitLayers("\(path)/\(name)", within: outer, body) }
  }

  /// The layers directly inside this one, by name.
  var nested: [(name: String, entry: LayerEntry)] {
    if let network = layer as? Network { return network.graph.nodes.map { ($0.name, $0.entry) } }
    var found: [(String, LayerEntry)] = []
    for (name, slot) in learnables {
      slot.tree.visit(name) { path, leaf in
        if case .layer(let entry) = leaf { found.append((path, entry)) }
      }
    }
    return found
  }
}
