import LigatureTensors

/// Paths and uses that share one parameter.
public struct Tie: Sendable, Equatable, CustomStringConvertible {
  /// The owner's path.
  public let owner: String
  /// Other paths that reach the parameter.
  public let aliases: [String]
  /// How an alias is made of the owner, where it is not the same tensor: `transpose`, the name of a
  /// function, or the layers between.
  public let transforms: [String: String]
  /// Paths of the layer calls that read it in one prediction.
  public let uses: [String]

  init(owner: String, aliases: [String], transforms: [String: String] = [:], uses: [String]) {
    self.owner = owner
    self.aliases = aliases
    self.transforms = transforms
    self.uses = uses
  }

  public var description: String {
    let others = aliases.map { alias in
      " = " + alias + (transforms[alias].map { " (\($0))" } ?? "")
    }
    return owner + others.joined() + " (used by \(uses.joined(separator: ", ")))"
  }
}

extension Network {
  /// The shared parameters: those with several paths, or that several layer calls read in one
  /// prediction. Uses are known once the network is initialised.
  public var ties: [Tie] {
    learnables.compactMap { learnable in
      let uses = uses(of: learnable)
      guard uses.count > 1 || !learnable.aliases.isEmpty else { return nil }
      return Tie(
        owner: learnable.path, aliases: learnable.aliases, transforms: learnable.transforms,
        uses: uses)
    }
  }

  /// Makes the learnable at one path an alias of that at another: it gives up its own value, and is
  /// from now on what `transform` makes of the owner's. Both may be anywhere in the network.
  ///
  ///     try network.tie("decoder/output/weights", to: "embedding/weights", transform: .transpose)
  ///
  /// With stars, every learnable that the first pattern names is tied to the one whose path the
  /// second gives for the same names; with the paths of two layers, all learnables of the one to
  /// those of the other:
  ///
  ///     try network.tie("decoder/*/weights", to: "encoder/*/weights")
  ///     try network.tie("right", to: "left")
  ///
  /// Factors are the owner's, by either path. Throws, and changes nothing, where a path names no
  /// learnable, where the shapes do not fit through the transform, and where the two are one
  /// already.
  public func tie(
    _ path: String, to owner: String, transform: LearnableTransform = .identity
  ) throws {
    let pairs = try tiePairs(path, owner)
    var done: [(alias: Parameter, value: Tensor)] = []
    Network.structure.lock()
    defer { Network.structure.unlock() }
    do {
      for (path, owner) in pairs {
        let alias = LayerEntry(self).parameter(at: path)
        let value = alias?.value
        try tieOne(path, to: owner, transform: transform)
        if let alias, let value { done.append((alias, value)) }
      }
    } catch {
      for (alias, value) in done.reversed() { alias.detach(keeping: value) }
      throw error
    }
  }

  /// What is to be tied to what: the two paths themselves where they are those of learnables.
  private func tiePairs(_ path: String, _ owner: String) throws -> [(String, String)] {
    var (aliases, owners) = (PathPattern(path), PathPattern(owner))
    if !aliases.isOpen {
      let entry = LayerEntry(self)
      guard entry.parameter(at: path) == nil, entry.layer(at: path) != nil,
        entry.layer(at: owner) != nil
      else { return [(path, owner)] }
      (aliases, owners) = (PathPattern(inside: path), PathPattern(inside: owner))
    }
    var pairs: [(String, String)] = []
    renewWires()
    var seen: Set<ObjectIdentifier> = []
    try visitPaths { path, parameter in
      guard let texts = aliases.captures(path), seen.insert(ObjectIdentifier(parameter)).inserted
      else { return }
      guard let owner = owners.path(filledWith: texts) else {
        throw LayerError(
          .tie, path, "\"\(owner)\" has another number of stars than the pattern that names it",
          remedy: "Give both patterns the same stars, in the same order")
      }
      pairs.append((path, owner))
    }
    guard !pairs.isEmpty else {
      throw LayerError(
        .notFound, path, "no learnable has a path like this",
        remedy: "print(network) lists them; * stands for a name, ** for several")
    }
    return pairs
  }

  /// Calls `body` for each path of each parameter.
  private func visitPaths(_ body: (String, Parameter) throws -> Void) rethrows {
    var all: [(String, Parameter)] = []
    visitParameters { all.append(($0, $1)) }
    for (path, parameter) in all { try body(path, parameter) }
  }

  /// Ties one learnable to one other.
  private func tieOne(
    _ path: String, to owner: String, transform: LearnableTransform
  ) throws {
    // Two threads that tie a to b and b to a would make a circle.
    Network.structure.lock()
    defer { Network.structure.unlock() }
    let alias = try reached(by: path)
    let source = try reached(by: owner)
    guard alias.root !== source.root else {
      throw LayerError(
        .tie, path, "is the same learnable as \(owner) already",
        remedy: "Leave it, or untie one of them first")
    }
    if case .wired(let wiring) = alias.source {
      throw LayerError(
        .tie, path,
        wiring.map { "is \($0)" }
          ?? "is to be connected, as its layer was told with inputLearnables",
        remedy: wiring == nil
          ? "Connect it, or make the layer without inputLearnables and then tie it"
          : "Disconnect it first")
    }
    guard case .own = alias.source else {
      throw LayerError(
        .tie, path, "is tied to another learnable already",
        remedy: "Untie it first: untie(\"\(path)\")")
    }
    if case .wired = source.source {
      throw LayerError(
        .tie, owner, "is wired itself", remedy: "Tie to the learnable that it is wired to")
    }
    try checkFit(path, alias, owner, source, transform)
    alias.source = .alias(of: source, through: transform)
  }

  private func checkFit(
    _ path: String, _ alias: Parameter, _ owner: String, _ source: Parameter,
    _ transform: LearnableTransform
  ) throws {
    guard !source.isDeferred else { return }
    let made = transform.applied(to: source.value)
    if made.isDeferred, let absence = made.absence {
      throw LayerError(
        .tie, path, absence.problem, remedy: "Give a transform that takes \(source.value.shape)")
    }
    let present = alias.value
    guard !alias.isDeferred, made.shape != present.shape || made.scalarType != present.scalarType
    else { return }
    throw LayerError(
      .tie, path,
      "is \(present.scalarType) \(present.shape), and \(owner)"
        + (transform.isIdentity ? "" : " through \"\(transform)\"")
        + " is \(made.scalarType) \(made.shape)",
      remedy: made.shape == present.shape.reversed()
        ? "Tie it with transform: .transpose, or without" : "Tie learnables that fit")
  }

  /// Makes an alias a learnable of its own again, with its present value and factors. Throws where
  /// the path is not one of an alias: a layer that stands at two places is one, and is replaced by
  /// a copy instead.
  public func untie(_ path: String) throws {
    Network.structure.lock()
    defer { Network.structure.unlock() }
    let alias = try reached(by: path)
    guard case .alias = alias.source else {
      if case .wired = alias.source {
        throw LayerError(
          .tie, path, "is taken from another layer by a connection, and not tied",
          remedy: "Disconnect it, disconnect(_:from:), or give the layer learnables of its own")
      }
      throw LayerError(
        .tie, path, "is not an alias: it stores its value itself",
        remedy: "Untie the aliases of it, or replace a shared layer by a copy of it")
    }
    let value = alias.value
    if value.absence != nil { try value.require("untie") }
    alias.detach(keeping: value)
  }

  /// The parameter at a path as it stands there, alias or not.
  private func reached(by path: String) throws -> Parameter {
    if let found = LayerEntry(self).parameter(at: path) { return found }
    _ = try parameter(at: path)
    throw LayerError(
      .notFound, path, "there is no such learnable", remedy: "print(network) lists them")
  }
}
