/// What a network is made of, what it costs, and what is wrong with it: the result of
/// ``analyze(_:)``.
public struct NetworkAnalysis: Sendable, Codable, Hashable {
  /// A layer, as it stands in the network.
  public struct LayerSummary: Sendable, Codable, Hashable {
    /// From the network: `autoencoder/encoder/fc1`.
    public let path: String
    /// In the layer or network around it: `fc1`.
    public let name: String
    /// How many layers and networks are around it, within the network.
    public let depth: Int
    /// The type, with its main setting if the layer describes itself: `FullyConnected(392)`.
    public let type: String
    /// The path of the layer that this one is, if it has been listed before.
    public let sharedWith: String?
    /// What goes in, a layout a port; nil where that was not found out. Of
    /// ``NetworkAnalysis/example``.
    public let inputs: [Layout]?
    /// What comes out, a layout a port.
    public let outputs: [Layout]?
    /// Owner paths of the learnables it owns itself.
    public let learnables: [String]
    /// Paths of the states it has itself.
    public let states: [String]
    /// Multiply-adds of matrix products in one call, nested layers included.
    public let multiplyAdds: Int?
    /// Bytes of what comes out of one call.
    public let activationBytes: Int?
  }

  /// A learnable, once.
  public struct LearnableSummary: Sendable, Codable, Hashable {
    /// The owner's path.
    public let path: String
    /// Other paths that reach it.
    public let aliases: [String]
    /// Its shape; nil where it has no value, and none could be found out.
    public let shape: [Int]?
    /// Its number of scalars.
    public let count: Int
    /// Paths of the layer calls that read it in one prediction, one entry a call; nil where that
    /// was not found out.
    public let uses: [String]?
    /// Whether its learn-rate factor is 0.
    public let isFrozen: Bool
  }

  /// A state, once.
  public struct StateSummary: Sendable, Codable, Hashable {
    /// The path of the first layer that has it.
    public let path: String
    /// Whether all uses of the layer share it.
    public let isShared: Bool
    /// Its shape; nil where it has no value.
    public let shape: [Int]?
  }

  /// Names of the network's inputs.
  public let inputNames: [String]
  /// Names of the network's outputs.
  public let outputNames: [String]
  /// The layers at any depth, outer ones first.
  public let layers: [LayerSummary]
  /// The learnables, each shared one once.
  public let learnables: [LearnableSummary]
  /// The states.
  public let states: [StateSummary]
  /// Everything wrong that was found.
  public let problems: [NetworkProblem]
  /// The inputs that layouts, multiply-adds and activations are of; nil when nothing could be run.
  public let example: [Layout]?
  /// Whether the example is one observation.
  public let isPerObservation: Bool

  /// Scalars to learn, each shared one counted once.
  public let learnableCount: Int
  /// Scalars there would be if every use had learnables of its own.
  public let untiedLearnableCount: Int
  /// Scalars to learn that are frozen.
  public let frozenCount: Int
  /// The bytes of all learnables.
  public let learnableBytes: Int
  /// Multiply-adds of matrix products in one prediction of the example; nil when not every layer
  /// could run.
  public let multiplyAdds: Int?
  /// Bytes of what all layers put out for the example, networks not counted beside the layers in
  /// them; nil when not every layer could run.
  public let activationBytes: Int?
}

extension NetworkAnalysis {
  /// The analysis of what is known of a network now.
  init(
    _ outline: Outline, problems: [NetworkProblem], example: [Layout]?, isPerObservation: Bool
  ) {
    let network = outline.root
    inputNames = network.inputNames
    outputNames = network.outputNames
    layers = outline.items.map { LayerSummary($0, in: outline) }
    learnables = outline.learnables.map { learnable in
      LearnableSummary(
        path: learnable.path, aliases: learnable.aliases,
        shape: learnable.parameter.isDeferred ? nil : learnable.value.shape, count: learnable.count,
        uses: outline.uses(of: learnable.parameter), isFrozen: learnable.parameter.isFrozen)
    }
    states = outline.states.map { path, slot in
      let value = slot.value(for: nil)
      return StateSummary(
        path: path, isShared: slot.sharing == .shared, shape: value.isDeferred ? nil : value.shape)
    }
    self.problems = problems
    self.example = example
    self.isPerObservation = isPerObservation
    learnableCount = outline.learnableCount
    untiedLearnableCount = outline.untiedCount
    frozenCount = outline.frozenCount
    learnableBytes = outline.byteCount
    let found = network.state.withLock { $0.findings?.outputLayouts.count ?? 0 }
    let ran = example != nil && found == network.graph.nodes.count
    multiplyAdds = ran ? network.foundMultiplyAdds : nil
    let own = outline.items.filter { !($0.entry.layer is Network) }
    activationBytes = ran ? own.compactMap { $0.outputs?.byteCount }.reduce(0, +) : nil
  }
}

extension NetworkAnalysis.LayerSummary {
  init(_ item: Outline.Item, in outline: Outline) {
    path = item.path
    name = item.name
    depth = item.depth
    type = item.typeText
    sharedWith =
      switch item.occurrence {
      case .first: nil
      case .shared(let path), .insideItself(let path): path
      }
    inputs = item.inputs
    outputs = item.outputs
    learnables = item.isFirst ? outline.learnables(ownedBy: item).map(\.path) : []
    states = item.isFirst ? item.entry.states.map { "\(item.path)/\($0.name)" } : []
    multiplyAdds = item.multiplyAdds
    activationBytes = item.outputs?.byteCount
  }
}

extension [Layout] {
  /// Bytes of tensors of these layouts; nil where a size is free.
  fileprivate var byteCount: Int? {
    var sum = 0
    for layout in self {
      let sizes = layout.sizes.compactMap { $0 }
      guard sizes.count == layout.rank else { return nil }
      sum += sizes.reduce(layout.scalarType.byteCount, *)
    }
    return sum
  }
}
