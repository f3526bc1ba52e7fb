/// Sees what is inside what, outer things first.
protocol TreeVisitor {
  associatedtype Node
  associatedtype Identity: Hashable
  /// What its methods throw; `Never` for a visitor that only looks.
  associatedtype Failure: Error = any Error

  /// What tells that a thing is inside itself; nil for what cannot be.
  func identity(of node: Node) -> Identity?
  /// What is directly inside a thing, by name.
  func parts(of node: Node) -> [(name: String, node: Node)]

  /// A thing is met: once for each path that leads to it. Returns where to go on.
  mutating func enter(_ node: Node, at place: TreePlace) throws(Failure) -> TreeDescent
  /// Everything inside a thing has been visited; called for what was looked into.
  mutating func leave(_ node: Node, at place: TreePlace) throws(Failure)
  /// A thing is met inside itself, and not entered again: it is the one at the other place.
  mutating func meetItself(
    _ node: Node, at place: TreePlace, within outer: TreePlace
  ) throws(Failure)
}

extension TreeVisitor {
  mutating func leave(_ node: Node, at place: TreePlace) throws(Failure) {}
  mutating func meetItself(
    _ node: Node, at place: TreePlace, within outer: TreePlace
  ) throws(Failure) {}
}

/// Where a walk goes after something was entered.
enum TreeDescent {
  /// Into it, and then on to what stands beside it.
  case inside
  /// On to what stands beside it.
  case past
  /// Nowhere: the walk is over.
  case end
}

/// Where something stands in what a walk began with. Its path is made when it is asked for.
struct TreePlace {
  fileprivate(set) var names: [String] = []

  /// The names from outside in, `encoder/fc1`, but for empty ones.
  var path: String { names.lazy.filter { !$0.isEmpty }.joined(separator: "/") }
  /// The first of the names that is not empty.
  var outermost: String { names.first { !$0.isEmpty } ?? "" }
  /// The last of the names.
  var name: String { names.last ?? "" }
  /// How many things are around it.
  var depth: Int { names.count - 1 }

  /// The path of a property or port of what stands here.
  func path(_ inner: String) -> String {
    let path = path
    return path.isEmpty ? inner : "\(path)/\(inner)"
  }
}

extension TreeVisitor {
  /// Visits things and all that is inside them, in order. The only walk there is, and the only
  /// place that notices a thing inside itself. It does not recurse, so a chain of things inside
  /// each other may be longer than the stack is deep. O(places visited).
  ///
  /// - Parameter root: the identity of what all of them are inside of, where that has one.
  mutating func visit(
    _ things: [(name: String, node: Node)], within root: Identity? = nil
  ) throws(Failure) {
    var rest = things.reversed().map { Step.enter($0.name, $0.node) }
    var place = TreePlace()
    // How many names lead to what is being looked into.
    var open: [Identity: Int] = [:]
    if let root { open[root] = 0 }
    while let step = rest.popLast() {
      switch step {
      case .enter(let name, let node):
        place.names.append(name)
        let identity = identity(of: node)
        if let outer = identity.flatMap({ open[$0] }) {
          try meetItself(
            node, at: place, within: TreePlace(names: Array(place.names.prefix(outer))))
          place.names.removeLast()
          continue
        }
        switch try enter(node, at: place) {
        case .end: return
        case .past: place.names.removeLast()
        case .inside:
          if let identity { open[identity] = place.names.count }
          rest.append(.leave(node, identity))
          rest += parts(of: node).reversed().map { .enter($0.name, $0.node) }
        }
      case .leave(let node, let identity):
        try leave(node, at: place)
        if let identity { open[identity] = nil }
        place.names.removeLast()
      }
    }
  }

  private typealias Step = TreeStep<Node, Identity>
}

private enum TreeStep<Node, Identity> {
  case enter(String, Node)
  case leave(Node, Identity?)
}
