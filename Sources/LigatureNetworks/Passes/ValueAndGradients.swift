import LigatureTensors

/// Runs `body` as a training pass and differentiates the number it returns with respect to every
/// parameter that is read in it and not frozen.
///
///     let (loss, gradients) = try valueAndGradients(of: network, iteration: step) { context in
///       try meanSquaredError(network(x, in: context), targets)
///     }
///
/// States that layers wrote are stored when the pass succeeds. Throws what `body` throws; the pass
/// is then dropped whole. Within a pass around it, value and gradients are parts of that.
public func valueAndGradients(
  of network: Network, seed: UInt64 = 0, iteration: Int = 0, sequenceLengths: [Int]? = nil,
  _ body: (Context) throws -> Tensor
) throws -> (value: Tensor, gradients: Gradients) {
  let lengths = sequenceLengths.map { SequenceLengths.same($0) }
  let (value, gradients, pass) = try recorded(network, seed, iteration, lengths, body)
  pass.commitStates()
  return (value, gradients)
}

/// Value and gradients of a pass over padded sequences whose lengths differ from input to input: an
/// entry for each input of the network, in order, nil for one that is not padded.
public func valueAndGradients(
  of network: Network, seed: UInt64 = 0, iteration: Int = 0, sequenceLengths: [[Int]?],
  _ body: (Context) throws -> Tensor
) throws -> (value: Tensor, gradients: Gradients) {
  let (value, gradients, pass) = try recorded(
    network, seed, iteration, .given(sequenceLengths), body)
  pass.commitStates()
  return (value, gradients)
}

/// As ``valueAndGradients(of:seed:iteration:sequenceLengths:_:)``, and takes a step along the
/// gradients before states are stored: what throws in `step` leaves them as they were.
package func withGradients(
  of network: Network, seed: UInt64, iteration: Int, sequenceLengths: [[Int]?],
  _ body: (Context) throws -> Tensor, step: (Gradients) throws -> Void
) throws {
  let (_, gradients, pass) = try recorded(
    network, seed, iteration, .given(sequenceLengths), body)
  try step(gradients)
  pass.commitStates()
}

/// A pass that has been played back, and has not stored its states. It holds none of the network's
/// values any more, so that they can be changed in place.
private func recorded(
  _ network: Network, _ seed: UInt64, _ iteration: Int, _ lengths: SequenceLengths?,
  _ body: (Context) throws -> Tensor
) throws -> (value: Tensor, gradients: Gradients, pass: Pass) {
  let tape = TapeHandle()
  let recorder = tape.tape
  let pass = Pass(
    .training, seed: seed, iteration: iteration, scalarType: network.scalarType, tape: tape.tape,
    lengths: lengths)
  let context = pass.rootContext(root: network)
  let value = try Frame.$current.withValue(context.frame) { try body(context) }
  guard value.node?.on(tape.tape) != nil || network.parameters.allSatisfy(\.isFrozen) else {
    throw LayerError(
      .pass, "", "the value does not depend on this pass, so there is nothing to learn from",
      remedy: "Compute it from network(x, in: context), with the context given to the closure")
  }
  let leaves = pass.takeLeaves()
  let gradients = try tape.gradients(of: value, for: leaves.map(\.tensor))
  return (
    value.detached(from: recorder), Gradients(leaves, gradients, of: network), pass
  )
}

/// The gradients of each observation's own loss, one after another, in the order of the
/// observations along the first axis: what clipping by observation, influence and variance of
/// gradients are computed from.
///
///     let all = try perObservationGradients(of: network, at: [x, t]) { tensors, context in
///       try meanSquaredError(network(tensors[0], in: context), tensors[1])
///     }
///
/// `body` sees one observation at a time, its axis kept at size 1; states it writes are stored as
/// in a pass over it alone. Costs a pass an observation.
public func perObservationGradients(
  of network: Network, at tensors: [Tensor], seed: UInt64 = 0, iteration: Int = 0,
  sequenceLengths: [Int]? = nil, _ body: ([Tensor], Context) throws -> Tensor
) throws -> [Gradients] {
  let count = tensors.first?.shape.first ?? 0
  guard tensors.allSatisfy({ $0.shape.first == count }),
    sequenceLengths.map({ $0.count == count }) ?? true
  else {
    throw LayerError(
      .shape, "",
      "tensors of shapes \(tensors.map(\.shape)) hold different numbers of observations",
      remedy: "Give tensors, and lengths, of one number of observations along the first axis")
  }
  return try (0..<count).map { number in
    try valueAndGradients(
      of: network, seed: seed, iteration: iteration,
      sequenceLengths: sequenceLengths.map { [$0[number]] }
    ) { context in
      try body(tensors.map { try $0.slice(number..<(number + 1)) }, context)
    }.gradients
  }
}
