import LigatureTensors

/// How many steps of padded sequences count.
///
/// Each input of a layer has lengths of its own. What a layer returns with an input's batch and
/// time has that input's lengths, and anything else has none; a layer for which that is not so says
/// what is, by ``setOutputLengths(_:)``.
extension Context {
  /// Time steps of each observation of `x` that count, where later ones are padding; nil where all
  /// do.
  ///
  /// `x` is an input of the running layer, or was computed from its inputs and has their time.
  /// Throws where it was computed from sequences of different lengths.
  public func lengths(of x: Tensor) throws -> [Int]? {
    try lengths.flatMap { try $0.lengths(of: x, at: path) }
  }

  /// The context for calls on sequences of these lengths: all that come in, or none where it is
  /// nil. For layers that change the number of time steps.
  public func counting(_ lengths: [Int]?) -> Context {
    Context(frame: frame, lengths: lengths.map { .same($0) })
  }

  /// The context for calls on inputs with these lengths, in their order; nil for what is not
  /// padded.
  public func counting(each lengths: [[Int]?]) -> Context {
    Context(frame: frame, lengths: .given(lengths))
  }

  /// Says of which lengths the outputs of the running layer are, in the order of its ports; nil for
  /// one that is not padded. Needed where a layer changes the number of time steps, or has
  /// sequences of different lengths. Does nothing where no input is padded.
  public func setOutputLengths(_ lengths: [[Int]?]) {
    if self.lengths != nil { frame.outputLengths = lengths }
  }

  /// Says that each output has the lengths of the sequence at its place, if it has its batch and
  /// time, and none otherwise. Throws where the lengths of a sequence are not known.
  public func setOutputLengths(of outputs: [Tensor], as sequences: [Tensor]) throws {
    guard lengths != nil, outputs.count == sequences.count else { return }
    setOutputLengths(
      try zip(outputs, sequences).map { output, sequence in
        output.rank > 2 && output.shape.prefix(2) == sequence.shape.prefix(2)
          ? try lengths(of: sequence) : nil
      })
  }

  /// Throws where a layer would change the number of time steps of padded sequences: whatever comes
  /// after it could not know which of them count.
  package func refusePadding(of x: Tensor, along axis: Int) throws {
    guard lengths != nil, x.rank > 2, axis == 1 || axis == 1 - x.rank, try lengths(of: x) != nil
    else { return }
    throw LayerError(
      .padding, path,
      "works along time, and the sequences are padded: lengths would not be known after it",
      remedy:
        "Cut or join sequences before they are padded, or do it in a layer of your own that says "
        + "what lengths come out: context.setOutputLengths(_:)")
  }

  /// The lengths of each of the running layer's inputs.
  func inputLengths(_ count: Int) -> [[Int]?] {
    switch lengths {
    case .inputs(_, let lists) where lists.count == count: lists
    case .each(let lists) where lists.count == count: lists
    default: [[Int]?](repeating: nil, count: count)
    }
  }
}
