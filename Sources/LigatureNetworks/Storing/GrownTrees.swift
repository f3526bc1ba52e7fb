import LigatureTensors

/// The learnables of a network with deferred lists made as long as a file has values for them.
///
/// The length of a list such as `decoderBiases` is found out when its layer is initialised; a file
/// knows it from its keys. Nothing in the network changes before ``commit()``.
struct GrownTrees {
  private var trees: [ObjectIdentifier: (slot: LearnableSlot, tree: LearnableTree)] = [:]

  init(_ network: Network, paths: Set<String>) {
    var grown: [ObjectIdentifier: (slot: LearnableSlot, tree: LearnableTree)] = [:]
    let sorted = paths.sorted()
    network.visitLayers { path, entry in
      for (name, slot) in entry.learnables {
        let tree = grown[ObjectIdentifier(slot)]?.tree ?? slot.tree
        let longer = Self.grown(tree, "\(path)/\(name)", sorted, slot.settings)
        if let longer { grown[ObjectIdentifier(slot)] = (slot, longer) }
      }
    }
    trees = grown
  }

  /// The tree with longer lists; nil if it has none to make longer.
  private static func grown(
    _ tree: LearnableTree, _ path: String, _ paths: [String], _ settings: LearnableSettings
  ) -> LearnableTree? {
    guard case .list(var parts) = tree, let template = parts.first, template.isTensors,
      tree.isUnset
    else { return nil }
    var changed = false
    var place = 0
    // What is there already may be wired or tied, and have no value of its own in the file.
    while place < parts.count || paths.lead(to: "\(path)/\(place + 1)") {
      if place == parts.count {
        parts.append(template.renewed(settings))
        changed = true
      }
      if let longer = grown(parts[place], "\(path)/\(place + 1)", paths, settings) {
        parts[place] = longer
        changed = true
      }
      place += 1
    }
    return changed ? .list(parts) : nil
  }

  func tree(of slot: LearnableSlot) -> LearnableTree {
    trees[ObjectIdentifier(slot)]?.tree ?? slot.tree
  }

  /// As ``Network/learnables``, with the longer lists.
  func learnables(of network: Network) -> [LearnableInfo] {
    network.renewWires()
    var table = LearnableTable()
    network.visitLayers { path, entry in
      for (name, slot) in entry.learnables {
        tree(of: slot).visit("\(path)/\(name)") { path, leaf in
          if case .parameter(let parameter) = leaf { table.note(parameter, at: path) }
        }
      }
    }
    return table.learnables
  }

  /// Puts the longer lists into the network.
  func commit() {
    for (slot, tree) in trees.values { slot.replace(tree) }
  }
}

extension [String] {
  /// Whether a place, or something in it, is among sorted paths. O(log count).
  fileprivate func lead(to place: String) -> Bool {
    [(place, { $0 == place }), (place + "/", { $0.hasPrefix(place + "/") })].contains {
      (text: String, matches: (String) -> Bool) in
      var (low, high) = (0, count)
      while low < high {
        let middle = (low + high) / 2
        if self[middle] < text { low = middle + 1 } else { high = middle }
      }
      return low < count && matches(self[low])
    }
  }
}

extension LearnableTree {
  /// Whether there are tensors in it and no layers.
  fileprivate var isTensors: Bool {
    switch self {
    case .parameter: true
    case .layer, .none: false
    case .list(let trees): !trees.isEmpty && trees.allSatisfy(\.isTensors)
    case .dictionary(let parts): !parts.isEmpty && parts.allSatisfy(\.tree.isTensors)
    }
  }

  /// The same structure with deferred parameters of its own.
  fileprivate func renewed(_ settings: LearnableSettings) -> LearnableTree {
    switch self {
    case .parameter:
      .parameter(
        Parameter(
          .deferred, learnRateFactor: settings.learnRateFactor, l2Factor: settings.l2Factor))
    case .layer, .none: self
    case .list(let trees): .list(trees.map { $0.renewed(settings) })
    case .dictionary(let parts):
      .dictionary(parts.map { (key: $0.key, tree: $0.tree.renewed(settings)) })
    }
  }
}
