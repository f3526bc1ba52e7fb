import LigatureTensors

extension Network {
  /// A chain of layers, each fed by the one before. Its input layout is that of a leading input
  /// layer, or is found out when the network is first used.
  public convenience init(@NetworkBuilder _ layers: () throws -> [any Layer]) rethrows {
    self.init(chain: try layers(), input: nil)
  }

  /// A chain of layers for inputs of a given layout, with its learnables initialised from `seed`.
  /// Throws where layers and layout do not fit.
  public convenience init(
    input: Layout, seed: UInt64 = 0, @NetworkBuilder _ layers: () throws -> [any Layer]
  ) throws {
    self.init(chain: try layers(), input: input)
    self.seed = seed
    try initialize()
  }

  /// A chain made of a list of layers.
  public convenience init(_ layers: [any Layer]) {
    self.init(chain: layers, input: nil)
  }

  private convenience init(chain layers: [any Layer], input: Layout?) {
    var graph = Graph()
    let names = Network.names(for: layers)
    var previous: Graph.Source?
    for (position, (layer, name)) in zip(layers, names).enumerated() {
      let entry = LayerEntry(layer)
      let layer = entry.layer
      if position > 0, layer is any InputLayer {
        graph.problems.append(
          NetworkProblem(
            .mismatch, name, "an input layer stands in the middle of a chain",
            remedy: "Put it first, or build the network with add(_:named:) and connect(_:to:)"))
        continue
      }
      if graph.isTaken(name) {
        graph.problems.append(
          NetworkProblem(
            .duplicateName, name, "two layers of one network have this name",
            remedy: "Give each its own"))
        continue
      }
      if !Graph.isName(name) {
        graph.problems.append(
          NetworkProblem(
            .badName, name, Graph.badName, remedy: "Give another name"))
      }
      if let problem = entry.nestingProblem(at: name) {
        graph.problems.append(problem)
        continue
      }
      let node = Graph.Node(name: name, entry: entry)
      if let warning = graph.repetition(in: node) { Warnings.handler(warning) }
      graph.nodes.append(node)
      if let inputLayer = layer as? any InputLayer {
        if let input, input.canonical != inputLayer.layout.canonical {
          graph.problems.append(
            NetworkProblem(
              .mismatch, name,
              "the input layer takes \(inputLayer.layout), and the network is declared for \(input)",
              remedy: "Declare the layout once"))
        }
        // Data comes as the network is declared, and is in the layer's order when it gets there.
        graph.inputs.append(Graph.Input(name: name, layout: input ?? inputLayer.layout))
        previous = .input(name)
      } else if position == 0 {
        let names = layer.inputNames
        for name in names {
          graph.inputs.append(
            names.count == 1
              ? Graph.Input(name: "input", layout: input) : Graph.Input(name: name, layout: nil))
        }
      }
      let ports = layer.inputNames
      if let previous {
        graph.feed(ports, of: name, from: [previous])
      } else {
        graph.feed(ports, of: name, from: graph.inputs.map { .input($0.name) })
      }
      let outputs = layer.outputNames
      previous = outputs.first.map { .output(Graph.Port(node: name, port: $0)) }
    }
    self.init(graph: graph)
  }

  /// A name for each layer of a chain: its own, or its type's, numbered where that occurs twice.
  private static func names(for layers: [any Layer]) -> [String] {
    let wanted = layers.map { ($0 as? any NameGiving)?.givenName ?? $0.defaultName }
    let isGiven = layers.map { $0 is any NameGiving }
    var totals: [String: Int] = [:]
    for (name, isGiven) in zip(wanted, isGiven) where !isGiven { totals[name, default: 0] += 1 }
    var counts: [String: Int] = [:]
    return zip(wanted, isGiven).map { name, isGiven in
      guard !isGiven, totals[name, default: 0] > 1 else { return name }
      counts[name, default: 0] += 1
      return "\(name)\(counts[name, default: 1])"
    }
  }
}

extension Graph {
  /// Connects ports of a chain's layer to what comes before it.
  fileprivate mutating func feed(_ ports: [String], of name: String, from sources: [Source]) {
    guard ports.count == sources.count else {
      problems.append(
        NetworkProblem(
          .unconnectedPort, name,
          "has \(counted(ports.count, "input")), and a chain hands on \(sources.count)",
          remedy: "Build the network with add(_:named:) and connect(_:to:)"))
      return
    }
    for (port, source) in zip(ports, sources) {
      self.sources[Port(node: name, port: port)] = source
    }
  }
}

/// Builds a chain of layers in which each passes one tensor to the next.
@resultBuilder
public enum NetworkBuilder {
  /// A layer of one input and one output.
  public static func buildExpression<L: Layer>(_ layer: L) -> [any Layer]
  where L.Input == Tensor, L.Output == Tensor { [layer] }

  /// A network as a layer.
  public static func buildExpression(_ network: Network) -> [any Layer] { [network] }

  /// A named network as a layer.
  public static func buildExpression(_ network: NamedLayer<Network>) -> [any Layer] { [network] }

  /// A recurrent layer, which has further ports on demand.
  public static func buildExpression<L: SequenceLayer>(_ layer: L) -> [any Layer] { [layer] }

  /// A named recurrent layer.
  public static func buildExpression<L: SequenceLayer>(_ layer: NamedLayer<L>) -> [any Layer] {
    [layer]
  }

  /// A network that stands at several places.
  public static func buildExpression(_ network: SharedLayer<Network>) -> [any Layer] { [network] }

  /// A recurrent layer that stands at several places.
  public static func buildExpression<L: SequenceLayer>(
    _ layer: SharedLayer<L>
  ) -> [any Layer] { [layer] }

  /// A named network that stands at several places.
  public static func buildExpression(
    _ network: NamedLayer<SharedLayer<Network>>
  ) -> [any Layer] { [network] }

  /// A named network that stands at several places, marked after it was named.
  public static func buildExpression(
    _ network: SharedLayer<NamedLayer<Network>>
  ) -> [any Layer] { [network] }

  /// A named recurrent layer that stands at several places.
  public static func buildExpression<L: SequenceLayer>(
    _ layer: NamedLayer<SharedLayer<L>>
  ) -> [any Layer] { [layer] }

  /// A list of layers.
  public static func buildExpression(_ layers: [any Layer]) -> [any Layer] { layers }

  /// Explains why a layer of other arity does not fit.
  @available(
    *, unavailable,
    message:
      "a chain passes one tensor from layer to layer: add layers with several inputs or outputs with add(_:named:) and connect(_:to:)"
  )
  public static func buildExpression<L: Layer>(_ layer: L) -> [any Layer] { [layer] }

  public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
  public static func buildEither(first part: [any Layer]) -> [any Layer] { part }
  public static func buildEither(second part: [any Layer]) -> [any Layer] { part }
  public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
}
