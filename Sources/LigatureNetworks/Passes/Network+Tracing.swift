import LigatureTensors

extension Network {
  /// The operations of a prediction on inputs like `examples`, as a list of values: learnables by
  /// the paths of their owners, so that a tied one is seen at each of its uses. Running the trace
  /// gives the same bits as predicting, for inputs of these shapes. Costs one prediction. Throws
  /// where a layer reads numbers out of tensors, naming it.
  public func trace(
    for examples: [Tensor], sequenceLengths: [Int]? = nil
  ) throws -> Trace {
    try trace(examples, sequenceLengths.map { .same($0) })
  }

  /// The operations of a prediction on inputs that are padded each in its own way.
  public func trace(for examples: [Tensor], sequenceLengths: [[Int]?]) throws -> Trace {
    try trace(examples, .given(sequenceLengths))
  }

  private func trace(_ examples: [Tensor], _ lengths: SequenceLengths?) throws -> Trace {
    try initializeIfNeeded(for: examples)
    let names = inputNames
    let inputs = examples.enumerated().map { number, example in
      (names.indices.contains(number) ? names[number] : "\(number)", example)
    }
    let paths = Dictionary(
      learnables.map { (ObjectIdentifier($0.parameter), $0.path) }, uniquingKeysWith: { a, _ in a })
    return try Trace(inputs) { tape, leaves in
      let pass = Pass(
        .inference, scalarType: scalarType, tape: tape, readsFrozen: true,
        lengths: lengths)
      let context = pass.rootContext(root: self)
      let outputs = try Frame.$current.withValue(context.frame) { try self(leaves, in: context) }
      let variables = pass.takeLeaves().enumerated().map { number, leaf in
        (paths[ObjectIdentifier(leaf.parameter)] ?? "learnable \(number)", leaf.tensor)
      }
      return (outputs, variables)
    }
  }

  /// The operations of a prediction on inputs of these layouts, whose sizes must be known; a batch
  /// size that is not is 1. Costs one prediction.
  public func trace(for layouts: [Layout], sequenceLengths: [Int]? = nil) throws -> Trace {
    try trace(
      for: layouts.map { layout in
        try layout.requireSound(at: "")
        let sizes = try zip(layout.axes, layout.sizes).map { axis, size in
          guard let size = size ?? (axis == .batch ? 1 : nil) else {
            throw LayerError(
              .shape, "", "a trace needs sizes, and \(layout) does not say them all",
              remedy: "Give a layout with a size for each axis but the batch")
          }
          return size
        }
        return try Tensor.zeros(sizes, scalarType)
      }, sequenceLengths: sequenceLengths)
  }
}
