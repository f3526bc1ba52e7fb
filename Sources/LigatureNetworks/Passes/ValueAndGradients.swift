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
