extension LayerEntry {
  /// How many layers stand inside each other here, this one included: 1 where there is none in it.
  /// Looks no further than the nesting that can run. O(layers), each looked into once.
  var levels: Int {
    var count = LevelCount()
    count.visit([("", self)])
    return count.tooDeep ?? count.levels
  }

  /// What is wrong where this layer cannot run in a network, since layers in it are nested too
  /// deep.
  func nestingProblem(at path: String) -> NetworkProblem? {
    // A network that was refused so has no end to look for.
    let known = (layer as? Network)?.graph.problems.first { $0.kind == .nesting }
    return known?.within(path)
      ?? Frame.nestingError(levels: levels, at: path).map { NetworkProblem(.nesting, $0) }
  }
}

extension Frame {
  /// Layers inside each other that can run, the network around them all included.
  static let deepestNesting = maximumDepth - 1

  /// The error that layers are which stand `levels` deep in a network; nil where they can run.
  static func nestingError(levels: Int, at path: String) -> LayerError? {
    guard levels >= deepestNesting else { return nil }
    return LayerError(
      .nesting, path,
      "layers are nested \(levels + 1) deep or more, and \(deepestNesting) levels are the most",
      remedy: "Put layers beside each other in one network instead of each into the next")
  }
}

/// Counts levels below each layer, each layer once.
private struct LevelCount: LayerVisitor {
  typealias Failure = Never

  private var known: [LayerIdentity: Int] = [:]
  /// The most levels found so far below each layer that is being looked into.
  private var open = [0]
  /// A depth at which the walk ended.
  private(set) var tooDeep: Int?

  var levels: Int { open[0] }

  mutating func enter(_ entry: LayerEntry, at place: TreePlace) -> TreeDescent {
    let below = entry.walkIdentity.flatMap { known[$0] }
    if place.depth + (below ?? 1) >= Frame.deepestNesting {
      tooDeep = place.depth + (below ?? 1)
      return .end
    }
    guard let below else {
      open.append(0)
      return .inside
    }
    note(below)
    return .past
  }

  mutating func leave(_ entry: LayerEntry, at place: TreePlace) {
    let levels = 1 + (open.popLast() ?? 0)
    if let identity = entry.walkIdentity { known[identity] = levels }
    note(levels)
  }

  private mutating func note(_ levels: Int) {
    open[open.count - 1] = max(open[open.count - 1], levels)
  }
}
