import LigatureTensors

/// What a file offers to a network: tensors by path, not read yet, and what is said about them.
package struct IncomingValues {
  /// A tensor of the file.
  package struct Item {
    /// Its key in the file, for errors.
    package let key: String
    /// Its shape, transposed if its rule says so.
    package let shape: [Int]
    package let read: () throws -> Tensor

    package init(key: String, shape: [Int], read: @escaping () throws -> Tensor) {
      self.key = key
      self.shape = shape
      self.read = read
    }

    /// The same with its last two axes exchanged.
    var transposed: Item {
      guard shape.count >= 2 else { return self }
      var turned = shape
      turned.swapAt(shape.count - 1, shape.count - 2)
      return Item(key: key, shape: turned) { try read().transposed.contiguousCopy() }
    }
  }

  /// What errors call the file.
  package let file: String
  package var items: [String: Item] = [:]
  /// Other paths of a learnable, by its owner's.
  package var aliases: [String: [String]] = [:]
  /// How an alias is made of its owner, where it is not the same tensor, by its path; nil where the
  /// file does not say.
  package var relations: [String: TieRelation]?
  package var states: [String: StoredValues.State] = [:]
  /// Paths without a value in the file.
  package var deferred: Set<String> = []
  /// Problems found so far.
  package var problems: [LoadProblem] = []

  package init(file: String) { self.file = file }
}

/// Which paths are to be loaded.
package struct PathChoice {
  private var only: [PathPattern]
  private var except: [PathPattern]
  private let patterns: [String]

  /// Patterns as ``Network/setLearnRateFactor(_:for:)`` takes them.
  package init(only: [String], except: [String]) {
    self.only = only.map { PathPattern($0) }
    self.except = except.map { PathPattern($0) }
    patterns = only + except
  }

  /// The same choice among these names: a pattern that is none of them but the path of a layer
  /// means all that is in it. Throws for one that is neither: most likely it is misspelt.
  func among(_ names: [String]) throws -> PathChoice {
    var choice = self
    let meant = try patterns.map { text in
      for pattern in [PathPattern(text), PathPattern(inside: text)]
      where text == "**" || names.contains(where: pattern.matches) {
        return pattern
      }
      throw LayerError(
        .notFound, text,
        "no learnable, state or layer has a path like this, in the network or in the file",
        remedy: "print(network) lists them; * stands for a name, ** for several")
    }
    choice.only = Array(meant.prefix(only.count))
    choice.except = Array(meant.dropFirst(only.count))
    return choice
  }

  /// Whether something is chosen that goes by these names.
  func includes(_ names: [String]) -> Bool {
    names.contains { name in only.contains { $0.matches(name) } }
      && !names.contains { name in except.contains { $0.matches(name) } }
  }
}
