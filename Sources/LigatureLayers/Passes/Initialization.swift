import LigatureTensors
import Synchronization

/// The pass that gives learnables their first values: it runs an example through the network, and each
/// layer that still has something deferred is initialised just before its first `predict`.
final class Initialization: Sendable {
  private let position = Mutex(0)
  private let inProgress = Mutex<Set<ObjectIdentifier>>([])

  func nextPosition() -> Int {
    position.withLock { position in
      position += 1
      return position
    }
  }

  /// Initialises `layer` for `input` if anything in it is deferred.
  func prepare<L: Layer>(_ layer: L, _ input: L.Input, _ context: Context) throws {
    guard let entry = context.frame.entry, entry.hasDeferred else { return }
    if let problem = entry.unmarked.first {
      throw entry.unmarkedError(problem, at: context.path)
    }
    try layer.initialize(for: input, in: context)
  }
}

extension LayerEntry {
  /// Whether any learnable or state of the layer, nested ones included, has no value.
  var hasDeferred: Bool {
    if states.contains(where: { $0.slot.isDeferred }) { return true }
    return learnables.contains { $0.slot.tree.hasDeferred }
  }

  func unmarkedError(_ property: (name: String, type: String), at path: String) -> LayerError {
    LayerError(
      path,
      "property `\(property.name)` of \(type(of: layer)) stores a \(property.type) that is not marked, "
        + "so it would not be trained, counted or saved",
      remedy: "Write @Learnable var \(property.name) (or @LayerState for what is not learned)")
  }
}

extension LearnableTree {
  var hasDeferred: Bool {
    switch self {
    case .parameter(let parameter): parameter.isDeferred
    case .layer(let entry):
      (entry.layer as? Network).map { $0.hasDeferred } ?? entry.hasDeferred
    case .list(let trees): trees.contains(where: \.hasDeferred)
    case .dictionary(let parts): parts.contains { $0.tree.hasDeferred }
    case .none: false
    }
  }
}
