/// Something that keeps a network from running, or is most likely a mistake: where, what, and how
/// to fix it.
public struct NetworkProblem: Sendable, Codable, Hashable, CustomStringConvertible {
  /// What sort of problem it is.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// The network has no layers.
    case noLayers
    /// Two layers, or two learnables, have one name.
    case duplicateName
    /// A name that cannot be part of a path.
    case badName
    /// An input port of a layer is fed by nothing, or by something that is not there.
    case unconnectedPort
    /// An input of the network feeds nothing.
    case unusedInput
    /// Layers feed each other in a circle.
    case cycle
    /// A layer or network is inside itself.
    case containsItself
    /// Layers are nested deeper than can run.
    case nesting
    /// The declared layout of an input is none.
    case badLayout
    /// A property stores tensors or layers and is marked neither as learnable nor as state.
    case unmarkedProperty
    /// The layout of an input is not known, so nothing could be tried.
    case unknownInput
    /// A layer refused an example, or threw while it ran.
    case mismatch
    /// A learnable has no value although its layer has run.
    case uninitialized
    /// No layer reads a learnable.
    case unusedLearnable
    /// A layer stands at two places, which ties them, and nobody said that this is meant.
    case accidentalTie
    /// No data reaches a layer, or nothing that it learns has a gradient.
    case deadBranch
  }

  /// What sort of problem it is.
  public let kind: Kind
  /// The path of the layer or learnable; empty for the network itself.
  public let path: String
  /// What was expected and what was found.
  public let problem: String
  /// What to change.
  public let remedy: String

  init(_ kind: Kind, _ path: String, _ problem: String, remedy: String) {
    self.kind = kind
    self.path = path
    self.problem = problem
    self.remedy = remedy
  }

  init(_ kind: Kind, _ error: LayerError) {
    self.init(kind, error.path, error.problem, remedy: error.remedy)
  }

  /// Path, problem and remedy in one line.
  public var description: String { error.description }

  /// The problem as the error that running the network throws.
  var error: LayerError { LayerError(kind.ofErrors, path, problem, remedy: remedy) }

  /// The problem as it is called from the network around that of the path `outer`.
  func within(_ outer: String) -> NetworkProblem {
    guard !outer.isEmpty else { return self }
    return NetworkProblem(
      kind, path.isEmpty ? outer : "\(outer)/\(path)", problem, remedy: remedy)
  }
}

extension NetworkProblem.Kind {
  /// The kind of an error that such a problem is thrown as.
  fileprivate var ofErrors: LayerError.Kind {
    switch self {
    case .noLayers, .unusedInput, .cycle: .graph
    case .duplicateName, .badName: .name
    case .unconnectedPort: .unconnected
    case .containsItself: .containsItself
    case .nesting: .nesting
    case .badLayout: .setting
    case .unmarkedProperty: .unmarkedProperty
    case .unknownInput: .unknownInput
    case .mismatch: .shape
    case .uninitialized: .uninitialized
    case .unusedLearnable, .deadBranch: .other
    case .accidentalTie: .tie
    }
  }
}

extension NetworkProblem {
  /// As many of one network as anyone may want to see, of which a file can have millions.
  static let largestCount = 1_000
}

extension Graph {
  /// What keeps the graph from running, without looking into its layers; no more than
  /// ``NetworkProblem/largestCount``. O(layers, ports and connections).
  var allProblems: [NetworkProblem] {
    GraphLookup(self).problems(most: NetworkProblem.largestCount)
  }
}

extension GraphLookup {
  /// The first of the graph's problems.
  func problems(most: Int) -> [NetworkProblem] {
    var found = graph.problems
    for input in graph.inputs {
      guard let problem = input.layout?.problem else { continue }
      found.append(NetworkProblem(.badLayout, input.name, problem, remedy: Layout.remedy))
    }
    if graph.nodes.isEmpty {
      found.append(
        NetworkProblem(.noLayers, "", "the network has no layers", remedy: "Add at least one"))
    }
    let misbuilt = Set(found.filter { $0.kind == .unconnectedPort }.map(\.path))
    for node in graph.nodes {
      guard found.count < most else { return Array(found.prefix(most)) }
      found += node.entry.unmarked.map {
        NetworkProblem(.unmarkedProperty, node.entry.unmarkedError($0, at: node.name))
      }
      found += problems(withPortNamesOf: node)
      if !misbuilt.contains(node.name) {
        found += problems(atPortsOf: node, most: most - min(most, found.count))
      }
      found += problems(atWiresOf: node)
    }
    for input in graph.inputs where !feeding.contains(.input(input.name)) {
      found.append(
        NetworkProblem(
          .unusedInput, "", "network input \"\(input.name)\" feeds nothing",
          remedy: "Connect it with connect(\"\(input.name)\", to: ...)"))
    }
    guard found.count < most else { return Array(found.prefix(most)) }
    for cycle in cycles {
      found.append(
        NetworkProblem(
          .cycle, cycle[0],
          "layers form a cycle: \((cycle + [cycle[0]]).joined(separator: " → "))",
          remedy: "Remove one of these connections with disconnect(_:from:)"))
    }
    return Array(found.prefix(most))
  }

  private func problems(withPortNamesOf node: Graph.Node) -> [NetworkProblem] {
    [("input", inputNames(of: node)), ("output", outputNames(of: node))].compactMap {
      kind, names in
      guard names.count <= PortCount.largest else {
        return NetworkProblem(
          .badName, node.name, "has more than \(PortCount.largest) \(kind) ports",
          remedy: "Hand on one tensor that holds them all")
      }
      guard Set(names).count < names.count || names.contains("") else { return nil }
      return NetworkProblem(
        .badName, node.name, "its \(kind) ports \(names) do not have distinct names",
        remedy: "Give each port a name of its own")
    }
  }

  private func problems(atPortsOf node: Graph.Node, most: Int) -> [NetworkProblem] {
    let found = inputNames(of: node).lazy.compactMap { port -> NetworkProblem? in
      switch self.graph.sources[Graph.Port(node: node.name, port: port)] {
      case nil:
        return NetworkProblem(
          .unconnectedPort, node.name, "input port \"\(port)\" is connected to nothing",
          remedy: "Connect it with connect(_:to: \"\(node.name)/\(port)\"), "
            + "or declare a network input with addInput(_:)")
      case .output(let from) where !self.exists(.output(from)):
        return NetworkProblem(
          .unconnectedPort, node.name,
          "input port \"\(port)\" is fed by \(from.description), which does not exist",
          remedy: "Replace the layer \"\(from.node)\", or disconnect it with remove(_:)")
      default: return nil
      }
    }
    return Array(found.prefix(most))
  }

  /// Learnables that are to come from elsewhere and do not, or whose source is gone.
  private func problems(atWiresOf node: Graph.Node) -> [NetworkProblem] {
    var found: [NetworkProblem] = []
    let wired = wires(of: node.name)
    let paths = Set(wired.map(\.path))
    node.entry.visitParameters { path, parameter in
      guard parameter.awaitsConnection, !paths.contains(path) else { return }
      found.append(
        NetworkProblem(
          .unconnectedPort, node.name,
          "takes its \(path) from another layer, and none is connected",
          remedy: "Connect one: connect(\"owner/\(path)\", to: \"\(node.name)/\(path)\")"))
    }
    for (path, source) in wired where !exists(source) {
      found.append(
        NetworkProblem(
          .unconnectedPort, node.name,
          "its \(path) is wired to \(source.description), which does not exist",
          remedy: "Connect it anew"))
    }
    return found
  }
}
