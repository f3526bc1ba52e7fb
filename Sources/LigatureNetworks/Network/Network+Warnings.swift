import Foundation
import LigatureTensors

/// Where the package says what is probably a mistake and yet no error.
public enum Warnings {
  private static let state = Lock<@Sendable (String) -> Void> { message in
    FileHandle.standardError.write(Data("Ligature: \(message)\n".utf8))
  }

  /// What is done with a warning: by default it is printed to the standard error.
  public static var handler: @Sendable (String) -> Void {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}

/// Two places of one layer that was most likely repeated by accident.
struct Repetition {
  let first: String
  let second: String
  /// How that came about, where it is known.
  var cause = ""
  let remedy: String

  /// Two nodes of a graph.
  init(ofNode second: String, like first: String) {
    (self.first, self.second) = (first, second)
    remedy = "Make a layer for each place, or write .shared() if that is meant"
  }

  /// Two places in a list.
  init(inList first: String, _ second: String) {
    (self.first, self.second) = (first, second)
    cause = ": Array(repeating:count:) repeats a handle"
    remedy =
      "Make a layer for each place, (0..<n).map { _ in Layer() }, or write .shared() if that is "
      + "meant"
  }

  /// Two properties of a layer.
  init(inProperty second: String, like first: String) {
    (self.first, self.second) = (first, second)
    remedy =
      "Make a layer for each property (copying a structure copies a handle), or hold it in one "
      + "property and call that twice"
  }
}

extension Graph {
  /// A warning if a layer that is about to enter the graph was most likely repeated by accident: it
  /// stands elsewhere already, or a list in it holds one layer several times.
  func repetition(in node: Node) -> String? {
    let entry = node.entry
    // Once is enough: a third place is no other mistake than the second.
    if !entry.isMeantToBeShared, let identity = entry.identity,
      let other = nodes.all(identity).first, entry.hasParameters,
      !nodes.all(identity).dropFirst().contains(where: { !$0.entry.isMeantToBeShared })
    {
      return Repetition(ofNode: other.name, like: node.name).warning
    }
    var found: Repetition?
    entry.visitLayers(node.name, once: true) { place, inner in
      found = inner.repetitionInLists(at: place.path)
      return found == nil ? .inside : .end
    }
    return found?.warning
  }

  /// Layers of the finished graph that were most likely repeated by accident, once each.
  var repetitions: [Repetition] {
    var seen: Set<ObjectIdentifier> = []
    return nodes.compactMap { node in
      guard let identity = node.identity, seen.insert(identity).inserted else { return nil }
      let again = nodes.all(identity).dropFirst().first { !$0.entry.isMeantToBeShared }
      guard let again, node.entry.hasParameters else { return nil }
      return Repetition(ofNode: again.name, like: node.name)
    }
  }
}

extension Repetition {
  fileprivate var warning: String {
    "warning: \(first) and \(second) are one layer, with one set of learnables\(cause). \(remedy)."
  }
}

extension LayerEntry {
  /// A layer that one of the lists among the learnables of this one, which is at `path`, holds
  /// twice.
  func repetitionInLists(at path: String) -> Repetition? {
    for (name, slot) in learnables {
      if let places = slot.tree.repeated(name) {
        return Repetition(inList: "\(path)/\(places.first)", "\(path)/\(places.second)")
      }
    }
    return nil
  }

  /// A layer that two properties of this one hold.
  func repetitionInProperties(at path: String) -> Repetition? {
    var seen: [ObjectIdentifier: (property: String, path: String)] = [:]
    var found: Repetition?
    for (name, slot) in learnables {
      slot.tree.visit(name) { inner, content in
        guard case .layer(let entry) = content, let identity = entry.identity, found == nil else {
          return
        }
        guard let first = seen[identity] else {
          seen[identity] = (name, inner)
          return
        }
        guard first.property != name, !entry.isMeantToBeShared, entry.hasParameters else { return }
        found = Repetition(inProperty: "\(path)/\(inner)", like: "\(path)/\(first.path)")
      }
    }
    return found
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
