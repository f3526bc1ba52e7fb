import LigatureTensors

extension TrainingData {
  /// Sequences `[time, ...]` of any lengths, with one target for each.
  ///
  /// Batches are padded to the longest of theirs, and the network is told the lengths.
  public init(sequences: [Tensor], targets: Tensor) throws {
    try self.init(sequences: [sequences], targets: [targets])
  }

  /// Sequences `[time, ...]` of any lengths, with a target for each of their steps: `[time, ...]`
  /// of the same lengths.
  ///
  /// Losses and metrics are given the steps that count, concatenated: `[steps, ...]`. So a
  /// loss is the mean over steps, and padding is no part of it.
  public init(sequences: [Tensor], targetSequences: [Tensor]) throws {
    let (batch, lengths) = try padded(sequences)
    let (targets, targetLengths) = try padded(targetSequences)
    guard lengths == targetLengths else {
      throw TensorError(
        "TrainingData",
        "sequences have lengths \(lengths.prefix(8)), their targets "
          + "\(targetLengths.prefix(8))",
        remedy: "Give a target for each step of each sequence")
    }
    try self.init(
      inputs: [batch], targets: [targets], sequenceLengths: lengths, targetsAreSequences: true)
  }

  /// Several sequences for each observation, one list of `[time, ...]` for each input of the
  /// network, whose lengths need not agree; and one target for each observation and output.
  public init(sequences: [[Tensor]], targets: [Tensor]) throws {
    let padded = try sequences.map { try LigatureTraining.padded($0) }
    try self.init(
      inputs: padded.map(\.batch), targets: targets, inputLengths: padded.map(\.lengths))
  }

  /// Several sequences for each observation, and for each output of the network a target for each
  /// step that it returns.
  ///
  /// Losses and metrics are given the steps of each output that count, concatenated.
  public init(sequences: [[Tensor]], targetSequences: [[Tensor]]) throws {
    let inputs = try sequences.map { try padded($0) }
    let targets = try targetSequences.map { try padded($0) }
    try self.init(
      inputs: inputs.map(\.batch), targets: targets.map(\.batch),
      inputLengths: inputs.map(\.lengths), targetLengths: targets.map(\.lengths))
  }

  /// Of padded sequences, how many steps of each count, where that is the same for all inputs; nil
  /// for other data.
  public var sequenceLengths: [Int]? {
    guard let first = inputLengths.first ?? nil, inputLengths.allSatisfy({ $0 == first }) else {
      return nil
    }
    return first
  }

  /// Whether there is a target for each step of a sequence.
  public var targetsAreSequences: Bool { targetLengths.contains { $0 != nil } }

  /// Of each observation, the steps of its longest sequence; nil where nothing is padded.
  var longestLengths: [Int]? {
    let lists = inputLengths.compactMap { $0 }
    guard let first = lists.first else { return nil }
    return first.indices.map { number in lists.map { $0[number] }.max() ?? 0 }
  }

  /// Throws unless sequences have the lengths they are said to have.
  func validateSequences(_ least: Int) throws {
    guard inputLengths.count == inputs.count, targetLengths.count == targets.count else {
      throw TensorError(
        "TrainingData",
        "\(counted(inputs.count, "input")) and \(counted(targets.count, "target")) came with "
          + "lengths of \(inputLengths.count) and of \(targetLengths.count)",
        remedy: "Give an entry for each, nil for one that is not padded")
    }
    var sequences: [(shape: [Int], time: Int, lengths: [Int])] = []
    for (place, lengths) in inputLengths.enumerated() {
      guard let lengths else { continue }
      let (shape, axis) = (inputs[place].shape, timeAxis(place))
      sequences.append((shape, shape.count > axis ? shape[axis] : 0, lengths))
    }
    for (target, lengths) in zip(targets, targetLengths) {
      guard let lengths else { continue }
      sequences.append((target.shape, target.rank > 1 ? target.shape[1] : 0, lengths))
    }
    let count = count
    let wrong = sequences.first { sequence in
      sequence.shape.count < 2 || sequence.lengths.count != count
        || !sequence.lengths.allSatisfy { (least...max(1, sequence.time)).contains($0) }
    }
    guard let wrong else { return }
    throw TensorError(
      "TrainingData",
      "sequences of shapes \(sequences.map(\.shape)) do not have lengths "
        + "\(wrong.lengths.prefix(8))",
      remedy: "Give [batch, time, ...] of one time, and a length of 1...time for each")
  }

  /// The same data without steps that are padding in all observations.
  func trimmed() throws -> TrainingData {
    func trimmed(_ tensor: Tensor, _ lengths: [Int]?, _ axis: Int) throws -> Tensor {
      guard let longest = lengths?.max(), longest < tensor.shape[axis] else { return tensor }
      return try tensor.slice(0..<longest, axis: axis)
    }
    guard !stepsComeLast, longestLengths != nil || targetsAreSequences else { return self }
    return try TrainingData(
      inputs: inputs.enumerated().map { try trimmed($1, inputLengths[$0], timeAxis($0)) },
      targets: targets.enumerated().map { try trimmed($1, targetLengths[$0], 1) },
      isReconstruction: isReconstruction, inputLayouts: inputLayouts, inputLengths: inputLengths,
      targetLengths: targetLengths)
  }

  /// What losses and metrics compare, and of how many observations, or steps, that is the mean.
  func compared(
    _ outputs: [Tensor]
  ) throws -> (outputs: [Tensor], targets: [Tensor], weight: Double) {
    guard targetsAreSequences else { return (outputs, targets, Double(count)) }
    // Another number of outputs than targets is the loss's to refuse.
    func counted(_ tensors: [Tensor]) throws -> [Tensor] {
      try tensors.enumerated().map { place, tensor in
        let lengths = targetLengths.indices.contains(place) ? targetLengths[place] : nil
        return try lengths.map {
          try stepsComeLast ? tensor.lastSteps($0) : tensor.steps(within: $0)
        } ?? tensor
      }
    }
    let steps = targetLengths.map { $0?.reduce(0, +) ?? count }.reduce(0, +)
    return (
      try counted(outputs), try counted(targets), Double(steps) / Double(max(1, targets.count))
    )
  }
}
