import LigatureTensors

/// Runs `body` as a training pass and differentiates the number it returns with respect to every
/// parameter of the network that is read in it and not frozen.
///
///     let (loss, gradients) = try valueAndGradients(of: network) { context in
///       try meanSquaredError(network(x, in: context), targets)
///     }
///
/// States that layers wrote are stored when the pass succeeds. Within a pass around it, value and
/// gradients are parts of that.
///
/// Throws what `body` throws, and for a learnable that the pass reads and no path of a network
/// reaches: it would be trained, and not counted, saved, frozen or copied. The pass is then dropped
/// whole.
///
/// - Parameters:
///   - network: whose learnables the gradients are of.
///   - others: networks that the pass runs through and does not learn: gradients flow through them,
///     and none are computed of what only they learn. A generator learns through its discriminator.
///   - seed: what the random numbers of layers are drawn from.
///   - iteration: which of its draws they are; by default the number of the network's passes before
///     this one, so that no two have the same.
///   - sequenceLengths: the time steps that count, of each observation.
public func valueAndGradients(
  of network: Network, through others: [Network] = [], seed: UInt64 = 0, iteration: Int? = nil,
  sequenceLengths: [Int]? = nil, _ body: (Context) throws -> Tensor
) throws -> (value: Tensor, gradients: Gradients) {
  let lengths = sequenceLengths.map { SequenceLengths.same($0) }
  return try stored(
    RecordedPass([network], through: others, seed, iteration, lengths, of: body))
}

/// Value and gradients of a pass over padded sequences whose lengths differ from input to input: an
/// entry for each input of the network, in order, nil for one that is not padded.
public func valueAndGradients(
  of network: Network, through others: [Network] = [], seed: UInt64 = 0, iteration: Int? = nil,
  sequenceLengths: [[Int]?], _ body: (Context) throws -> Tensor
) throws -> (value: Tensor, gradients: Gradients) {
  try stored(
    RecordedPass([network], through: others, seed, iteration, .given(sequenceLengths), of: body))
}

/// Value and gradients of a pass that several networks learn from, such as an encoder and a decoder
/// that are not parts of one network. Each has a solver of its own, which takes its part of the
/// gradients: ``Gradients/of(_:)``.
public func valueAndGradients(
  of networks: [Network], through others: [Network] = [], seed: UInt64 = 0, iteration: Int? = nil,
  _ body: (Context) throws -> Tensor
) throws -> (value: Tensor, gradients: Gradients) {
  try stored(RecordedPass(networks, through: others, seed, iteration, nil, of: body))
}

private func stored(_ pass: RecordedPass) throws -> (value: Tensor, gradients: Gradients) {
  pass.pass.commitStates()
  return (pass.value, pass.gradients)
}

/// A part of a mini-batch, which has a pass of its own.
package struct BatchPart {
  /// The steps of each input that count.
  package let sequenceLengths: [[Int]?]
  /// Which observations of the mini-batch it has; nil where it has all of them.
  package let observations: ObservationRange?

  /// A part with some of the observations.
  package init(sequenceLengths: [[Int]?], observations: ObservationRange? = nil) {
    self.sequenceLengths = sequenceLengths
    self.observations = observations
  }
}

/// As ``valueAndGradients(of:through:seed:iteration:sequenceLengths:_:)``, and takes a step along
/// the gradients before states are stored: what throws in `step` leaves them as they were.
///
/// A mini-batch may come in parts, one pass each: `body` is told which, and returns a loss and its
/// weight, and the gradients are those of the weighted mean. Random numbers are those that one pass
/// over all parts would draw, and states go on from part to part.
package func withGradients(
  of network: Network, seed: UInt64, iteration: Int, parts: [BatchPart],
  _ body: (Int, Context) throws -> (loss: Tensor, weight: Double),
  step: (Gradients) throws -> Void
) throws {
  var passes: [Pass] = []
  var sum: Gradients?
  var total = 0.0
  for (number, part) in parts.enumerated() {
    var weight = 0.0
    let recorded = try RecordedPass(
      [network], through: [], seed, iteration, .given(part.sequenceLengths),
      observations: part.observations, beginningWith: passes.last?.carriedState ?? NetworkState()
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
  try step(sum ?? Gradients())
  for pass in passes { pass.commitStates() }
}

/// The value of a pass as in training and its gradients, and nothing else: states that layers write
/// are forgotten.
package func triedValueAndGradients(
  of network: Network, seed: UInt64, iteration: Int, part: BatchPart,
  _ body: (Context) throws -> Tensor
) throws -> (value: Tensor, gradients: Gradients) {
  let recorded = try RecordedPass(
    [network], through: [], seed, iteration, .given(part.sequenceLengths),
    observations: part.observations, of: body)
  return (recorded.value, recorded.gradients)
}

/// A pass that has been played back, and has not stored its states. It holds none of the network's
/// values any more, so that they can be changed in place.
private struct RecordedPass {
  let value: Tensor
  let gradients: Gradients
  let pass: Pass

  init(
    _ networks: [Network], through others: [Network], _ seed: UInt64, _ iteration: Int?,
    _ lengths: SequenceLengths?, observations: ObservationRange? = nil,
    beginningWith states: NetworkState = NetworkState(), of body: (Context) throws -> Tensor
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
      beginningWith: states, observations: observations, constants: constants)
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

/// The gradients of each observation's own loss, one after another, in the order of the
/// observations along the first axis: what clipping by observation, influence and variance of
/// gradients are computed from.
///
///     let all = try perObservationGradients(of: network, at: [x, t]) { tensors, context in
///       try meanSquaredError(network(tensors[0], in: context), tensors[1])
///     }
///
/// `body` sees one observation at a time, its axis kept at size 1; states it writes are stored as
/// in a pass over it alone. Random numbers that a layer draws for an observation are those it draws
/// for it in a pass over all. Costs a pass an observation.
public func perObservationGradients(
  of network: Network, at tensors: [Tensor], seed: UInt64 = 0, iteration: Int? = nil,
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
  let iteration = iteration ?? network.countPass()
  return try (0..<count).map { number in
    let range = number..<(number + 1)
    let recorded = try RecordedPass(
      [network], through: [], seed, iteration,
      sequenceLengths.map { .same([$0[number]]) }, observations: ObservationRange(range, of: count)
    ) { context in
      try body(tensors.map { try $0.slice(range) }, context)
    }
    return try stored(recorded).gradients
  }
}
