/// A value that is made of others: parameters and layers, or the numbers of their records, in lists
/// and dictionaries.
public enum ValueTree<Leaf: Sendable, Inner: Sendable>: Sendable {
  /// A single tensor.
  case parameter(Leaf)
  /// A whole layer, which this tree does not look into.
  case layer(Inner)
  /// Parts in a row.
  case list([ValueTree])
  /// Parts by name.
  case dictionary([Entry])
  /// An optional that is empty.
  case none

  /// A part of a dictionary.
  public struct Entry: Sendable {
    package let key: String
    package let tree: ValueTree

    package init(key: String, tree: ValueTree) {
      self.key = key
      self.tree = tree
    }
  }
}

extension ValueTree: Equatable where Leaf: Equatable, Inner: Equatable {}
extension ValueTree.Entry: Equatable where Leaf: Equatable, Inner: Equatable {}

extension ValueTree {
  /// What stands at a place of a tree, with what was made of its parts.
  package enum Part<Result> {
    case parameter(Leaf)
    case layer(Inner)
    case list([Result])
    case dictionary([(key: String, result: Result)])
    case none
  }

  /// Makes something of a tree by making it of each place, parts before what holds them: the one
  /// recursion over a tree, as deep as the type of the value that it stands for.
  ///
  /// - Parameter path: the path of the tree; those of parts end in their numbers, from 1, or names.
  ///   Nil where nobody reads them, and `combine` is given empty ones.
  package func fold<Result>(
    _ path: String?, _ combine: (_ path: String, _ part: Part<Result>) throws -> Result
  ) rethrows -> Result {
    let part: Part<Result> =
      switch self {
      case .parameter(let leaf): .parameter(leaf)
      case .layer(let inner): .layer(inner)
      case .none: .none
      case .list(let trees):
        .list(
          try trees.enumerated().map { place, tree in
            try tree.fold(path.map { "\($0)/\(place + 1)" }, combine)
          })
      case .dictionary(let entries):
        .dictionary(
          try entries.map { entry in
            (entry.key, try entry.tree.fold(path.map { "\($0)/\(entry.key)" }, combine))
          })
      }
    return try combine(path ?? "", part)
  }

  /// A tree of the same form with other parameters and layers.
  package func map<NewLeaf, NewInner>(
    parameter: (Leaf) throws -> NewLeaf, layer: (Inner) throws -> NewInner
  ) rethrows -> ValueTree<NewLeaf, NewInner> {
    try fold(nil) { (_, part) -> ValueTree<NewLeaf, NewInner> in
      switch part {
      case .parameter(let leaf): .parameter(try parameter(leaf))
      case .layer(let inner): .layer(try layer(inner))
      case .list(let trees): .list(trees)
      case .dictionary(let entries):
        .dictionary(entries.map { .init(key: $0.key, tree: $0.result) })
      case .none: .none
      }
    }
  }

  /// A parameter or layer in a tree.
  package enum Content {
    case parameter(Leaf)
    case layer(Inner)
  }

  /// Visits parameters and layers with their paths, in order; with empty ones where `path` is nil.
  package func visit(_ path: String?, _ body: (String, Content) throws -> Void) rethrows {
    try fold(path) { (path, part) -> Void in
      switch part {
      case .parameter(let leaf): try body(path, .parameter(leaf))
      case .layer(let inner): try body(path, .layer(inner))
      case .list, .dictionary, .none: break
      }
    }
  }

  /// Whether this is a collection or optional without anything in it.
  var isEmpty: Bool {
    switch self {
    case .parameter, .layer: false
    case .list(let trees): trees.isEmpty
    case .dictionary(let entries): entries.isEmpty
    case .none: true
    }
  }
}
