import LigatureTensors

/// The structure of a network as a value: named layers, and which output feeds which input.
struct Graph: Sendable {
  struct Node: Named {
    let name: String
    let entry: LayerEntry
    var layer: any Layer { entry.layer }
    var identity: ObjectIdentifier? { entry.identity }
  }

  /// An input or output of a layer.
  struct Port: Hashable, Sendable, CustomStringConvertible {
    let node: String
    let port: String
    var description: String { "\(node)/\(port)" }
  }

  /// Where the tensor at an input port comes from.
  enum Source: Hashable, Sendable {
    case input(String)
    case output(Port)
    /// A learnable of a layer, by its path in the layer.
    case learnable(Port)

    var description: String {
      switch self {
      case .input(let name): name
      case .output(let port), .learnable(let port): port.description
      }
    }

    /// Whether `text` means it: an output may be called by its layer alone.
    func isCalled(_ text: String) -> Bool {
      if case .output(let port) = self, text == port.node { return true }
      return text == description
    }
  }

  struct Input: Named {
    let name: String
    var layout: Layout?
    var identity: ObjectIdentifier? { nil }
  }

  var inputs = NamedList<Input>()
  var nodes = NamedList<Node>()
  var sources: [Port: Source] = [:]
  /// Learnables that are taken from somewhere else, and from where.
  var wires: [Port: Source] = [:]
  /// Mistakes made where nothing could be thrown, in a builder: thrown when the network is used.
  var problems: [NetworkProblem] = []
  /// By a wanted name, a number up to which it is taken: where to look for the first free one.
  private var taken: [String: Int] = [:]

  func node(_ name: String) -> Node? { nodes[name] }

  /// Everything that feeds something.
  var feeding: Set<Source> { Set(sources.values).union(wires.values) }

  /// Whether a layer may be called this: paths and patterns give some characters a meaning.
  static func isName(_ name: String) -> Bool {
    !name.isEmpty && !name.contains { $0 == "/" || $0 == "*" || $0.isNewline }
  }

  static let badName = "a name must not be empty or contain \"/\", \"*\" or a new line"

  func isTaken(_ name: String) -> Bool {
    nodes[name] != nil || inputs[name] != nil
  }

  /// `wanted`, or with the first free number behind it.
  func freeName(_ wanted: String) -> String {
    guard isTaken(wanted) else { return wanted }
    var number = taken[wanted] ?? 2
    while isTaken("\(wanted)\(number)") { number += 1 }
    return "\(wanted)\(number)"
  }

  /// Adds a layer under its name, which may be what ``freeName(_:)`` made of `wanted`.
  mutating func append(_ node: Node, wanted: String) {
    nodes.append(node)
    if node.name != wanted, let number = Int(node.name.dropFirst(wanted.count)) {
      taken[wanted] = number + 1
    }
  }

  /// Takes a layer away; its name, and any numbered one, may be given again.
  mutating func remove(_ name: String) {
    nodes.removeAll { $0.name == name }
    inputs.removeAll { $0.name == name }
    taken = [:]
  }

  /// `"lstm/out2"` or, for a layer with one port of the kind, `"lstm"`.
  func outputPort(_ text: String) throws -> Source {
    if inputs[text] != nil, node(text) == nil { return .input(text) }
    if let learnable = learnablePort(text, unlessIn: { $0.outputNames }) {
      return .learnable(learnable)
    }
    return .output(try port(text, kind: "output") { $0.outputNames })
  }

  /// What may be fed.
  enum Target {
    case input(Port)
    case learnable(Port)
  }

  func target(_ text: String) throws -> Target {
    if let learnable = learnablePort(text, unlessIn: { $0.inputNames }) {
      return .learnable(learnable)
    }
    return .input(try port(text, kind: "input") { $0.inputNames })
  }

  /// The names that there are, for an error about one that there is not.
  func layerNames(_ beginning: String) -> String {
    guard !nodes.isEmpty else { return "There are no layers yet: add one with add(_:named:)" }
    let shown = nodes.prefix(20).map(\.name).joined(separator: ", ")
    return "\(beginning) \(shown)" + (nodes.count > 20 ? " and \(nodes.count - 20) more" : "")
  }

  private func port(
    _ text: String, kind: String, _ names: (any Layer) -> [String]
  ) throws -> Port {
    let split = text.firstIndex(of: "/")
    let name = split.map { String(text[..<$0]) } ?? text
    guard let node = node(name) else {
      throw LayerError(
        .notFound, "",
        kind == "input" && inputs[name] != nil
          ? "\"\(name)\" is an input of the network, which nothing feeds"
          : "there is no layer \"\(name)\" to connect (\"\(text)\")",
        remedy: layerNames("Its layers are")
          + (inputs.isEmpty || kind == "input"
            ? "" : ", its inputs \(inputs.map(\.name).joined(separator: ", "))"))
    }
    let ports = names(node.layer)
    if let split {
      let wanted = String(text[text.index(after: split)...])
      guard ports.contains(wanted) else {
        let learnables = node.entry.parameterPaths
        throw LayerError(
          .notFound, name, "has no \(kind) port \"\(wanted)\"",
          remedy: "Its \(kind) ports are \(ports.joined(separator: ", "))"
            + (learnables.isEmpty ? "" : ", its learnables \(learnables.joined(separator: ", "))"))
      }
      return Port(node: name, port: wanted)
    }
    guard ports.count == 1 else {
      throw LayerError(
        .notFound, name,
        "has \(counted(ports.count, "\(kind) port")), so \"\(text)\" does not say which",
        remedy: "Name one: \(ports.map { "\(name)/\($0)" }.joined(separator: ", "))")
    }
    return Port(node: name, port: ports[0])
  }
}
