extension Architecture {
  /// Layers that a stored network may have, each counted once for every path to it.
  package static var largestPathCount: Int { 100_000 }

  /// Throws unless every number refers to something, names are names, factors are factors, nothing
  /// contains itself or is nested too deep, and the paths through shared parts can be walked.
  ///
  /// A few records that each hold the next one twice would have more paths than there are atoms,
  /// so paths are counted before anybody walks them. O(records).
  package func verify() throws { _ = try verified() }

  /// The records that the whole is made of, each after those in it and with the path to the first
  /// layer around it. Throws what ``verify()`` throws.
  func verified() throws -> [(record: Record, path: String)] {
    guard !networks.isEmpty else { throw Architecture.damage("there is no network") }
    for factors in parameters.map(\.factors) + learnables.map(\.factors) {
      guard
        [factors.learnRate, factors.l2, factors.thawed ?? 1].allSatisfy({ $0.isFinite && $0 >= 0 })
      else {
        throw Architecture.damage("a learnable has factors \(factors.learnRate), \(factors.l2)")
      }
    }
    for network in networks { try verifyNames(of: network) }
    try verifyAliases()
    var walk = PathCount(architecture: self)
    try walk.visit([("", .network(0))])
    return walk.order
  }

  /// An alias is recorded after what it is an alias of, so no chain of them comes round.
  private func verifyAliases() throws {
    for (place, parameter) in parameters.enumerated() {
      guard case .alias(let owner, _) = parameter.source else { continue }
      guard owner < place else {
        throw Architecture.damage("parameter \(place) is an alias of parameter \(owner)")
      }
    }
  }

  private func verifyNames(of network: NetworkRecord) throws {
    guard network.scalarType.isFloatingPoint else {
      throw Architecture.damage("a network learns in \(network.scalarType)")
    }
    for names in [network.layers.map(\.name), network.inputs.map(\.name)] {
      var seen: Set<String> = []
      for name in names {
        guard Graph.isName(name), seen.insert(name).inserted else {
          throw Architecture.damage("\"\(name.prefix(80))\" is no name, or stands twice")
        }
      }
    }
  }

  static func damage(_ problem: String) -> LayerError {
    LayerError(
      .damagedFile, "", "the stored architecture is damaged: \(problem)",
      remedy: "Save the network again, or copy the file again")
  }
}

extension Architecture {
  /// A record by its number, of those that others may be inside of.
  enum Record: Hashable {
    case network(Int)
    case layer(Int)
    case learnable(Int)
  }
}

/// Counts paths and levels below each record, each record once.
private struct PathCount: TreeVisitor {
  typealias Record = Architecture.Record

  struct Extent {
    var paths: Int
    var levels: Int
  }

  let architecture: Architecture
  private(set) var order: [(record: Record, path: String)] = []
  private var known: [Record: Extent] = [:]

  init(architecture: Architecture) { self.architecture = architecture }

  // Three records lie between a layer and one inside it: a learnable, a layer, a network.
  private var deepest: Int { 3 * Frame.maximumDepth }

  func identity(of record: Record) -> Record? { record }

  func parts(of record: Record) -> [(name: String, node: Record)] {
    switch record {
    case .network(let place):
      return architecture.networks[place].layers.map { ($0.name, .layer($0.layer)) }
    case .layer(let place):
      switch architecture.layers[place] {
      case .network(let network): return [("", .network(network))]
      case .coded(_, _, let slots):
        return slots.compactMap { slot in
          if case .learnable(let place) = slot { ("", .learnable(place)) } else { nil }
        }
      }
    case .learnable(let place):
      var parts: [(String, Record)] = []
      architecture.learnables[place].tree.visit(nil) { _, content in
        if case .layer(let place) = content { parts.append(("", .layer(place))) }
      }
      return parts
    }
  }

  mutating func enter(_ record: Record, at place: TreePlace) throws -> TreeDescent {
    if let known = known[record], place.depth + known.levels <= deepest { return .past }
    guard place.depth <= deepest else { throw Architecture.damage("layers are nested too deep") }
    try requireNumbers(in: record)
    return .inside
  }

  mutating func leave(_ record: Record, at place: TreePlace) throws {
    let extent = try extent(of: record)
    if known.updateValue(extent, forKey: record) == nil { order.append((record, place.path)) }
  }

  func meetItself(_ record: Record, at place: TreePlace, within outer: TreePlace) throws {
    throw Architecture.damage("a layer contains itself")
  }

  /// Throws where the record, or what it says of parameters and states, is not there. What is
  /// inside of it is looked for when it is entered.
  private func requireNumbers(in record: Record) throws {
    func require(_ place: Int, _ count: Int, _ name: String) throws {
      guard (0..<count).contains(place) else {
        throw Architecture.damage("there is no \(name) \(place)")
      }
    }
    switch record {
    case .network(let place): try require(place, architecture.networks.count, "network")
    case .layer(let place):
      try require(place, architecture.layers.count, "layer")
      guard case .coded(_, _, let slots) = architecture.layers[place] else { return }
      for case .state(let state) in slots { try require(state, architecture.states.count, "state") }
    case .learnable(let place):
      try require(place, architecture.learnables.count, "learnable")
      try architecture.learnables[place].tree.visit(nil) { _, content in
        guard case .parameter(let parameter) = content else { return }
        try require(parameter, architecture.parameters.count, "parameter")
      }
    }
  }

  /// The extent of a record in which everything is known.
  private func extent(of record: Record) throws -> Extent {
    var sum = Extent(paths: 0, levels: 0)
    func add(_ extent: Extent) throws {
      sum.paths += extent.paths
      sum.levels = max(sum.levels, extent.levels)
      guard sum.paths <= Architecture.largestPathCount else {
        throw LayerError(
          .damagedFile, "",
          "there are more than \(Architecture.largestPathCount) paths to layers and learnables",
          remedy: "Save values only, save(to:architecture: false), and build the network in code")
      }
    }
    for part in parts(of: record) { if let extent = known[part.node] { try add(extent) } }
    let single = Extent(paths: 1, levels: 0)
    switch record {
    case .network: break
    case .layer(let place):
      if case .coded(_, _, let slots) = architecture.layers[place] {
        for case .state in slots { try add(single) }
      }
      sum.paths += 1
    case .learnable(let place):
      try architecture.learnables[place].tree.visit(nil) { _, content in
        if case .parameter = content { try add(single) }
      }
    }
    sum.levels += 1
    return sum
  }
}
