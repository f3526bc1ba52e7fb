extension Architecture {
  /// Layers that a stored network may have, each counted once for every path to it.
  package static var largestPathCount: Int { 100_000 }

  /// Throws unless every number refers to something, names are names, factors are factors, nothing
  /// contains itself or is nested too deep, and the paths through shared parts can be walked.
  ///
  /// A few records that each hold the next one twice would have more paths than there are atoms,
  /// so paths are counted before anybody walks them. O(records).
  package func verify() throws {
    guard !networks.isEmpty else { throw Architecture.damage("there is no network") }
    for factors in parameters.map(\.factors) + learnables.map(\.factors) {
      guard [factors.learnRate, factors.l2].allSatisfy({ $0.isFinite && $0 >= 0 }) else {
        throw Architecture.damage("a learnable has factors \(factors.learnRate), \(factors.l2)")
      }
    }
    for network in networks { try verifyNames(of: network) }
    try verifyAliases()
    var walk = PathWalk(architecture: self)
    _ = try walk.extent(ofNetwork: 0, depth: 0)
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

/// Counts paths and levels below each record, each record once.
private struct PathWalk {
  struct Extent {
    var paths: Int
    var levels: Int
  }

  private enum Key: Hashable {
    case network(Int)
    case layer(Int)
    case learnable(Int)
  }

  let architecture: Architecture
  private var known: [Key: Extent] = [:]
  private var open: Set<Key> = []

  init(architecture: Architecture) { self.architecture = architecture }

  mutating func extent(ofNetwork place: Int, depth: Int) throws -> Extent {
    guard architecture.networks.indices.contains(place) else {
      throw Architecture.damage("there is no network \(place)")
    }
    return try entered(.network(place), depth) { walk in
      try walk.sum(walk.architecture.networks[place].layers.map(\.layer)) {
        try $0.extent(ofLayer: $1, depth: depth + 1)
      }
    }
  }

  private mutating func extent(ofLayer place: Int, depth: Int) throws -> Extent {
    guard architecture.layers.indices.contains(place) else {
      throw Architecture.damage("there is no layer \(place)")
    }
    return try entered(.layer(place), depth) { walk in
      var extent: Extent
      switch walk.architecture.layers[place] {
      case .network(let network): extent = try walk.extent(ofNetwork: network, depth: depth + 1)
      case .coded(_, _, let slots):
        extent = try walk.sum(slots) { walk, slot in
          switch slot {
          case .learnable(let place): return try walk.extent(ofLearnable: place, depth: depth + 1)
          case .state(let place):
            guard walk.architecture.states.indices.contains(place) else {
              throw Architecture.damage("there is no state \(place)")
            }
            return Extent(paths: 1, levels: 0)
          }
        }
      }
      extent.paths += 1
      return extent
    }
  }

  private mutating func extent(ofLearnable place: Int, depth: Int) throws -> Extent {
    guard architecture.learnables.indices.contains(place) else {
      throw Architecture.damage("there is no learnable \(place)")
    }
    return try entered(.learnable(place), depth) { walk in
      try walk.extent(of: walk.architecture.learnables[place].tree, depth: depth)
    }
  }

  private mutating func extent(of tree: Architecture.Tree, depth: Int) throws -> Extent {
    switch tree {
    case .none: return Extent(paths: 0, levels: 0)
    case .layer(let place): return try extent(ofLayer: place, depth: depth + 1)
    case .parameter(let place):
      guard architecture.parameters.indices.contains(place) else {
        throw Architecture.damage("there is no parameter \(place)")
      }
      return Extent(paths: 1, levels: 0)
    case .list(let trees): return try sum(trees) { try $0.extent(of: $1, depth: depth) }
    case .dictionary(let entries):
      return try sum(entries) { try $0.extent(of: $1.tree, depth: depth) }
    }
  }

  private mutating func sum<Part>(
    _ parts: [Part], _ extent: (inout PathWalk, Part) throws -> Extent
  ) throws -> Extent {
    var sum = Extent(paths: 0, levels: 0)
    for part in parts {
      let extent = try extent(&self, part)
      sum.paths += extent.paths
      sum.levels = max(sum.levels, extent.levels)
      guard sum.paths <= Architecture.largestPathCount else {
        throw LayerError(
          .damagedFile, "",
          "there are more than \(Architecture.largestPathCount) paths to layers and learnables",
          remedy: "Save values only, save(to:architecture: false), and build the network in code")
      }
    }
    return sum
  }

  private mutating func entered(
    _ key: Key, _ depth: Int, _ body: (inout PathWalk) throws -> Extent
  ) throws -> Extent {
    // Three records lie between a layer and one inside it: a learnable, a layer, a network.
    let limit = 3 * Frame.maximumDepth
    if let known = known[key], depth + known.levels <= limit { return known }
    guard depth <= limit else { throw Architecture.damage("layers are nested too deep") }
    guard open.insert(key).inserted else { throw Architecture.damage("a layer contains itself") }
    var extent = try body(&self)
    open.remove(key)
    extent.levels += 1
    known[key] = extent
    return extent
  }
}
