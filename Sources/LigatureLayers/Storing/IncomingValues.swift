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
  }

  /// What errors call the file.
  package let file: String
  package var items: [String: Item] = [:]
  /// Other paths of a learnable, by its owner's.
  package var aliases: [String: [String]] = [:]
  package var states: [String: StoredValues.State] = [:]
  /// Paths without a value in the file.
  package var deferred: Set<String> = []
  /// Problems found so far.
  package var problems: [LoadProblem] = []

  package init(file: String) { self.file = file }
}

/// Which paths are to be loaded.
package struct PathChoice {
  private let only: [PathPattern]
  private let except: [PathPattern]

  /// Patterns as ``Network/setLearnRateFactor(_:for:)`` takes them.
  package init(only: [String], except: [String]) {
    self.only = only.map { PathPattern($0) }
    self.except = except.map { PathPattern($0) }
  }

  /// Whether something is chosen that goes by these names.
  func includes(_ names: [String]) -> Bool {
    names.contains { name in only.contains { $0.matches(name) } }
      && !names.contains { name in except.contains { $0.matches(name) } }
  }
}
