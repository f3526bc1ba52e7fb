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
    case .unmarkedProperty: .unmarkedProperty
    case .unknownInput: .unknownInput
    case .mismatch: .shape
    case .uninitialized: .uninitialized
    case .unusedLearnable: .other
    }
  }
}

extension Graph {
  /// Everything that keeps the graph from running, without looking into its layers.
  var allProblems: [NetworkProblem] {
    var found = problems
    if nodes.isEmpty {
      found.append(
        NetworkProblem(.noLayers, "", "the network has no layers", remedy: "Add at least one"))
    }
    let misbuilt = Set(problems.filter { $0.kind == .unconnectedPort }.map(\.path))
    for node in nodes {
      found += node.entry.unmarked.map {
        NetworkProblem(.unmarkedProperty, node.entry.unmarkedError($0, at: node.name))
      }
      found += problems(withPortNamesOf: node)
      if !misbuilt.contains(node.name) { found += problems(atPortsOf: node) }
      found += problems(atWiresOf: node)
    }
    let feeding = feeding
    for input in inputs where !feeding.contains(.input(input.name)) {
      found.append(
        NetworkProblem(
          .unusedInput, "", "network input \"\(input.name)\" feeds nothing",
          remedy: "Connect it with connect(\"\(input.name)\", to: ...)"))
    }
    for cycle in cycles {
      found.append(
        NetworkProblem(
          .cycle, cycle[0],
          "layers form a cycle: \((cycle + [cycle[0]]).joined(separator: " → "))",
          remedy: "Remove one of these connections with disconnect(_:from:)"))
    }
    return found
  }

  private func problems(withPortNamesOf node: Node) -> [NetworkProblem] {
    [("input", node.layer.inputNames), ("output", node.layer.outputNames)].compactMap {
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

  private func problems(atPortsOf node: Node) -> [NetworkProblem] {
    node.layer.inputNames.compactMap { port in
      switch sources[Port(node: node.name, port: port)] {
      case nil:
        return NetworkProblem(
          .unconnectedPort, node.name, "input port \"\(port)\" is connected to nothing",
          remedy: "Connect it with connect(_:to: \"\(node.name)/\(port)\"), "
            + "or declare a network input with addInput(_:)")
      case .output(let from)
      where self.node(from.node)?.layer.outputNames.contains(from.port) != true:
        return NetworkProblem(
          .unconnectedPort, node.name,
          "input port \"\(port)\" is fed by \(from.description), which does not exist",
          remedy: "Replace the layer \"\(from.node)\", or disconnect it with remove(_:)")
      default: return nil
      }
    }
  }

  /// Cycles, each as the names along it in the direction of the data, such that opening one
  /// connection of each leaves none.
  private var cycles: [[String]] {
    var feeders: [String: [String]] = [:]
    for node in nodes {
      for port in node.layer.inputNames {
        guard case .output(let from) = feeder(of: Port(node: node.name, port: port)) else {
          continue
        }
        feeders[node.name, default: []].append(from.node)
      }
      for (_, source) in wires(of: node.name) {
        guard case .output(let from) = resolved(source) else { continue }
        feeders[node.name, default: []].append(from.node)
      }
    }
    var found: [[String]] = []
    while let cycle = Graph.cycle(nodes.map(\.name), feeders) {
      found.append(cycle)
      feeders[cycle[0]]?.removeAll { $0 == cycle[cycle.count - 1] }
    }
    return found
  }

  private static func cycle(_ names: [String], _ feeders: [String: [String]]) -> [String]? {
    var done: Set<String> = []
    var rest = names
    while let ready = rest.firstIndex(where: { name in
      (feeders[name] ?? []).allSatisfy { done.contains($0) || !names.contains($0) }
    }) {
      done.insert(rest.remove(at: ready))
    }
    guard let stuck = rest.first else { return nil }
    // Walking feeders that are stuck themselves must come round.
    var walk = [stuck]
    while let next = (feeders[walk[walk.count - 1]] ?? []).first(where: { rest.contains($0) }) {
      if let start = walk.firstIndex(of: next) { return walk[start...].reversed() }
      walk.append(next)
    }
    return nil
  }
}
