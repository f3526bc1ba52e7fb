import LigatureTensors

/// The pass that gives learnables their first values: it runs an example through the network, and
/// each layer that still has something deferred is initialised just before its first `predict`.
final class Initialization: PassObserver {
  private let position: Lock<Int>

  /// Begins behind a number of learnables that have values already.
  init(after count: Int = 0) { position = Lock(count) }

  func nextPosition() -> Int {
    position.withLock { position in
      position += 1
      return position
    }
  }

  /// Initialises `layer` for `input` if anything in it is deferred.
  func willCall<L: Layer>(_ layer: L, _ input: L.Input, in context: Context) throws {
    guard let entry = context.frame.entry, entry.hasDeferred || entry.hasEmpty else { return }
    if let problem = entry.unmarked.first {
      throw entry.unmarkedError(problem, at: context.path)
    }
    try layer.initialize(for: input, in: context)
  }
}

extension LayerEntry {
  /// Whether a list, dictionary or optional among the learnables is empty, and may yet be filled.
  var hasEmpty: Bool { learnables.contains { $0.slot.tree.isEmpty } }

  /// Whether any learnable or state of the layer, nested ones included, has no value.
  var hasDeferred: Bool {
    var found = false
    visitLayers(once: true) { _, entry in
      found =
        entry.states.contains { $0.slot.isDeferred }
        || entry.learnables.contains { $0.slot.tree.parameters.contains(where: \.isDeferred) }
      return found ? .end : .inside
    }
    return found
  }

  func unmarkedError(_ property: UnmarkedProperty, at path: String) -> LayerError {
    property.error(of: "\(type(of: layer))", at: path)
  }
}
