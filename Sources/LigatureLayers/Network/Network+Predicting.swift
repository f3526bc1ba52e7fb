import LigatureTensors

extension Network {
  /// Runs `body` as an inference pass: nothing is recorded, and no state is changed.
  public func inference<Result>(
    seed: UInt64 = 0, _ body: (Context) throws -> Result
  ) throws -> Result {
    let context = Pass(.inference, seed: seed, scalarType: scalarType).rootContext(root: self)
    return try Frame.$current.withValue(context.frame) { try body(context) }
  }

  /// The output for one input tensor, batch by batch: `[observations, ...]`. Memory beyond input
  /// and output is that of one batch. Throws where the input does not fit, and for a network of
  /// several outputs.
  public func predict(_ input: Tensor, batchSize: Int = 128) throws -> Tensor {
    let outputs = try predict([input], batchSize: batchSize)
    guard outputs.count == 1 else {
      throw LayerError(
        "", "the network has \(counted(outputs.count, "output")), and one was asked for",
        remedy: "Call predict with a list: predict([x])")
    }
    return outputs[0]
  }

  /// The outputs for a list of inputs, batch by batch. Throws inside a layer or its own training
  /// pass, where it would begin a pass of its own and so cut the gradient.
  public func predict(_ inputs: [Tensor], batchSize: Int = 128) throws -> [Tensor] {
    if let frame = Frame.current, frame.entry != nil || frame.records(self) {
      throw LayerError(
        frame.path, "called predict(_:) of a network, which begins a pass of its own",
        remedy: "Call the network as a function, within this pass: network(x, in: context)")
    }
    try initializeIfNeeded(for: inputs)
    guard batchSize > 0 else {
      throw LayerError("", "batch size \(batchSize) is not positive", remedy: "Give 1 or more")
    }
    let axes = batchAxes(of: inputs)
    let counts = zip(inputs, axes).map { $0.rank > $1 ? $0.shape[$1] : 1 }
    let count = counts.first ?? 1
    guard counts.allSatisfy({ $0 == count }) else {
      throw LayerError(
        "", "inputs hold \(counts) observations",
        remedy: "Give the same number of observations for each input")
    }
    func outputs(_ batch: [Tensor]) throws -> [Tensor] {
      try inference { context in try self(batch, in: context) }
    }
    if count <= batchSize { return try outputs(inputs) }
    var parts: [[Tensor]] = []
    for start in stride(from: 0, to: count, by: batchSize) {
      let range = start..<Swift.min(count, start + batchSize)
      parts.append(try outputs(zip(inputs, axes).map { try $0.slice(range, axis: $1) }))
    }
    return try parts[0].indices.map { number in
      try concatenate(parts.map { $0[number] }, axis: 0)
    }
  }
}
