import LigatureTensors

extension Layer {
  /// The same layer at another place, on purpose: a network that gets it twice does not warn.
  ///
  ///     let embedding = FullyConnected(64)
  ///     let network = Network { embedding; ReLU(); embedding.shared() }
  public func shared() -> SharedLayer<Self> { SharedLayer(base: self) }
}

/// A layer that is meant to stand at several places, with the same learnables at each.
public struct SharedLayer<Base: Layer>: LayerWrapper {
  public let base: Base

  // As a learnable it is the layer itself.
  public static func _tree(for value: Self, _ settings: LearnableSettings) -> LearnableTree {
    guard case .layer(let entry) = Base._tree(for: value.base, settings) else {
      return .layer(LayerEntry(value))
    }
    return .layer(LayerEntry(entry.layer, isMeantToBeShared: true))
  }

  public static func _accepts(_ tree: LearnableTree) -> Bool { Base._accepts(tree) }

  public static func _value(of tree: LearnableTree) -> Self {
    SharedLayer(base: Base._value(of: tree))
  }
}

/// How a network finds the layer that is meant to be shared, whatever else is around it.
protocol SharedLayerHolding {
  var sharedLayer: any Layer { get }
}

extension SharedLayer: SharedLayerHolding {
  var sharedLayer: any Layer { base }
}

extension LayerEntry {
  /// The layer inside a name and a mark, and whether there is a mark.
  static func unwrapped(_ layer: any Layer) -> (layer: any Layer, isShared: Bool) {
    var layer = layer
    var isShared = false
    while true {
      if let named = layer as? any NameGiving {
        layer = named.namedLayer
      } else if let shared = layer as? any SharedLayerHolding {
        layer = shared.sharedLayer
        isShared = true
      } else {
        return (layer, isShared)
      }
    }
  }
}
