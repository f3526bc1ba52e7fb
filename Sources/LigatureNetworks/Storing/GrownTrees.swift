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
    network.visitLayers { place, entry in
      for (name, slot) in entry.learnables {
        let tree = grown[ObjectIdentifier(slot)]?.tree ?? slot.tree
        let (longer, isLonger) = tree.grown(place.path(name), sorted, slot.settings)
        if isLonger { grown[ObjectIdentifier(slot)] = (slot, longer) }
      }
    }
    trees = grown
  }

  func tree(of slot: LearnableSlot) -> LearnableTree {
    trees[ObjectIdentifier(slot)]?.tree ?? slot.tree
  }

  /// As ``Network/learnables``, with the longer lists.
  func learnables(of network: Network) -> [LearnableInfo] {
    network.renewWires()
    var table = LearnableTable()
    network.visitLayers { place, entry in
      for (name, slot) in entry.learnables {
        tree(of: slot).visit(place.path(name)) { path, content in
          if case .parameter(let parameter) = content { table.note(parameter, at: path) }
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
  /// The tree with lists of tensors as long as there are paths for them, and whether any is longer.
  /// Lists in which something has a value stay as they are.
  fileprivate func grown(
    _ path: String, _ paths: [String], _ settings: LearnableSettings
  ) -> (tree: LearnableTree, isLonger: Bool) {
    guard isUnset else { return (self, false) }
    /// A part as it was, and as it has become.
    typealias Growth = (former: LearnableTree, tree: LearnableTree, isLonger: Bool)
    let growth = fold(path) { (path, part) -> Growth in
      switch part {
      case .parameter(let parameter): return (.parameter(parameter), .parameter(parameter), false)
      case .layer(let entry): return (.layer(entry), .layer(entry), false)
      case .none: return (.none, .none, false)
      case .dictionary(let parts):
        // Only lists in lists grow.
        let former = LearnableTree.dictionary(
          parts.map { Entry(key: $0.key, tree: $0.result.former) })
        return (former, former, false)
      case .list(var parts):
        let former = LearnableTree.list(parts.map(\.former))
        guard let template = parts.first?.former, template.isTensors else {
          return (former, former, false)
        }
        // What is there already may be wired or tied, and have no value of its own in the file.
        while paths.lead(to: "\(path)/\(parts.count + 1)") {
          let new = template.renewed(settings).grown("\(path)/\(parts.count + 1)", paths, settings)
          parts.append((template, new.tree, true))
        }
        return (former, .list(parts.map(\.tree)), parts.contains(where: \.isLonger))
      }
    }
    return (growth.tree, growth.isLonger)
  }

  /// Whether there are tensors in it and no layers.
  private var isTensors: Bool {
    fold(nil) { (_, part) -> Bool in
      switch part {
      case .parameter: true
      case .layer, .none: false
      case .list(let parts): !parts.isEmpty && parts.allSatisfy { $0 }
      case .dictionary(let parts): !parts.isEmpty && parts.allSatisfy(\.result)
      }
    }
  }

  /// The same structure with deferred parameters of its own.
  private func renewed(_ settings: LearnableSettings) -> LearnableTree {
    map(
      parameter: { _ in
        Parameter(
          .deferred, learnRateFactor: settings.learnRateFactor, l2Factor: settings.l2Factor)
      }, layer: { $0 })
  }
}
