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
    /// Whether it is a ``Network``, whose layers are connected as ``NetworkAnalysis/connections``
    /// say; how another layer uses what is in it is a matter of its code.
    public let isNetwork: Bool
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

  /// What feeds a port of a layer.
  public struct ConnectionSummary: Sendable, Codable, Hashable {
    /// The path of the network that the connection is in; empty for the outermost.
    public let network: String
    /// The name in that network of the layer, or of the network input, that it comes from.
    public let source: String
    /// The output port, or the learnable; nil where it comes from a network input.
    public let sourcePort: String?
    /// The name in that network of the layer that it leads to.
    public let target: String
    /// The input port, or the learnable that is taken from there.
    public let targetPort: String
    /// Whether a learnable is at one of its ends: a wire, or a learnable that is handed on as data.
    public let carriesLearnable: Bool
  }

  /// A learnable, once.
  public struct LearnableSummary: Sendable, Codable, Hashable {
    /// The owner's path.
    public let path: String
    /// Other paths that reach it.
    public let aliases: [String]
    /// How the tensor at an alias is made of that at ``path``, where it is not the same:
    /// `transpose`, the name of a function, or the layers between.
    public let transforms: [String: String]
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
  /// What feeds what, in each network, in the order of its layers.
  public let connections: [ConnectionSummary]
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
    connections =
      network.graph.connections(in: "")
      + outline.items.filter(\.isFirst).flatMap { item in
        (item.entry.layer as? Network)?.graph.connections(in: item.path) ?? []
      }
    learnables = outline.learnables.map { learnable in
      LearnableSummary(
        path: learnable.path, aliases: learnable.aliases,
        transforms: learnable.transforms,
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
    isNetwork = item.entry.layer is Network
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

extension Graph {
  /// Everything that feeds something, as a network of this path says it.
  fileprivate func connections(in path: String) -> [NetworkAnalysis.ConnectionSummary] {
    func connection(_ source: Source, _ target: Port, isWire: Bool)
      -> NetworkAnalysis
      .ConnectionSummary
    {
      let (name, port, isLearnable) =
        switch source {
        case .input(let name): (name, String?.none, false)
        case .output(let from): (from.node, from.port, false)
        case .learnable(let from): (from.node, from.port, true)
        }
      return NetworkAnalysis.ConnectionSummary(
        network: path, source: name, sourcePort: port, target: target.node,
        targetPort: target.port, carriesLearnable: isLearnable || isWire)
    }
    let wires = Dictionary(grouping: wires, by: \.key.node)
    return nodes.flatMap { node in
      node.layer.inputNames.prefix(PortCount.largest).compactMap { name in
        let port = Port(node: node.name, port: name)
        return sources[port].map { connection($0, port, isWire: false) }
      }
        + (wires[node.name] ?? []).sorted { $0.key.port < $1.key.port }.map {
          connection($0.value, $0.key, isWire: true)
        }
    }
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
