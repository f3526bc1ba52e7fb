import LigatureTensors

/// What layers need that stand around a network of their own and hand its outputs on.
extension Context {
  /// One tensor through a network of one input and one output, with the number of steps of each
  /// sequence that count in what comes out: nil where nothing is padded.
  ///
  /// - Parameter values: what stands for learnables of the network, in this call and wherever they
  ///   are read in it.
  package func passing(
    _ x: Tensor, through network: Network,
    replacing values: [(parameter: Parameter, value: Tensor)] = []
  ) throws -> (output: Tensor, lengths: [Int]?) {
    var bindings: [ObjectIdentifier: Frame.Binding] = [:]
    for (parameter, value) in values {
      bindings[ObjectIdentifier(parameter)] = Frame.Binding(tensor: value, owner: parameter)
    }
    var child = try child(for: network, binding: bindings)
    if let lengths { child.lengths = try lengths.entering(network, [x], at: child.path) }
    let outputs = try child.run(network, [x], isNamed: false)
    let output = try outputs.single(
      at: child.path, remedy: "Give it one output: all but one lead to a layer of the network")
    guard child.lengths != nil else { return (output, nil) }
    let found =
      try child.frame.outputLengths
      ?? SequenceLengths.kept(
        by: outputs, of: network, [x], child.inputLengths(1), at: child.path)
    return (output, found.first ?? nil)
  }

  /// The value of a learnable in this pass, which is read on behalf of a layer further in: that is
  /// counted where that layer reads it.
  package func value(of parameter: Parameter) -> Tensor {
    pass.value(of: parameter, in: frame, countsUse: false)
  }
}

extension Network {
  /// The learnables that a pattern names and that stand for all that is made of them in the
  /// network, each once, with a path. Throws where it names none, and where one is no matrix or
  /// filter. O(learnables).
  package func matrices(named pattern: String, in context: Context) throws -> [(
    path: String, parameter: Parameter
  )] {
    let glob = PathPattern(pattern)
    var seen: Set<ObjectIdentifier> = []
    var found: [(path: String, parameter: Parameter)] = []
    visitParameters { path, parameter in
      guard glob.matches(path) else { return }
      // What is wired comes from outside of the network, and is replaced where it comes in.
      let owner = parameter.isWired ? parameter : parameter.root
      if seen.insert(ObjectIdentifier(owner)).inserted { found.append((path, owner)) }
    }
    guard !found.isEmpty else {
      let paths = learnables.map(\.path)
      throw LayerError(
        .notFound, context.path, "no learnable of its network is called \"\(pattern)\"",
        remedy: paths.isEmpty
          ? "Give it a layer that learns"
          : "Name one of \(paths.prefix(6).joined(separator: ", ")), or several by * and **")
    }
    for (path, parameter) in found {
      let value = context.value(of: parameter)
      try value.require("normalisation")
      guard value.rank > 1, value.count > 0 else {
        throw LayerError(
          .shape, context.path, "\"\(path)\" has shape \(value.shape), and is to be normalised",
          remedy: "Name weights of two axes or more, with elements")
      }
    }
    return found
  }
}
