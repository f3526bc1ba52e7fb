import LigatureTensors

extension Network {
  /// Whether any learnable in the network has no value yet.
  public var hasDeferred: Bool { graph.nodes.contains { $0.entry.hasDeferred } }

  /// Gives learnables that have none their first values, by passing zeros of the declared input
  /// layouts through the network. Learnables with values keep them. Throws where layers and layouts
  /// do not fit, and where a layer leaves something deferred.
  public func initialize(seed: UInt64? = nil) throws {
    let inputs = try graph.inputs.map { input -> Tensor in
      try input.layout?.requireSound(at: input.name)
      guard let layout = input.layout else {
        throw LayerError(
          .unknownInput, "", "the layout of input \"\(input.name)\" is not known",
          remedy: "Declare it, with Network(input: Layout(...)) or addInput(\"\(input.name)\", "
            + "Layout(...)), or give an example: initialize(for: [example])")
      }
      // Numbers are of the network's type; indices stay indices.
      let type = layout.scalarType.isFloatingPoint ? scalarType : layout.scalarType
      return try .zeros(layout.shape(), type)
    }
    try initialize(for: inputs, seed: seed)
  }

  /// Gives learnables that have none their first values, by passing an example through the network.
  /// The batch may be small: only its shape, and whatever layers make of its values, matters.
  public func initialize(for examples: [Tensor], seed: UInt64? = nil) throws {
    _ = try initialize(for: examples, seed, isStrict: false)
  }

  /// The same, with the outputs of the first prediction, which gives learnables their values. A
  /// layer whose `initialize` leaves a learnable without one does not run.
  package func initializeAndPredict(
    for examples: [Tensor], seed: UInt64? = nil
  ) throws -> [Tensor] {
    try initialize(for: examples, seed, isStrict: true)
  }

  private func initialize(
    for examples: [Tensor], _ seed: UInt64?, isStrict: Bool
  ) throws -> [Tensor] {
    initializing.lock()
    defer { initializing.unlock() }
    if let seed { self.seed = seed }
    let start = self.seed
    let type = scalarType
    let usage = UsageCount()
    // After what has values: a layer added later does not begin with the numbers of an earlier one.
    let initialization = Initialization(
      after: parameters.count { !$0.isDeferred }, isStrict: isStrict)
    func pass(_ phase: Phase, _ initialization: Initialization? = nil, _ usage: UsageCount? = nil)
      throws -> [Tensor]
    {
      let pass = Pass(
        phase, seed: start, scalarType: type, initialization: initialization,
        observers: usage.map { [$0] } ?? [])
      return try run(examples, in: pass)
    }
    let outputs = try pass(.inference, initialization)
    // Layers that only training calls get their values here.
    if hasDeferred { _ = try pass(.training, initialization) }
    if let left = learnables.first(where: { $0.parameter.isDeferred }) {
      throw LayerError(
        .uninitialized, left.path, "has no value although its layer was initialised",
        remedy: "Assign it in the layer's initialize(for:in:), or give it a value in init")
    }
    _ = try pass(.training)
    _ = try pass(.inference, nil, usage)
    try requireOwnReadings(usage.readings)
    warnOfUntakenLearnables()
    noteUses(usage)
    return outputs
  }

  /// Initialises what is deferred, with a short piece of real data as the example.
  package func initializeIfNeeded(for inputs: [Tensor]) throws {
    initializing.lock()
    defer { initializing.unlock() }
    guard hasDeferred || uses == nil else { return }
    // Refused here, so that errors name what the caller gave and not the piece of it.
    _ = try schedule()
    _ = try entered(inputs, graph)
    let axes = batchAxes(of: inputs)
    let example = try zip(inputs, axes).map { input, axis -> Tensor in
      guard input.rank > axis else { return input }
      if input.shape[axis] > 0 {
        return try input.slice(0..<Swift.min(2, input.shape[axis]), axis: axis)
      }
      var shape = input.shape
      shape[axis] = 2
      return try .zeros(shape, input.scalarType)
    }
    try initialize(for: example.map(\.detached))
  }

  /// The axis of each input that observations lie along: the first, unless its layout says
  /// otherwise.
  func batchAxes(of inputs: [Tensor]) -> [Int] {
    let layouts = graph.inputs.map(\.layout)
    return inputs.indices.map { index in
      layouts.indices.contains(index) ? layouts[index]?.axes.firstIndex(of: .batch) ?? 0 : 0
    }
  }

  /// The names of the inputs, with their layouts where these are declared.
  package var declaredInputs: [(name: String, layout: Layout?)] {
    graph.inputs.map { ($0.name, $0.layout) }
  }

  /// Runs the network as the root of a pass.
  func run(_ inputs: [Tensor], in pass: Pass) throws -> [Tensor] {
    let context = pass.rootContext()
    return try Frame.$current.withValue(context.frame) { try predict(inputs, in: context) }
  }
}

extension Network {
  /// Makes the network ready to run on data: input layers take their statistics, padding left out,
  /// then deferred learnables get their first values.
  package func prepare(for inputs: [Tensor], sequenceLengths: [[Int]?] = []) throws {
    let graph = graph
    for (place, (input, tensor)) in zip(graph.inputs, inputs).enumerated() {
      guard let layer = graph.node(input.name)?.layer as? any InputLayer else { continue }
      let layout = input.layout ?? layer.layout
      let data =
        try layout.rank == tensor.rank
        ? layout.canonicalPermutation.map { try tensor.permuted($0) } ?? tensor : tensor
      let lengths = sequenceLengths.indices.contains(place) ? sequenceLengths[place] : nil
      try layer.fitStatistics(to: lengths.map { try data.steps(within: $0) } ?? data)
    }
    try initializeIfNeeded(for: inputs)
  }
}
