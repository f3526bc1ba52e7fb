import LigatureTensors

/// The pass that gives learnables their first values: it runs an example through the network, and
/// each layer that still has something deferred is initialised just before its first `predict`.
final class Initialization: PassObserver {
  private let position: Lock<Int>

  /// Whether a learnable without a value is an error before predict runs, and not only where it is
  /// used: predict may read its size.
  private let isStrict: Bool

  /// Begins behind a number of learnables that have values already.
  init(after count: Int = 0, isStrict: Bool = false) {
    position = Lock(count)
    self.isStrict = isStrict
  }

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
    let given = Set(entry.ownParameters.filter { !$0.isDeferred }.map { ObjectIdentifier($0) })
    try layer.initialize(for: input, in: context)
    try entry.settle(given, context.scalarType)
    if isStrict { try entry.requireOwnValues(at: context.path) }
  }
}

extension LayerEntry {
  /// Whether a list, dictionary or optional among the learnables is empty, and may yet be filled.
  var hasEmpty: Bool { learnables.contains { $0.slot.tree.isEmpty } }

  /// The parameters that the layer stores itself, and not in nested layers.
  fileprivate var ownParameters: [Parameter] {
    learnables.flatMap { $0.slot.tree.parameters }
  }

  /// Throws where the layer's `initialize` has left a learnable of its own without a value.
  fileprivate func requireOwnValues(at path: String) throws {
    for parameter in ownParameters {
      guard case .own(let value, _) = parameter.reading, value.isDeferred else { continue }
      let own = name(of: parameter) ?? ""
      let isSubclass = LayerInspection.isSubclass(layer)
      throw LayerError(
        .uninitialized, path.isEmpty ? own : path + "/" + own,
        "is left without a value by its layer's initialize(for:in:)",
        remedy: "Assign it there, or give it a value in init"
          + (isSubclass
            ? "; that of a subclass is called only where its superclass declares one too" : ""))
    }
  }

  /// Brings what the layer's `initialize` made into the network's scalar type.
  fileprivate func settle(_ given: Set<ObjectIdentifier>, _ type: ScalarType) throws {
    for parameter in ownParameters where !given.contains(ObjectIdentifier(parameter)) {
      guard case .own(let value, _) = parameter.reading, !value.isDeferred,
        value.scalarType != type, value.scalarType.isFloatingPoint
      else { continue }
      parameter.adopt(try value.cast(to: type))
    }
    for (_, slot) in states where slot.contents.initial.scalarType.isFloatingPoint {
      if !slot.isDeferred, slot.contents.initial.scalarType != type { try slot.cast(to: type) }
    }
  }

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
