import LigatureTensors

/// Runs `body` as a training pass and differentiates the number it returns with respect to every
/// parameter that is read in it and not frozen.
///
///     let (loss, gradients) = try valueAndGradients(of: network, iteration: step) { context in
///       try meanSquaredError(network(x, in: context), targets)
///     }
///
/// States that layers wrote are stored when the pass succeeds. Throws what `body` throws; the pass
/// is then dropped whole.
public func valueAndGradients(
  of network: Network, seed: UInt64 = 0, iteration: Int = 0, sequenceLengths: [Int]? = nil,
  _ body: (Context) throws -> Tensor
) throws -> (value: Tensor, gradients: Gradients) {
  let (value, gradients, pass) = try recorded(network, seed, iteration, sequenceLengths, body)
  pass.commitStates()
  return (value, gradients)
}

/// As ``valueAndGradients(of:seed:iteration:sequenceLengths:_:)``, and takes a step along the
/// gradients before states are stored: what throws in `step` leaves them as they were.
package func withGradients(
  of network: Network, seed: UInt64, iteration: Int, sequenceLengths: [Int]?,
  _ body: (Context) throws -> Tensor, step: (Gradients) throws -> Void
) throws {
  let (_, gradients, pass) = try recorded(network, seed, iteration, sequenceLengths, body)
  try step(gradients)
  pass.commitStates()
}

/// A pass that has been played back, and has not stored its states. It holds none of the network's
/// values any more, so that they can be changed in place.
private func recorded(
  _ network: Network, _ seed: UInt64, _ iteration: Int, _ sequenceLengths: [Int]?,
  _ body: (Context) throws -> Tensor
) throws -> (value: Tensor, gradients: Gradients, pass: Pass) {
  let tape = TapeHandle()
  let pass = Pass(
    .training, seed: seed, iteration: iteration, scalarType: network.scalarType, tape: tape.tape,
    sequenceLengths: sequenceLengths)
  let context = pass.rootContext(root: network)
  let value = try Frame.$current.withValue(context.frame) { try body(context) }
  guard value.node?.tape === tape.tape || network.parameters.allSatisfy(\.isFrozen) else {
    throw LayerError(
      .pass, "", "the value does not depend on this pass, so there is nothing to learn from",
      remedy: "Compute it from network(x, in: context), with the context given to the closure")
  }
  let leaves = pass.takeLeaves()
  let gradients = try tape.gradients(of: value, for: leaves.map(\.tensor))
  return (value.detached, Gradients(leaves, gradients, of: network), pass)
}
