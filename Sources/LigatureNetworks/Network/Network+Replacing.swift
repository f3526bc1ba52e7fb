extension Network {
  /// Puts another layer in the place of one, under its name and with its connections. Where both
  /// have one input, or one output, its name does not matter. Throws when a connected port is
  /// missing in the new layer.
  ///
  /// The path may lead into nested networks, `"encoder/fc3"`, and to what a layer of your own holds
  /// in a `@Learnable` property, `"autoencoder/encoder"`, where the new layer has to be of the same
  /// type. A network that stands at several places is changed at all of them.
  public func replace(_ path: String, with layer: any Layer) throws {
    guard let slash = path.lastIndex(of: "/") else { return try replaceOwn(path, with: layer) }
    try refuse(LayerEntry(layer))
    let (outer, name) = (String(path[..<slash]), String(path[path.index(after: slash)...]))
    let entry = LayerEntry(self)
    if let network = entry.layer(at: outer)?.layer as? Network {
      do { try network.replaceOwn(name, with: layer) } catch let error as LayerError {
        throw error.within(outer)
      }
    } else {
      guard entry.layer(at: path) != nil else {
        throw LayerError(
          .notFound, path, "there is no such layer to replace",
          remedy: layerPaths.remedy(for: path, none: "The network has no layers"))
      }
      try replaceHeld(path, with: layer)
    }
    // What is known of layers around it was found out with the other layer.
    edit { _ in }
  }

  /// Puts a new layer in the place of each that a pattern names, and returns their paths.
  ///
  ///     try network.replace("**/relu*") { _ in GELU() }
  ///
  /// A pattern is a path in which `*` stands for anything within a name and `**` for any number of
  /// names. What is within a layer that is replaced is not looked at. Throws, and leaves every
  /// layer where it was, when the pattern names none or one of the new ones does not fit.
  @discardableResult
  public func replace(
    _ pattern: String, with makeLayer: (_ path: String) throws -> any Layer
  ) throws -> [String] {
    let glob = PathPattern(pattern)
    var found: [(path: String, layer: any Layer)] = []
    var visitor = LookingVisitor { place, entry in
      guard glob.matches(place.path) else { return .inside }
      found.append((place.path, entry.layer))
      return .past
    }
    visitor.visit(parts, within: walkIdentity)
    guard !found.isEmpty else {
      throw LayerError(
        .notFound, pattern, "no layer has a path like this",
        remedy: "print(network) lists them; * stands for a name, ** for several")
    }
    var done: [(path: String, layer: any Layer)] = []
    do {
      let new = try found.map { try makeLayer($0.path) }
      for (old, layer) in zip(found, new) {
        try replace(old.path, with: layer)
        done.append(old)
      }
    } catch {
      for (path, layer) in done.reversed() { try? replace(path, with: layer) }
      throw error
    }
    return found.map(\.path)
  }

  /// The paths of the layers at any depth, outer ones first.
  var layerPaths: [String] {
    var paths: [String] = []
    visitLayers { place, _ in paths.append(place.path) }
    return paths
  }

  /// Replaces a layer that a custom layer holds in a property.
  private func replaceHeld(_ path: String, with layer: any Layer) throws {
    let new = LayerEntry(layer)
    var names = path.split(separator: "/")
    var rest: [Substring] = []
    while let name = names.popLast() {
      rest.insert(name, at: 0)
      guard let owner = LayerEntry(self).layer(at: names.joined(separator: "/")) else { continue }
      let place = rest.joined(separator: "/")
      for (property, slot) in owner.learnables {
        var old: LayerEntry?
        slot.tree.visit(property) { inner, content in
          if case .layer(let entry) = content, inner == place { old = entry }
        }
        guard let old else { continue }
        guard type(of: old.layer) == type(of: new.layer) else {
          throw LayerError(
            .notFound, path,
            "is held in a property of \(type(of: owner.layer)), and is a \(type(of: old.layer)), "
              + "where a \(type(of: new.layer)) was given",
            remedy: "Give a layer of that type, or replace \(names.joined(separator: "/")) itself")
        }
        slot.replace(
          slot.tree.fold(property) { (inner, part) -> LearnableTree in
            switch part {
            case .parameter(let parameter): .parameter(parameter)
            case .layer(let entry): .layer(inner == place ? new : entry)
            case .list(let trees): .list(trees)
            case .dictionary(let parts):
              .dictionary(parts.map { .init(key: $0.key, tree: $0.result) })
            case .none: .none
            }
          })
        return
      }
      break
    }
    throw LayerError(
      .notFound, path, "is in a layer that does not hold it in a @Learnable property",
      remedy: "Replace the layer around it")
  }
}
