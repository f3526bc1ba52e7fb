/// Visits layers in layers, with the learnables and states of each.
protocol LayerVisitor: TreeVisitor where Node == LayerEntry, Identity == LayerIdentity {}

/// What tells layers apart: a structure may have the identity of a layer in it, of another type.
struct LayerIdentity: Hashable {
  private let object: ObjectIdentifier
  private let type: ObjectIdentifier

  init(_ object: ObjectIdentifier, _ type: any Layer.Type) {
    self.object = object
    self.type = ObjectIdentifier(type)
  }
}

extension LayerVisitor {
  func identity(of entry: LayerEntry) -> LayerIdentity? { entry.walkIdentity }
  func parts(of entry: LayerEntry) -> [(name: String, node: LayerEntry)] { entry.parts }
}

extension LayerEntry {
  /// What a walk knows the layer by.
  var walkIdentity: LayerIdentity? {
    identity.map { LayerIdentity($0, type(of: layer as any Layer)) }
  }

  /// The layers directly inside this one, by name.
  var parts: [(name: String, node: LayerEntry)] {
    if let graph = layer as? any LayerGraph { return graph.parts }
    var found: [(String, LayerEntry)] = []
    for (name, slot) in learnables {
      slot.tree.visit(name) { path, leaf in
        if case .layer(let entry) = leaf { found.append((path, entry)) }
      }
    }
    return found
  }

  /// Calls `body` for the parameters of this layer itself, which stands at `place`.
  func visitOwnParameters(at place: TreePlace, _ body: (String, Parameter) -> Void) {
    guard !learnables.isEmpty else { return }
    let path = place.path
    for (name, slot) in learnables {
      slot.tree.visit(path.isEmpty ? name : "\(path)/\(name)") { path, content in
        if case .parameter(let parameter) = content { body(path, parameter) }
      }
    }
  }

  /// Whether the layer, or one in it, learns anything.
  var hasParameters: Bool {
    var found = false
    visitLayers(once: true) { _, entry in
      found = entry.learnables.contains { !$0.slot.tree.parameters.isEmpty }
      return found ? .end : .inside
    }
    return found
  }

  /// Calls `body` for this layer, called `name`, and each within it, outer ones first, until it
  /// says where to go on. A layer that contains itself is not entered again.
  ///
  /// - Parameter once: whether a layer of several paths is met on the first of them only. Layers
  ///   that each hold the next one twice have more paths than anybody could walk.
  func visitLayers(
    _ name: String = "", once: Bool = false, _ body: (TreePlace, LayerEntry) -> TreeDescent
  ) {
    withoutActuallyEscaping(body) { body in
      guard once else {
        var visitor = LookingVisitor(body: body)
        return visitor.visit([(name, self)])
      }
      var seen: Set<LayerIdentity> = []
      var visitor = LookingVisitor { place, entry in
        if let identity = entry.walkIdentity, !seen.insert(identity).inserted { return .past }
        return body(place, entry)
      }
      visitor.visit([(name, self)])
    }
  }
}

/// A visitor that only looks.
struct LookingVisitor: LayerVisitor {
  typealias Failure = Never
  let body: (TreePlace, LayerEntry) -> TreeDescent

  func enter(_ entry: LayerEntry, at place: TreePlace) -> TreeDescent { body(place, entry) }
}
