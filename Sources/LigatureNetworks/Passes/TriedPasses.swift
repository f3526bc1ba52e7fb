import LigatureTensors

/// A part of a mini-batch, which has a pass of its own.
package struct BatchPart {
  /// The steps of each input that count; empty where nothing is padded.
  package let sequenceLengths: [[Int]?]
  /// Which observations of the mini-batch it has; nil where it has all of them.
  package let observations: ObservationRange?
  /// What layers with memory begin with, where it is a piece of longer sequences.
  package let carried: NetworkState?

  /// A part with some of the observations, or a piece of them.
  package init(
    sequenceLengths: [[Int]?], observations: ObservationRange? = nil, carrying: NetworkState? = nil
  ) {
    self.sequenceLengths = sequenceLengths
    self.observations = observations
    carried = carrying
  }
}

/// A mini-batch that a network has run over as in training, and whose states are not stored yet:
/// what throws before ``keepStates()`` leaves them as they were.
package struct TriedPasses {
  /// The gradients of the weighted mean of the parts' losses.
  package let gradients: Gradients
  /// Whether a pass behind this one is of another function, even with the same learnables: a layer
  /// drew random numbers, or wrote a state.
  package let isOnce: Bool
  private let passes: [Pass]

  /// Runs over the parts, a pass each: `body` is told which, and returns a loss and its weight.
  ///
  /// Random numbers are those that one pass over all parts would draw, and states go on from part
  /// to part.
  package init(
    of network: Network, seed: UInt64, iteration: Int, parts: [BatchPart],
    _ body: (Int, Context) throws -> (loss: Tensor, weight: Double)
  ) throws {
    var passes: [Pass] = []
    var sum: Gradients?
    var total = 0.0
    for (number, part) in parts.enumerated() {
      var weight = 0.0
      let recorded = try RecordedPass(
        [network], through: [], seed, iteration, .given(part.sequenceLengths),
        observations: part.observations,
        beginningWith: passes.last?.carriedState ?? NetworkState(), carrying: part.carried
      ) { context in
        let measured = try body(number, context)
        weight = measured.weight
        return measured.loss
      }
      passes.append(recorded.pass)
      guard parts.count > 1 else {
        sum = recorded.gradients
        break
      }
      total += weight
      // What has no weight does not count, even where it is NaN.
      let share = weight > 0 ? try recorded.gradients.scaled(by: weight) : nil
      if let share { sum = try sum.map { try $0 + share } ?? share }
    }
    if parts.count > 1, total > 0 { sum = try sum?.scaled(by: 1 / total) }
    gradients = sum ?? Gradients()
    isOnce = passes.contains { $0.drewNumbers || $0.wroteStates }
    self.passes = passes
  }

  /// What layers with memory begin the next piece with.
  package var carriedState: NetworkState { passes.last?.carriedState ?? NetworkState() }

  /// Stores what layers wrote into their states.
  package func keepStates() {
    for pass in passes { pass.commitStates() }
  }
}
