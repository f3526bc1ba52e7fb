import LigatureTensors

/// A layer with what was found in it when it entered a network or a learnable.
public final class LayerEntry: Sendable {
  /// The layer.
  public let layer: any Layer
  let learnables: [(name: String, slot: LearnableSlot)]
  let states: [(name: String, slot: StateSlot)]
  /// Properties that hold tensors or layers without being marked.
  let unmarked: [UnmarkedProperty]
  /// Names of learnables and states that a class adds to those of its superclass.
  let added: Set<String>
  let identity: ObjectIdentifier?
  /// Whether the layer was marked as one that stands at several places.
  let isMeantToBeShared: Bool

  init(_ layer: any Layer, isMeantToBeShared: Bool = false) {
    let (inner, isShared) = LayerEntry.unwrapped(layer)
    self.isMeantToBeShared = isShared || isMeantToBeShared
    let found = LayerInspection(inner)
    self.layer = inner
    learnables = found.learnables
    states = found.states
    unmarked = found.unmarked
    added = found.added
    identity = inner.identity
  }

  /// The layers among the learnables by their identity, as long as no list among these changes.
  private struct Children {
    var generations: [Int] = []
    var table: [ObjectIdentifier: (name: String, entry: LayerEntry)] = [:]
  }

  private let children = Lock(Children())

  /// The first layer of an identity among the learnables, and the property, and place in it, that
  /// holds it. O(learnables) once, then O(properties).
  func child(_ identity: ObjectIdentifier) -> (name: String, entry: LayerEntry)? {
    guard !learnables.isEmpty else { return nil }
    let generations = learnables.map(\.slot.generation)
    return children.withLock { children in
      if children.generations != generations {
        children = Children(generations: generations)
        for (name, slot) in learnables {
          slot.tree.visit(name) { path, leaf in
            guard case .layer(let entry) = leaf, let identity = entry.identity,
              children.table[identity] == nil
            else { return }
            children.table[identity] = (path, entry)
          }
        }
      }
      return children.table[identity]
    }
  }

  /// The property, and the place in it, that holds a parameter of this layer itself.
  func name(of parameter: Parameter) -> String? {
    var found: String?
    for (name, slot) in learnables where found == nil {
      slot.tree.visit(name) { path, leaf in
        if case .parameter(let other) = leaf, other === parameter { found = path }
      }
    }
    return found
  }
}

extension Layer {
  /// Whether the compiler could write `init(from:)` and `encode(to:)`: the layer is no subclass,
  /// and each stored property can be coded.
  package var isCodableByCompiler: Bool {
    let mirror = Mirror(reflecting: self)
    guard mirror.superclassMirror == nil, mirror.displayStyle != .enum else { return false }
    return mirror.children.allSatisfy { child in
      child.value is any SlotHolding || child.value is any StateHolding
        || child.value is any Codable
    }
  }
}

/// What the stored properties of a layer are. The only place that looks into layers by reflection.
struct LayerInspection {
  private(set) var learnables: [(name: String, slot: LearnableSlot)] = []
  private(set) var states: [(name: String, slot: StateSlot)] = []
  private(set) var unmarked: [UnmarkedProperty] = []
  private(set) var added: Set<String> = []

  init(_ layer: any Layer) {
    guard !(layer is any LayerGraph) else { return }
    var mirror: Mirror? = Mirror(reflecting: layer)
    var lineage: [Mirror] = []
    while let current = mirror {
      lineage.append(current)
      mirror = current.superclassMirror
    }
    // Superclasses first: a subclass adds learnables after those it inherits.
    var inherited: Set<String> = []
    for mirror in lineage.reversed() {
      for (label, value) in mirror.children { note(label ?? "", value) }
      let known = Set(learnables.map(\.name) + states.map(\.name))
      if mirror.superclassMirror != nil { added.formUnion(known.subtracting(inherited)) }
      inherited = known
    }
  }

  private mutating func note(_ label: String, _ value: Any) {
    let name = label.hasPrefix("_") ? String(label.dropFirst()) : label
    if let holder = value as? any SlotHolding {
      learnables.append((name, holder.learnableSlot))
    } else if let holder = value as? any StateHolding {
      states.append((name, holder.stateSlot))
    } else if let content = Self.content(in: value, Self.deepestNesting) {
      unmarked.append(UnmarkedProperty(name: label, type: "\(type(of: value))", content: content))
    }
  }

  /// How many structures, enumerations and tuples inside each other are looked into.
  private static let deepestNesting = 4
  /// How many elements of a collection are looked at: they are of one type, but for optionals.
  private static let mostElements = 8

  /// What a plain value holds that should have been marked. References are not followed: what they
  /// lead to may belong to somebody else.
  private static func content(in value: Any, _ nesting: Int) -> UnmarkedProperty.Content? {
    if value is Tensor || value is any Layer || value is Parameter { return .whole }
    if value is any SlotHolding || value is any StateHolding {
      return .mark(path: [], type: "\(type(of: value))")
    }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional, .collection, .set:
      return first(mirror.children.prefix(mostElements)) { content(in: $0.value, nesting) }
    case .dictionary:
      return first(mirror.children.prefix(mostElements)) { pair in
        Mirror(reflecting: pair.value).children.dropFirst().first.flatMap {
          content(in: $0.value, nesting)
        }
      }
    case .struct, .enum, .tuple:
      guard nesting > 0 else { return nil }
      return first(mirror.children) { child in
        content(in: child.value, nesting - 1)?
          .within(child.label ?? "", of: "\(type(of: child.value))")
      }
    default: return nil
    }
  }

  private static func first(
    _ children: some Sequence<Mirror.Child>,
    _ found: (Mirror.Child) -> UnmarkedProperty.Content?
  ) -> UnmarkedProperty.Content? {
    for child in children {
      if let content = found(child) { return content }
    }
    return nil
  }

  /// Whether a layer is of a class that has a superclass.
  static func isSubclass(_ layer: any Layer) -> Bool {
    Mirror(reflecting: layer).superclassMirror != nil
  }

  /// The identity of a layer that is a structure: that of its first slot.
  static func identity(of layer: any Layer) -> ObjectIdentifier? {
    if type(of: layer) is AnyClass { return ObjectIdentifier(layer as AnyObject) }
    for (_, value) in Mirror(reflecting: layer).children {
      if let holder = value as? any SlotHolding { return ObjectIdentifier(holder.learnableSlot) }
      if let holder = value as? any StateHolding { return ObjectIdentifier(holder.stateSlot) }
    }
    return nil
  }

  private static let defaultNames = Lock<[ObjectIdentifier: String]>([:])

  /// `SqueezeLayer<Int>` is `squeeze`.
  static func defaultName(of type: Any.Type) -> String {
    if let known = defaultNames.withLock({ $0[ObjectIdentifier(type)] }) { return known }
    var name = String(describing: type).prefix { $0 != "<" }
    if name.hasSuffix("Layer"), name.count > 5 { name = name.dropLast(5) }
    let capitals = name.prefix { $0.isUppercase }.count
    // An acronym at the front goes down whole, but for the capital of the next word.
    let lowered = capitals > 1 && capitals < name.count ? capitals - 1 : max(capitals, 1)
    let found = name.prefix(lowered).lowercased() + name.dropFirst(lowered)
    defaultNames.withLock { $0[ObjectIdentifier(type)] = found }
    return found
  }
}
