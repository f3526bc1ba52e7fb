import LigatureTensors

/// Looks at a network without changing it: its layers, layouts, learnables, states and costs, and
/// everything wrong with it that can be found before real data comes. Never throws.
///
///     print(analyze(network))
///
/// Zeros of the declared input layouts go through the network (of the last example's layouts, for
/// an input without one) in inference and in training; every layer is tried whose inputs could be
/// computed. What is initialised on the way loses its values again. Where no layout is known, give
/// an example with ``analyze(_:example:)``. Do not initialise the network meanwhile. O(one
/// observation).
public func analyze(_ network: Network) -> NetworkAnalysis {
  let layouts = network.graph.inputs.compactMap { input in
    network.foundLayout(of: input.name).map { (name: input.name, layout: $0) }
  }
  return analyze(network, inputs: Set(layouts.map(\.name))) { batch in
    try layouts.map { _, layout in
      let type = layout.scalarType
      return try .zeros(
        layout.shape(batch: batch), type.isFloatingPoint ? network.scalarType : type)
    }
  }
}

/// Looks at a network as ``analyze(_:)`` does, with an example for each of its inputs.
public func analyze(_ network: Network, example: [Tensor]) -> NetworkAnalysis {
  analyze(network, inputs: Set(network.inputNames)) { batch in
    guard batch == 1 else { return example }
    return try zip(example, network.batchAxes(of: example)).map { tensor, axis in
      tensor.rank > axis && tensor.shape[axis] > 0 ? try tensor.slice(0..<1, axis: axis) : tensor
    }
  }
}

/// The analysis with examples of some of the inputs, of one observation and of more.
private func analyze(
  _ network: Network, inputs names: Set<String>, example: (_ batch: Int) throws -> [Tensor]
) -> NetworkAnalysis {
  let outline = Outline(network)
  let structural = outline.structuralProblems
  let unknown = network.unknownInputs(beside: names)
  let suspicions = outline.suspicions
  let untried = NetworkAnalysis(
    outline, problems: structural + unknown + suspicions, example: nil, isPerObservation: false)
  // Layers ask what they contain while they run, which has no end in these.
  guard !outline.isEndless, let several = try? example(2), let one = try? example(1) else {
    return untried
  }
  let snapshot = DeferralSnapshot(outline)
  defer { snapshot.restore() }
  var trial = Trial(network, inputs: names, known: structural)
  let read = trial.run(several)
  var problems = structural + unknown + trial.problems
  if let read {
    problems += network.unusedLearnables(beside: read)
    problems += network.branchesWithoutGradient(several, read)
  }
  problems += suspicions
  let isOne = trial.measure(one)
  if !isOne { _ = trial.measure(several) }
  let ran = network.state.withLock { $0.findings?.outputLayouts.isEmpty == false }
  return NetworkAnalysis(
    Outline(network), problems: problems,
    example: ran ? network.layouts(of: isOne ? one : several, trial.graph) : nil,
    isPerObservation: isOne && network.isOneObservation(one))
}

extension Network {
  /// What the network is made of, what it costs, and what is wrong with it: ``analyze(_:)``, for
  /// zeros of the declared input layouts. Found anew each time. O(one observation).
  public var analysis: NetworkAnalysis { analyze(self) }

  /// The inputs that feed something although nothing is known of them.
  fileprivate func unknownInputs(beside known: Set<String>) -> [NetworkProblem] {
    let fed = Set(graph.sources.values)
    let unknown = inputNames.filter { !known.contains($0) && fed.contains(.input($0)) }
    return unknown.map { name in
      NetworkProblem(
        .unknownInput, "",
        "the layout of input \"\(name)\" is not known, so what it feeds was not tried",
        remedy:
          "Declare it, with Network(input: Layout(...)) or addInput(\"\(name)\", Layout(...)), "
          + "or give an example: analyze(network, example: [...])")
    }
  }

  fileprivate func unusedLearnables(beside read: Set<ObjectIdentifier>) -> [NetworkProblem] {
    learnables.filter { !read.contains(ObjectIdentifier($0.parameter)) }.map {
      NetworkProblem(
        .unusedLearnable, $0.path,
        "no layer reads it, in prediction or in training, so it never learns",
        remedy: "Use it in predict(_:in:), or remove it")
    }
  }

  /// Whether every input has one observation.
  fileprivate func isOneObservation(_ inputs: [Tensor]) -> Bool {
    zip(inputs, batchAxes(of: inputs)).allSatisfy { $0.rank > $1 && $0.shape[$1] == 1 }
  }

  /// The layouts of an example, under the labels that are known.
  fileprivate func layouts(of inputs: [Tensor], _ graph: Graph) -> [Layout] {
    zip(inputs, graph.inputs).map { tensor, input in
      let known = foundLayout(of: input.name).flatMap { $0.rank == tensor.rank ? $0.labels : nil }
      return Layout(known ?? Layout.labels(rank: tensor.rank), of: tensor)
    }
  }
}
