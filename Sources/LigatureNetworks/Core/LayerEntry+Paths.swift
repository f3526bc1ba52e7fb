extension LayerEntry {
  /// The learnable at a path in this layer, `weights` or `encoder/fc1/weights`. Found from name to
  /// name: O(names in the path), where a layer's own learnables are few.
  func parameter(at path: String) -> Parameter? {
    if case .parameter(let parameter) = content(at: path[...]) { parameter } else { nil }
  }

  /// The layer at a path in this one, `encoder/fc1`.
  func layer(at path: String) -> LayerEntry? {
    if case .layer(let entry) = content(at: path[...]) { entry } else { nil }
  }

  private func content(at path: Substring) -> LearnableTree.Content? {
    if let graph = layer as? any LayerGraph {
      let name = path.prefix { $0 != "/" }
      return graph.part(String(name))?.inside(path.dropFirst(name.count))
    }
    for (name, slot) in learnables {
      guard let rest = path.behind(name) else { continue }
      if let found = slot.tree.content(at: rest) { return found }
    }
    return nil
  }

  /// What is at the rest of a path that has led here.
  fileprivate func inside(_ rest: Substring) -> LearnableTree.Content? {
    rest.isEmpty ? .layer(self) : rest.first == "/" ? content(at: rest.dropFirst()) : nil
  }
}

extension LearnableTree {
  /// What is at a path in the tree, or in a layer of it. The path is empty, or begins with "/".
  fileprivate func content(at path: Substring) -> LearnableTree.Content? {
    switch self {
    case .parameter(let parameter): return path.isEmpty ? .parameter(parameter) : nil
    case .layer(let entry): return entry.inside(path)
    case .none: return nil
    case .list(let trees):
      let number = path.dropFirst().prefix { $0 != "/" }
      guard let place = Int(number), trees.indices.contains(place - 1), "\(place)" == number else {
        return nil
      }
      return trees[place - 1].content(at: path.dropFirst(number.count + 1))
    case .dictionary(let entries):
      for entry in entries {
        if let rest = path.dropFirst().behind(entry.key),
          let found = entry.tree.content(at: rest)
        {
          return found
        }
      }
      return nil
    }
  }
}

extension Substring {
  /// What stands behind a name that this path begins with: nothing, or more of the path.
  fileprivate func behind(_ name: String) -> Substring? {
    guard hasPrefix(name) else { return nil }
    let rest = dropFirst(name.count)
    return rest.isEmpty || rest.first == "/" ? rest : nil
  }
}
