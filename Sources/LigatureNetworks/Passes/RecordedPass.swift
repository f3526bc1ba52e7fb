import LigatureTensors

/// A pass that has been played back, and has not stored its states. It holds none of the network's
/// values any more, so that they can be changed in place.
struct RecordedPass {
  let value: Tensor
  let gradients: Gradients
  let pass: Pass

  init(
    _ networks: [Network], through others: [Network], _ seed: UInt64, _ iteration: Int?,
    _ lengths: SequenceLengths?, observations: ObservationRange? = nil,
    beginningWith states: NetworkState = NetworkState(), carrying carried: NetworkState? = nil,
    of body: (Context) throws -> Tensor
  ) throws {
    guard let network = networks.first else {
      throw LayerError(
        .setting, "", "no network was named whose learnables gradients are wanted of",
        remedy: "Give one network or more")
    }
    let tape = TapeHandle()
    let recorder = tape.tape
    var constants: Set<ObjectIdentifier> = []
    for other in others { constants.formUnion(other.parameters.map(ObjectIdentifier.init)) }
    if !constants.isEmpty {
      for network in networks { constants.subtract(network.parameters.map(ObjectIdentifier.init)) }
    }
    pass = Pass(
      .training, seed: seed, iteration: iteration ?? network.countPass(),
      scalarType: network.scalarType, tape: tape.tape, lengths: lengths,
      carrying: carried, beginningWith: states, observations: observations, constants: constants)
    let context = pass.rootContext(root: networks.count == 1 ? network : nil)
    let value = try Frame.$current.withValue(context.frame) { try body(context) }
    guard
      value.node?.on(tape.tape) != nil
        || networks.allSatisfy({ $0.parameters.allSatisfy(\.isFrozen) })
    else {
      throw LayerError(
        .pass, "", "the value does not depend on this pass, so there is nothing to learn from",
        remedy: "Compute it from network(x, in: context), with the context given to the closure")
    }
    let leaves = pass.takeLeaves()
    try networks.requireOwn(leaves.map(\.parameter))
    let gradients = try tape.gradients(of: value, for: leaves.map(\.tensor))
    self.gradients = Gradients(leaves, gradients, of: networks)
    self.value = value.detached(from: recorder)
  }
}
