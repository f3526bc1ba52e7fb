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
    let twins = nodes.filter {
      entry.identity != nil && $0.name != node.name && $0.entry.identity == entry.identity
    }
    // Once is enough: a third place is no other mistake than the second.
    if !entry.isMeantToBeShared, !entry.parameterPaths.isEmpty, let twin = twins.first,
      !twins.dropFirst().contains(where: { !$0.entry.isMeantToBeShared })
    {
      messages.append(
        "\(node.name) and \(twin.name) are one layer, with one set of learnables. Make a layer for "
          + "each place, or write .shared() if that is meant.")
    }
    entry.visitLayers(node.name) { path, inner in
      for (name, slot) in inner.learnables {
        guard let twins = slot.tree.repeated(name) else { continue }
        messages.append(
          "\(path)/\(twins.first) and \(path)/\(twins.second) are one layer, with one set of "
            + "learnables: Array(repeating:count:) repeats a handle. Make a layer for each place, "
            + "(0..<n).map { _ in Layer() }, or write .shared() if that is meant.")
      }
    }
    return messages.first.map { "warning: " + $0 }
  }
}

extension LearnableTree {
  /// The paths of a layer that a list or dictionary holds twice without being meant to.
  fileprivate func repeated(_ path: String) -> (first: String, second: String)? {
    let parts: [(place: String, tree: LearnableTree)] =
      switch self {
      case .list(let trees): trees.enumerated().map { ("\(path)/\($0.offset + 1)", $0.element) }
      case .dictionary(let entries): entries.map { ("\(path)/\($0.key)", $0.tree) }
      case .parameter, .layer, .none: []
      }
    var seen: [ObjectIdentifier: String] = [:]
    for (place, tree) in parts {
      if let inner = tree.repeated(place) { return inner }
      guard case .layer(let entry) = tree, let identity = entry.identity,
        !entry.isMeantToBeShared, !entry.parameterPaths.isEmpty
      else { continue }
      if let first = seen[identity] { return (first, place) }
      seen[identity] = place
    }
    return nil
  }
}
