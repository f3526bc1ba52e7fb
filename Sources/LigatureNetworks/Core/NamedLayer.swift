import LigatureTensors

/// A layer with the name it is to have in its network.
public struct NamedLayer<Base: Layer>: LayerWrapper {
  let name: String
  public let base: Base

  public var defaultName: String { name }

  // As a learnable it keeps its name: a dictionary of one layer.
  public static func _tree(for value: Self, _ settings: LearnableSettings) -> LearnableTree {
    .dictionary([.init(key: value.name, tree: Base._tree(for: value.base, settings))])
  }

  public static func _value(of tree: LearnableTree) -> Self {
    guard case .dictionary(let parts) = tree, parts.count == 1 else {
      preconditionFailure("a learnable of type \(Self.self) stores another one")
    }
    return NamedLayer(name: parts[0].key, base: Base._value(of: parts[0].tree))
  }

  public static func _accepts(_ tree: LearnableTree) -> Bool {
    guard case .dictionary(let parts) = tree, parts.count == 1 else { return false }
    return Base._accepts(parts[0].tree)
  }
}

/// How a network finds the layer inside a name.
protocol NameGiving {
  var givenName: String { get }
  var namedLayer: any Layer { get }
}

extension NamedLayer: NameGiving {
  var givenName: String { name }
  var namedLayer: any Layer { base }
}
