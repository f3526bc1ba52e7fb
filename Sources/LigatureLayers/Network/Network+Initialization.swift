import LigatureTensors

extension Network {
  /// Whether any learnable in the network has no value yet.
  public var hasDeferred: Bool { graph.nodes.contains { LearnableTree.layer($0.entry).hasDeferred } }

  /// Gives learnables that have none their first values, by passing zeros of the declared input layouts
  /// through the network. Learnables with values keep them. Throws where layers and layouts do not fit,
  /// and where a layer leaves something deferred.
  public func initialize(seed: UInt64? = nil) throws {
    let inputs = try graph.inputs.map { input -> Tensor in
      guard let layout = input.layout else {
        throw LayerError(
          "", "the layout of input \"\(input.name)\" is not known",
          remedy: "Declare it, or give an example: initialize(for: [example])")
      }
      return try .zeros(layout.shape(), scalarType)
    }
    try initialize(for: inputs, seed: seed)
  }

  /// Gives learnables that have none their first values, by passing an example through the network. The
  /// batch may be small: only its shape, and whatever layers make of its values, matters.
  public func initialize(for examples: [Tensor], seed: UInt64? = nil) throws {
    if let seed { self.seed = seed }
    let start = self.seed
    let type = scalarType
    let usage = UsageCount()
    for pass in [
      Pass(.inference, seed: start, scalarType: type, initialization: Initialization()),
      Pass(.inference, seed: start, scalarType: type, usage: usage),
      Pass(.training, seed: start, scalarType: type),
    ] {
      _ = try run(examples, in: pass)
      if let (path, _) = learnables.first(where: { $0.parameter.isDeferred }).map({
        ($0.path, $0.parameter)
      }) {
        throw LayerError(
          path, "has no value although its layer was initialised",
          remedy: "Assign it in the layer's initialize(for:in:), or give it a value in init")
      }
    }
    state.withLock { state in
      var findings = state.findings ?? Findings()
      findings.uses = usage.paths
      state.findings = findings
    }
  }

  /// Initialises what is deferred, with a short piece of real data as the example.
  package func initializeIfNeeded(for inputs: [Tensor]) throws {
    guard hasDeferred || state.withLock({ $0.findings == nil }) else { return }
    let example = try inputs.map { input in
      input.rank > 0 ? try input.slice(0..<Swift.min(2, input.shape[0])) : input
    }
    try initialize(for: example.map(\.detached))
  }

  /// Runs the network as the root of a pass.
  func run(_ inputs: [Tensor], in pass: Pass) throws -> [Tensor] {
    let context = pass.rootContext()
    return try Frame.$current.withValue(context.frame) { try predict(inputs, in: context) }
  }
}

extension Network {
  /// Makes the network ready to run on data: input layers take their statistics, then deferred learnables get
  /// their first values.
  package func prepare(for inputs: [Tensor]) throws {
    let graph = graph
    for (input, tensor) in zip(graph.inputs, inputs) {
      guard let layer = graph.node(input.name)?.layer as? any InputLayer else { continue }
      try layer.fitStatistics(
        to: layer.layout.canonicalPermutation.map { try tensor.permuted($0) } ?? tensor)
    }
    try initializeIfNeeded(for: inputs)
  }
}
