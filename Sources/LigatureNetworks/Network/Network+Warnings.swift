import Foundation
import Synchronization

/// Where the package says what is probably a mistake and yet no error.
public enum Warnings {
  private static let state = Mutex<@Sendable (String) -> Void> { message in
    FileHandle.standardError.write(Data("Ligature: \(message)\n".utf8))
  }

  /// What is done with a warning: by default it is printed to the standard error.
  public static var handler: @Sendable (String) -> Void {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}

extension Graph {
  /// A warning if a layer that is about to enter the graph was most likely repeated by accident: it
  /// stands elsewhere already, or a list in it holds one layer several times.
  func repetition(in node: Node) -> String? {
    let entry = node.entry
    var messages: [String] = []
    let others = nodes.filter {
      entry.identity != nil && $0.name != node.name && $0.entry.identity == entry.identity
    }
    // Once is enough: a third place is no other mistake than the second.
    if !entry.isMeantToBeShared, entry.hasParameters, let other = others.first,
      !others.dropFirst().contains(where: { !$0.entry.isMeantToBeShared })
    {
      messages.append(
        "\(node.name) and \(other.name) are one layer, with one set of learnables. Make a layer for "
          + "each place, or write .shared() if that is meant.")
    }
    guard messages.isEmpty else { return messages.first.map { "warning: " + $0 } }
    entry.visitLayers(node.name) { place, inner in
      for (name, slot) in inner.learnables {
        guard let places = slot.tree.repeated(name) else { continue }
        messages.append(
          "\(place.path)/\(places.first) and \(place.path)/\(places.second) are one layer, with one "
            + "set of learnables: Array(repeating:count:) repeats a handle. Make a layer for each "
            + "place, (0..<n).map { _ in Layer() }, or write .shared() if that is meant.")
        return .end
      }
      return .inside
    }
    return messages.first.map { "warning: " + $0 }
  }
}

extension Network {
  /// Warns of learnables that a layer offers and no connection takes, by this network or by one
  /// within it.
  func warnOfUntakenLearnables() {
    var taken: Set<ObjectIdentifier> = []
    var offered: [(path: String, parameter: Parameter)] = []
    func note(_ graph: Graph) {
      for source in graph.feeding {
        guard case .learnable(let port) = source, let parameter = graph.parameter(port) else {
          continue
        }
        taken.insert(ObjectIdentifier(parameter))
      }
    }
    note(graph)
    visitLayers { place, entry in
      if let network = entry.layer as? Network { note(network.graph) }
      for name in entry.layer.offeredLearnables {
        if let parameter = entry.parameter(at: name) {
          offered.append((place.path(name), parameter))
        }
      }
    }
    for (path, parameter) in offered where !taken.contains(ObjectIdentifier(parameter)) {
      Warnings.handler(
        "warning: \(path) is offered to other layers (outputLearnables), and none takes it. Connect "
          + "it, connect(\"\(path)\", to: ...), or leave outputLearnables out.")
    }
  }
}

extension LearnableTree {
  /// The paths of a layer that a list or dictionary holds twice without being meant to.
  fileprivate func repeated(_ path: String) -> (first: String, second: String)? {
    typealias Places = (first: String, second: String)
    /// What is known of a part: places of one layer in it, or the layer that it is.
    typealias Finding = (path: String, places: Places?, layer: LayerEntry?)
    return fold(path) { (path, part) -> Finding in
      let parts: [Finding]
      switch part {
      case .layer(let entry): return (path, nil, entry)
      case .parameter, .none: return (path, nil, nil)
      case .list(let findings): parts = findings
      case .dictionary(let findings): parts = findings.map(\.result)
      }
      var seen: [ObjectIdentifier: String] = [:]
      for part in parts {
        if let places = part.places { return (path, places, nil) }
        guard let layer = part.layer, let identity = layer.identity, !layer.isMeantToBeShared,
          layer.hasParameters
        else { continue }
        if let first = seen[identity] { return (path, (first, part.path), nil) }
        seen[identity] = part.path
      }
      return (path, nil, nil)
    }.places
  }
}
