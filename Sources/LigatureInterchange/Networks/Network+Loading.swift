import Foundation
import LigatureFiles
import LigatureNetworks
import LigatureTensors

extension Network {
  /// Reads a safetensors file, of this package or another program's, into the network.
  ///
  /// Values are written into the parameters that are there, so that ties stay, and are converted to
  /// the network's scalar type (see ``LoadReport/converted``). A network without values gets them
  /// from the file. Everything is verified first; an error leaves the network as it was.
  ///
  ///     try network.load(from: url, only: ["encoder/**"])
  ///     try network.load(from: url, renaming: [
  ///       KeyRenaming("0.weight", to: "fc1/weights", transposed: true),
  ///       KeyRenaming("0.bias", to: "fc1/bias"),
  ///     ])
  ///
  /// A recurrent layer of PyTorch has two biases, which no renaming adds up: read its tensors from
  /// a ``SafetensorsFile``, and make the layer of `RecurrentWeights.pyTorch`.
  ///
  /// A learnable of several paths is found under any of them. A file that has several of them loads
  /// if the values are equal. O(values).
  ///
  /// - Parameters:
  ///   - only: patterns of the paths to load; `*` stands for a name, `**` for several.
  ///   - except: patterns of paths to leave as they are.
  ///   - rules: what the file's keys are called here.
  ///   - verifyingTies: whether to refuse a file that ties what the network does not.
  /// - Throws: ``LoadError`` with everything that is missing, left over, of another shape, or tied
  ///   otherwise; `FileError` for a file that cannot be read.
  @discardableResult
  public func load(
    from url: URL, only: [String] = ["**"], except: [String] = [],
    renaming rules: [KeyRenaming] = [], verifyingTies: Bool = true
  ) throws -> LoadReport {
    try load(
      from: SafetensorsFile(contentsOf: url), only: only, except: except, renaming: rules,
      verifyingTies: verifyingTies)
  }

  /// Reads an open file, as ``load(from:only:except:renaming:verifyingTies:)-(URL,_,_,_,_)``.
  @discardableResult
  public func load(
    from file: SafetensorsFile, only: [String] = ["**"], except: [String] = [],
    renaming rules: [KeyRenaming] = [], verifyingTies: Bool = true
  ) throws -> LoadReport {
    try load(
      IncomingValues(file, renaming: rules), choosing: PathChoice(only: only, except: except),
      verifyingTies: verifyingTies)
  }

  /// The network that a file stores, layers and values: one that
  /// ``save(to:architecture:metadata:registry:)`` wrote with its architecture.
  ///
  /// - Parameter registry: the types of layers that names stand for; add your own to `.builtIn`.
  /// - Throws: `LayerError` by path for an unknown type and for layers that contradict each other,
  ///   `FileError` and ``LoadError`` for what does not fit.
  public convenience init(contentsOf url: URL, registry: LayerRegistry = .builtIn) throws {
    try self.init(SafetensorsFile(contentsOf: url), registry: registry)
  }

  /// The network that an open file stores.
  public convenience init(_ file: SafetensorsFile, registry: LayerRegistry = .builtIn) throws {
    guard let json = try JSONReading(file, NetworkMetadata.Key.architecture) else {
      guard file.metadata["ligature.training"] == nil else {
        throw FileError(
          file: file.name, expected: "a network with its architecture",
          found: "a state of training",
          remedy: "read it with TrainingState(contentsOf:), and let a run resume(from:) it")
      }
      throw FileError(
        file: file.name, expected: "a network with its architecture",
        found: file.metadata.isEmpty
          ? "tensors alone"
          : "tensors with other metadata: "
            + file.metadata.keys.sorted().prefix(6).map { "\"\($0.prefix(40))\"" }
            .joined(separator: ", "),
        remedy: "build the network in code and load(from:) their values")
    }
    try self.init(Architecture(json), type: registry.type(named:))
    try load(from: file)
  }
}

extension IncomingValues {
  /// The tensors of a file by the paths that rules give them.
  init(_ file: SafetensorsFile, renaming rules: [KeyRenaming]) throws {
    self.init(file: file.name)
    func renamed(_ key: String) -> (path: String, isTransposed: Bool)? {
      for rule in rules {
        switch rule.applied(to: key) {
        case .path(let path): return (path, rule.isTransposed)
        case .ignored: return nil
        case nil: continue
        }
      }
      return (key, false)
    }
    for key in file.names {
      guard let (path, isTransposed) = renamed(key) else { continue }
      let shape = file.shape(of: key) ?? []
      let turns = isTransposed && shape.count == 2
      if isTransposed, !turns {
        problems.append(
          LoadProblem(
            .misshaped, path, "expected a matrix to transpose, found \(shape) at \"\(key)\"",
            remedy: "Name it with a rule that does not transpose"))
      }
      let item = Item(key: key, shape: turns ? shape.reversed() : shape) {
        let tensor = try file.tensor(named: key)
        return turns ? tensor.transposed.contiguousCopy() : tensor
      }
      if let other = items.updateValue(item, forKey: path) {
        problems.append(
          LoadProblem(
            .duplicateName, path, "\"\(other.key)\" and \"\(key)\" are both renamed to it",
            remedy: "Give one of them another path, or leave it out with KeyRenaming(ignoring:)"))
      }
    }
    let metadata = try NetworkMetadata(file)
    for (owner, others) in metadata.aliases {
      guard let (path, _) = renamed(owner) else { continue }
      aliases[path] = others.compactMap { renamed($0)?.path }
    }
    relations = metadata.relations.map { relations in
      Dictionary(
        relations.compactMap { alias, relation in renamed(alias).map { ($0.path, relation) } }
      ) { first, _ in first }
    }
    for (path, state) in metadata.states { states[renamed(path)?.path ?? path] = state }
    deferred = Set(metadata.deferred.map { renamed($0)?.path ?? $0 })
  }
}
