import LigatureTensors

/// What a ``Learnable`` property may hold: a tensor, a layer or network, or arrays, optionals and
/// string-keyed dictionaries of those, to any depth.
public protocol LearnableValue: Sendable {
  /// Implementation detail: what is stored for a value.
  static func _tree(for value: Self, _ settings: LearnableSettings) -> LearnableTree
  /// Implementation detail: the value of what is stored.
  static func _value(of tree: LearnableTree) -> Self
  /// Implementation detail: whether a value can be made of what is stored, which a file may claim.
  static func _accepts(_ tree: LearnableTree) -> Bool
}

/// The factors that new parameters of a property begin with.
public struct LearnableSettings: Sendable, Codable {
  /// Scales the learn rate; 0 freezes.
  public var learnRateFactor: Double
  /// Scales the L2 penalty.
  public var l2Factor: Double
}

/// What a ``Learnable`` property stores: the parameters and layers in the shape of its value.
public typealias LearnableTree = ValueTree<Parameter, LayerEntry>

extension Tensor: LearnableValue {
  public static func _tree(for value: Tensor, _ settings: LearnableSettings) -> LearnableTree {
    .parameter(
      Parameter(
        value, learnRateFactor: settings.learnRateFactor, l2Factor: settings.l2Factor))
  }

  public static func _value(of tree: LearnableTree) -> Tensor {
    guard case .parameter(let parameter) = tree else { return .deferred }
    guard let frame = Frame.current else { return parameter.value }
    return frame.pass.value(of: parameter, in: frame)
  }

  public static func _accepts(_ tree: LearnableTree) -> Bool {
    if case .parameter = tree { true } else { false }
  }
}

extension Layer {
  public static func _tree(for value: Self, _ settings: LearnableSettings) -> LearnableTree {
    .layer(LayerEntry(value))
  }

  public static func _value(of tree: LearnableTree) -> Self {
    guard case .layer(let entry) = tree, let layer = entry.layer as? Self else {
      preconditionFailure("a learnable of type \(Self.self) stores another one")
    }
    return layer
  }

  public static func _accepts(_ tree: LearnableTree) -> Bool {
    if case .layer(let entry) = tree { entry.layer is Self } else { false }
  }
}

extension Array: LearnableValue where Element: LearnableValue {
  public static func _tree(for value: [Element], _ settings: LearnableSettings) -> LearnableTree {
    .list(value.map { Element._tree(for: $0, settings) })
  }

  public static func _value(of tree: LearnableTree) -> [Element] {
    guard case .list(let trees) = tree else { return [] }
    return trees.map { Element._value(of: $0) }
  }

  public static func _accepts(_ tree: LearnableTree) -> Bool {
    if case .list(let trees) = tree { trees.allSatisfy(Element._accepts) } else { false }
  }
}

extension Array where Element == Tensor {
  /// A list whose length and tensors are set later, by `initialize(for:in:)`.
  public static var deferred: [Tensor] { [.deferred] }
}

extension Optional: LearnableValue where Wrapped: LearnableValue {
  public static func _tree(for value: Wrapped?, _ settings: LearnableSettings) -> LearnableTree {
    value.map { Wrapped._tree(for: $0, settings) } ?? .none
  }

  public static func _value(of tree: LearnableTree) -> Wrapped? {
    if case .none = tree { nil } else { Wrapped._value(of: tree) }
  }

  public static func _accepts(_ tree: LearnableTree) -> Bool {
    if case .none = tree { true } else { Wrapped._accepts(tree) }
  }
}

extension Dictionary: LearnableValue where Key == String, Value: LearnableValue {
  public static func _tree(
    for value: [String: Value], _ settings: LearnableSettings
  ) -> LearnableTree {
    .dictionary(
      value.keys.sorted().map { .init(key: $0, tree: Value._tree(for: value[$0]!, settings)) })
  }

  public static func _value(of tree: LearnableTree) -> [String: Value] {
    guard case .dictionary(let parts) = tree else { return [:] }
    return Dictionary(uniqueKeysWithValues: parts.map { ($0.key, Value._value(of: $0.tree)) })
  }

  public static func _accepts(_ tree: LearnableTree) -> Bool {
    guard case .dictionary(let parts) = tree else { return false }
    return Set(parts.map(\.key)).count == parts.count
      && parts.allSatisfy { Value._accepts($0.tree) }
  }
}

extension LearnableTree {
  /// What tells the layers of the tree itself from equal ones.
  var layerIdentities: Set<ObjectIdentifier> {
    var found: Set<ObjectIdentifier> = []
    visit(nil) { _, content in
      if case .layer(let entry) = content, let identity = entry.identity { found.insert(identity) }
    }
    return found
  }

  /// Multiplies the factors of everything in the tree's layers, but for some of them; each slot's
  /// once.
  func scaleFactors(
    ofLayersBy settings: LearnableSettings, but present: Set<ObjectIdentifier> = []
  ) {
    guard settings.learnRateFactor != 1 || settings.l2Factor != 1 else { return }
    var scaled: Set<ObjectIdentifier> = []
    visit("") { name, content in
      guard case .layer(let entry) = content, !(entry.identity.map(present.contains) ?? false)
      else { return }
      entry.visitLayers(name) { _, inner in
        for (_, slot) in inner.learnables where scaled.insert(ObjectIdentifier(slot)).inserted {
          slot.scaleFactors(by: settings)
        }
        return .inside
      }
    }
  }

  /// Every parameter of the tree itself, not those of its layers.
  var parameters: [Parameter] {
    var found: [Parameter] = []
    visit(nil) { _, content in
      if case .parameter(let parameter) = content { found.append(parameter) }
    }
    return found
  }

  /// Whether no parameter of the tree stores a value, so that its shape may change.
  var isUnset: Bool { !parameters.contains(where: \.isStored) }

  /// Writes `new` into the parameters of this tree where both have one; anything else is replaced.
  /// Returns nil when a list of initialised learnables would change its length.
  func written(_ new: LearnableTree, onlyIfDeferred: Bool) -> LearnableTree? {
    switch (self, new) {
    case (.parameter(let present), .parameter(let value)):
      present.assign(value.value, onlyIfDeferred: onlyIfDeferred)
      return self
    case (.list(let present), .list(let values)) where present.count == values.count || isUnset:
      // Parameters that are there stay: they may be tied, wired or frozen already.
      let parts = values.enumerated().compactMap { place, value in
        place < present.count
          ? present[place].written(value, onlyIfDeferred: onlyIfDeferred) : value
      }
      return parts.count == values.count ? .list(parts) : nil
    case (.dictionary(let present), .dictionary(let values))
    where present.map(\.key) == values.map(\.key) || isUnset:
      let parts = values.compactMap { value in
        guard let old = present.first(where: { $0.key == value.key })?.tree else { return value }
        return old.written(value.tree, onlyIfDeferred: onlyIfDeferred)
          .map { Entry(key: value.key, tree: $0) }
      }
      return parts.count == values.count ? .dictionary(parts) : nil
    default:
      return parameters.allSatisfy(\.isDeferred) ? new : nil
    }
  }
}
