import LigatureTensors

/// A graph that is looked through: what is asked again and again is found out once.
///
/// Layers name their ports, and learnables are found by path, each time they are asked; wires of
/// wires are followed from end to end. With this a look at a whole graph is O(ports and wires).
final class GraphLookup {
  let graph: Graph
  private var ports: [String: Ports] = [:]
  private var resolutions: [Graph.Port: Graph.Source] = [:]
  private var parameters: [Graph.Port: Bool] = [:]
  /// Everything that feeds something.
  private(set) lazy var feeding = graph.feeding
  private lazy var wires = Dictionary(grouping: graph.wires, by: \.key.node).mapValues { wires in
    wires.map { (path: $0.key.port, source: $0.value) }.sorted { $0.path < $1.path }
  }

  private struct Ports {
    let inputs: [String]
    let outputs: [String]
    let inputSet: Set<String>
    let outputSet: Set<String>
  }

  init(_ graph: Graph) { self.graph = graph }

  private func ports(of node: Graph.Node) -> Ports {
    if let known = ports[node.name] { return known }
    let (inputs, outputs) = (node.layer.inputNames, node.layer.outputNames)
    let found = Ports(
      inputs: inputs, outputs: outputs, inputSet: Set(inputs), outputSet: Set(outputs))
    ports[node.name] = found
    return found
  }

  func inputNames(of node: Graph.Node) -> [String] { ports(of: node).inputs }
  func outputNames(of node: Graph.Node) -> [String] { ports(of: node).outputs }

  func hasInput(_ port: Graph.Port) -> Bool {
    graph.nodes[port.node].map { ports(of: $0).inputSet.contains(port.port) } ?? false
  }

  /// The learnables of a layer that are wired, in order.
  func wires(of node: String) -> [(path: String, source: Graph.Source)] { wires[node] ?? [] }

  /// What the tensor at an input port comes from.
  func feeder(of port: Graph.Port) -> Graph.Source? { graph.sources[port].map(resolved) }

  /// As ``Graph/resolved(_:)``, each wire followed once.
  func resolved(_ source: Graph.Source) -> Graph.Source {
    guard !graph.wires.isEmpty, case .learnable(var port) = source, graph.wires[port] != nil else {
      return source
    }
    var way: [Graph.Port] = []
    var seen: Set<Graph.Port> = []
    var end = source
    while let next = graph.wires[port] {
      if let known = resolutions[port] {
        end = known
        break
      }
      // Wires that come round are a problem, which is told of elsewhere.
      guard seen.insert(port).inserted else { break }
      way.append(port)
      end = next
      guard case .learnable(let further) = next else { break }
      port = further
    }
    for port in way { resolutions[port] = end }
    return end
  }

  func exists(_ source: Graph.Source) -> Bool {
    switch source {
    case .input(let name): return graph.inputs[name] != nil
    case .output(let port):
      return graph.nodes[port.node].map { ports(of: $0).outputSet.contains(port.port) } ?? false
    case .learnable(let port):
      if let known = parameters[port] { return known }
      let isThere = graph.parameter(port) != nil
      parameters[port] = isThere
      return isThere
    }
  }
}
