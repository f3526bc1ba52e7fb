import LigatureTensors

extension Network {
  /// Runs `body` as an inference pass: nothing is recorded, and no state is changed.
  public func inference<Result>(
    seed: UInt64 = 0, sequenceLengths: [Int]? = nil, _ body: (Context) throws -> Result
  ) throws -> Result {
    try inference(seed: seed, sequenceLengths.map { .same($0) }, body)
  }

  /// Runs `body` as an inference pass over padded sequences whose lengths differ from input to
  /// input: one entry for each, in order, nil for one that is not padded.
  public func inference<Result>(
    seed: UInt64 = 0, sequenceLengths: [[Int]?], _ body: (Context) throws -> Result
  ) throws -> Result {
    try inference(seed: seed, .given(sequenceLengths), body)
  }

  /// Runs `body` as an inference pass over some of a whole's observations.
  package func inference<Result>(
    seed: UInt64 = 0, sequenceLengths: [[Int]?], observations: ObservationRange,
    _ body: (Context) throws -> Result
  ) throws -> Result {
    try inference(seed: seed, .given(sequenceLengths), over: observations, body)
  }

  private func inference<Result>(
    seed: UInt64 = 0, _ lengths: SequenceLengths?, over observations: ObservationRange? = nil,
    seenBy observers: [any PassObserver] = [], _ body: (Context) throws -> Result
  ) throws -> Result {
    let pass = Pass(
      .inference, seed: seed, scalarType: scalarType, observers: observers, lengths: lengths,
      observations: observations)
    let context = pass.rootContext(root: self)
    return try Frame.$current.withValue(context.frame) { try body(context) }
  }

  /// The output for one input tensor, batch by batch: `[observations, ...]`. Memory beyond input
  /// and output is that of one batch. Throws where the input does not fit, and for a network of
  /// several outputs.
  ///
  /// Layers that draw random numbers give the same for the same `seed`, whatever the batch size:
  /// give another one for another sample.
  public func predict(
    _ input: Tensor, batchSize: Int = 128, seed: UInt64 = 0, sequenceLengths: [Int]? = nil
  ) throws -> Tensor {
    let outputs = try predict(
      [input], batchSize: batchSize, seed: seed, sequenceLengths: sequenceLengths)
    return try outputs.single(at: "", remedy: "Call predict with a list: predict([x])")
  }

  /// The outputs for a list of inputs, batch by batch. `sequenceLengths` says how many time steps
  /// of each observation count, in every input that is a sequence, where later ones are padding.
  /// Throws inside a layer or its own
  /// training pass, where it would begin a pass of its own and so cut the gradient.
  public func predict(
    _ inputs: [Tensor], batchSize: Int = 128, seed: UInt64 = 0, sequenceLengths: [Int]? = nil
  ) throws -> [Tensor] {
    try predict(inputs, batchSize, seed, sequenceLengths.map { .same($0) })
  }

  /// The outputs for a list of inputs that are padded each in its own way: `sequenceLengths` has an
  /// entry for each, in order, nil for one that is not padded.
  ///
  ///     try network.predict([words, sounds], sequenceLengths: [[3, 7], [40, 95]])
  public func predict(
    _ inputs: [Tensor], batchSize: Int = 128, seed: UInt64 = 0, sequenceLengths: [[Int]?]
  ) throws -> [Tensor] {
    guard sequenceLengths.count == inputs.count else {
      throw LayerError(
        .padding, "",
        "was given lengths of \(counted(sequenceLengths.count, "sequence")) for "
          + counted(inputs.count, "input"),
        remedy: "Give a list for each input, nil for one that is not padded")
    }
    return try predict(inputs, batchSize, seed, .given(sequenceLengths))
  }

  /// The outputs, or those of layers within, batch by batch.
  func predict(
    _ inputs: [Tensor], _ batchSize: Int, _ seed: UInt64, _ lengths: SequenceLengths?,
    tapping taps: HiddenOutputs? = nil
  ) throws -> [Tensor] {
    try refuseInsidePass()
    try initializeIfNeeded(for: inputs)
    guard batchSize > 0 else {
      throw LayerError(
        .setting, "", "batch size \(batchSize) is not positive", remedy: "Give 1 or more")
    }
    let (axes, count) = try observations(in: inputs)
    try lengths?.requireObservations(count)
    func outputs(
      _ batch: [Tensor], _ lengths: SequenceLengths?, _ range: Range<Int>
    ) throws -> [Tensor] {
      let observers = taps.map { [$0] } ?? []
      return try inference(
        seed: seed, lengths, over: ObservationRange(range, of: count), seenBy: observers
      ) { context in
        let outputs = try self(batch, in: context)
        return try taps?.take(in: self) ?? outputs
      }
    }
    if count <= batchSize { return try outputs(inputs, lengths, 0..<count) }
    var parts: [[Tensor]] = []
    for start in stride(from: 0, to: count, by: batchSize) {
      let range = start..<Swift.min(count, start + batchSize)
      parts.append(
        try outputs(
          zip(inputs, axes).map { try $0.slice(range, axis: $1) },
          lengths?.slice(range), range))
      try taps?.require(parts[parts.count - 1], of: range.count)
    }
    return try parts[0].indices.map { number in
      try concatenate(parts.map { $0[number] }, axis: 0)
    }
  }

  /// The outputs for the next piece of a stream: layers with memory begin with what `state` holds,
  /// where an empty one means their stored state, and leave in it what they remember then. The
  /// network itself is not changed, so several callers may each have a stream of their own. Throws
  /// for the state of another network.
  ///
  ///     var state = NetworkState()
  ///     for piece in pieces { print(try network.predict(piece, state: &state)) }
  ///
  /// Layers that draw random numbers draw others for each piece.
  public func predict(
    _ inputs: [Tensor], state: inout NetworkState, seed: UInt64 = 0, sequenceLengths: [Int]? = nil
  ) throws -> [Tensor] {
    try predict(inputs, &state, seed, sequenceLengths.map { .same($0) })
  }

  /// The outputs for the next piece of streams that are padded each in its own way.
  public func predict(
    _ inputs: [Tensor], state: inout NetworkState, seed: UInt64 = 0, sequenceLengths: [[Int]?]
  ) throws -> [Tensor] {
    try predict(inputs, &state, seed, .given(sequenceLengths))
  }

  private func predict(
    _ inputs: [Tensor], _ state: inout NetworkState, _ seed: UInt64, _ lengths: SequenceLengths?
  ) throws -> [Tensor] {
    try refuseInsidePass()
    try require(state)
    try initializeIfNeeded(for: inputs)
    _ = try observations(in: inputs)
    let pass = Pass(
      .inference, seed: seed, iteration: state.pieces, scalarType: scalarType, lengths: lengths,
      carrying: state)
    let context = pass.rootContext(root: self)
    let outputs = try Frame.$current.withValue(context.frame) { try self(inputs, in: context) }
    let carried = pass.carriedState
    state = NetworkState(values: carried.values, pieces: carried.pieces, of: self)
    return outputs
  }

  /// Throws for what the layers of another network remember, or layers that are gone.
  private func require(_ state: NetworkState) throws {
    guard let owner = state.owner else { return }
    var own: Set<ObjectIdentifier> = []
    visitStates { _, slot in own.insert(ObjectIdentifier(slot)) }
    let isOwn = owner === self
    guard isOwn, state.values.keys.allSatisfy({ own.contains($0.slot) }) else {
      throw LayerError(
        .setting, "",
        isOwn
          ? "the state is that of layers which are not in the network any more"
          : "the state is that of another network",
        remedy: "Begin with NetworkState(), and keep one for each network and stream")
    }
  }

  /// The output for the next piece of a stream.
  public func predict(
    _ input: Tensor, state: inout NetworkState, seed: UInt64 = 0, sequenceLengths: [Int]? = nil
  ) throws -> Tensor {
    let outputs = try predict([input], state: &state, seed: seed, sequenceLengths: sequenceLengths)
    return try outputs.single(
      at: "", remedy: "Call predict with a list: predict([x], state: &state)")
  }

  /// Throws inside a layer or this network's own training pass.
  private func refuseInsidePass() throws {
    if let frame = Frame.current, !frame.isRoot || frame.records(self) {
      throw LayerError(
        .pass, frame.path, "called predict(_:) of a network, which begins a pass of its own",
        remedy: "Call the network as a function, within this pass: network(x, in: context)")
    }
  }

  /// The axes that observations lie along, and how many there are. Throws where inputs differ.
  private func observations(in inputs: [Tensor]) throws -> (axes: [Int], count: Int) {
    let axes = batchAxes(of: inputs)
    let counts = zip(inputs, axes).map { $0.rank > $1 ? $0.shape[$1] : 1 }
    let count = counts.first ?? 1
    guard counts.allSatisfy({ $0 == count }) else {
      throw LayerError(
        .shape, "", "inputs hold \(counts) observations",
        remedy: "Give the same number of observations for each input")
    }
    return (axes, count)
  }
}
