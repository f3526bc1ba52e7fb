import LigatureTensors

/// The gradients of one pass, by learnable: a value, which can be added to another, scaled,
/// filtered, clipped and stored.
///
///     let (loss, gradients) = try valueAndGradients(of: network) { ... }
///     for entry in gradients.entries { print(entry.path, try entry.norm()) }
///     let clipped = try gradients.filtered(by: "encoder/**").clipped(byGlobalNorm: 1)
///
/// What a gradient belongs to is a ``Parameter``, so a shared learnable has one gradient, the sum
/// over its uses. Paths are names: those that the network has for its parameters at the time of
/// asking.
public struct Gradients: Sendable {
  /// The gradient of one learnable.
  public struct Entry: Sendable {
    /// The owner's path, as in ``Network/learnables``; empty for a learnable that is not in its
    /// network any more.
    public let path: String
    /// What the gradient belongs to.
    public let parameter: Parameter
    /// Of the parameter's shape and type.
    public let gradient: Tensor

    /// The gradient's Euclidean norm, also where its square is beyond its type's range. O(count).
    public func norm() throws -> Double { try gradient.euclideanNorm() }
  }

  /// In the order in which the pass first read the parameters.
  package private(set) var pairs: [(parameter: Parameter, gradient: Tensor)] = []
  /// Those that the gradients were computed of.
  package private(set) var networks: [Network] = []
  private var places: [ObjectIdentifier: Int] = [:]

  /// No gradients, to add others to.
  public init() {}

  /// The gradients of a pass's leaves, where there are any.
  init(
    _ leaves: [(parameter: Parameter, tensor: Tensor)], _ gradients: [Tensor?],
    of networks: [Network]
  ) {
    self.networks = networks
    for (leaf, gradient) in zip(leaves, gradients) {
      if let gradient { append(gradient, of: leaf.parameter) }
    }
  }

  private mutating func append(_ gradient: Tensor, of parameter: Parameter) {
    places[ObjectIdentifier(parameter)] = pairs.count
    pairs.append((parameter, gradient))
  }

  /// The gradient of a parameter; nil when the result did not depend on it, or it is frozen.
  public subscript(_ parameter: Parameter) -> Tensor? {
    places[ObjectIdentifier(parameter)].map { pairs[$0].gradient }
  }

  /// The gradient of the learnable at a path, its owner's or any other, as it lies at the owner;
  /// nil when there is none. O(learnables).
  public subscript(path: String) -> Tensor? {
    for network in networks {
      if let parameter = try? network.parameter(at: path), let found = self[parameter] {
        return found
      }
    }
    return nil
  }

  /// The gradients of one network's learnables, for its own solver. O(learnables).
  public func of(_ network: Network) -> Gradients {
    let own = Set(network.parameters.map(ObjectIdentifier.init))
    var part = Gradients()
    part.networks = [network]
    for (parameter, gradient) in pairs where own.contains(ObjectIdentifier(parameter)) {
      part.append(gradient, of: parameter)
    }
    return part
  }

  /// How many parameters have a gradient.
  public var count: Int { pairs.count }

  /// The gradients with their paths, in the order of ``Network/learnables``; those of learnables
  /// outside the network come last. O(learnables).
  public var entries: [Entry] {
    order.map { path, place in
      Entry(path: path, parameter: pairs[place].parameter, gradient: pairs[place].gradient)
    }
  }

  /// Owners' paths in the order of ``entries``. O(learnables).
  public var paths: [String] { order.map(\.path) }

  private var order: [(path: String, place: Int)] {
    var found: [(path: String, place: Int)] = []
    var rest = Set(pairs.indices)
    for network in networks {
      for learnable in network.learnables {
        guard let place = places[ObjectIdentifier(learnable.parameter)],
          rest.remove(place) != nil
        else { continue }
        found.append((learnable.path, place))
      }
    }
    return found + rest.sorted().map { ("", $0) }
  }

  /// What errors call a parameter: its path, where it has one.
  package func name(of parameter: Parameter) -> String {
    let path = entries.first { $0.parameter === parameter }?.path ?? ""
    return path.isEmpty ? "a learnable outside the network" : path
  }
}

// MARK: - Gradients of others

extension Gradients {
  /// The sum, parameter by parameter. Throws where shapes or types differ. O(count).
  public static func + (a: Gradients, b: Gradients) throws -> Gradients {
    var sum = a
    for network in b.networks where !sum.networks.contains(where: { $0 === network }) {
      sum.networks.append(network)
    }
    for (parameter, gradient) in b.pairs { try sum.add(gradient, to: parameter) }
    return sum
  }

  private mutating func add(_ gradient: Tensor, to parameter: Parameter) throws {
    guard let place = places[ObjectIdentifier(parameter)] else {
      return append(gradient, of: parameter)
    }
    let present = pairs[place].gradient
    guard present.shape == gradient.shape, present.scalarType == gradient.scalarType else {
      throw TensorError(
        "+",
        "gradients of one parameter are \(present.scalarType) \(present.shape) and "
          + "\(gradient.scalarType) \(gradient.shape)",
        remedy: "Add gradients of passes in one scalar type")
    }
    pairs[place].gradient.add(gradient)
  }

  /// Each gradient replaced by what `body` makes of it. Throws what `body` throws, and where it
  /// makes another shape or type.
  func mapped(_ name: String, _ body: (Tensor) throws -> Tensor) throws -> Gradients {
    var result = self
    for (place, pair) in pairs.enumerated() {
      let gradient = try body(pair.gradient)
      guard gradient.shape == pair.gradient.shape,
        gradient.scalarType == pair.gradient.scalarType
      else {
        throw TensorError(
          name,
          "\(gradient.scalarType) \(gradient.shape) was made of a gradient "
            + "\(pair.gradient.scalarType) \(pair.gradient.shape)",
          remedy: "Keep shapes and types")
      }
      result.pairs[place].gradient = gradient.detached
    }
    return result
  }

  /// Each gradient times a number, such as one over the passes that were added up. O(count).
  public func scaled(by factor: Double) throws -> Gradients {
    try mapped("scaled") { try $0 * factor }
  }

  /// Those gradients for which a condition holds. O(learnables).
  public func filter(_ isIncluded: (Entry) throws -> Bool) rethrows -> Gradients {
    var result = Gradients()
    result.networks = networks
    let chosen = Set(
      try entries.filter(isIncluded).map { ObjectIdentifier($0.parameter) })
    for (parameter, gradient) in pairs where chosen.contains(ObjectIdentifier(parameter)) {
      result.append(gradient, of: parameter)
    }
    return result
  }

  /// The gradients of learnables that a pattern names by any of their paths: a path in which `*`
  /// stands for anything within a name and `**` for any number of names. O(learnables).
  ///
  /// Throws when it names no learnable of the network.
  public func filtered(by pattern: String) throws -> Gradients {
    let glob = PathPattern(pattern)
    let named = networks.flatMap(\.learnables).filter {
      glob.matches($0.path) || $0.aliases.contains(where: glob.matches)
    }
    guard !named.isEmpty else {
      throw LayerError(
        .notFound, pattern, "no learnable has a path like this",
        remedy: "print(network) lists them; * stands for a name, ** for several")
    }
    let chosen = Set(named.map { ObjectIdentifier($0.parameter) })
    return filter { chosen.contains(ObjectIdentifier($0.parameter)) }
  }
}
