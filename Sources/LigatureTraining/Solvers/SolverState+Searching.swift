import LigatureNetworks
import LigatureTensors

extension SolverState {
  /// One step of ``Solver/lbfgs`` in a loop of your own.
  ///
  ///     var solver = SolverState(.lbfgs)
  ///     while try solver.search(network, loss: { context in
  ///       try meanSquaredError(network(x, in: context), t)
  ///     }).end == nil {}
  ///
  /// `loss` is looked at in several places, of which each is a pass as in training; of those where
  /// the network does not stay, what layers wrote into their states is forgotten.
  ///
  /// Throws what `loss` throws, and for a loss or gradients that are not finite where the step
  /// begins, with learnables and memory where the step before left them.
  ///
  /// - Parameters:
  ///   - network: what learns.
  ///   - l2: the factor of the penalty l2 · factor · w²/2.
  ///   - lossIsKnown: whether `loss` is the function that it was in the step before, so that its
  ///     value need not be computed anew: with the same data, for instance.
  ///   - seed: what the random numbers of layers are drawn from.
  ///   - loss: a single number.
  @discardableResult
  public mutating func search(
    _ network: Network, l2: Double = 0, lossIsKnown: Bool = false, seed: UInt64 = 0,
    loss: (Context) throws -> Tensor
  ) throws -> SearchStep {
    let step = step
    return try withoutActuallyEscaping(loss) { loss in
      let surface = try LossSurface(of: network, l2: l2, solver.name) {
        try SolverState.evaluated(network, seed, step, loss)
      }
      return try search(on: surface, of: network, lossIsKnown: lossIsKnown).step
    }
  }

  /// One step of ``Solver/levenbergMarquardt`` in a loop of your own: as
  /// ``search(_:l2:lossIsKnown:seed:loss:)``, with a vector of errors, of which the loss is the sum
  /// of squares.
  @discardableResult
  public mutating func searchLeastSquares(
    _ network: Network, l2: Double = 0, seed: UInt64 = 0,
    residuals: (Context) throws -> Tensor
  ) throws -> SearchStep {
    let step = step
    return try withoutActuallyEscaping(residuals) { residuals in
      let surface = try LossSurface(of: network, l2: l2, solver.name) {
        try SolverState.evaluated(network, seed, step) { try square(residuals($0)).sum() }
      }
      let linearized = {
        let found = try ResidualJacobian(
          of: network, in: surface.parameters, seed: seed, iteration: step,
          part: BatchPart(sequenceLengths: []), residuals)
        return try LevenbergMarquardt.Linearization(found)
      }
      return try search(
        on: surface, of: network, lossIsKnown: false, linearized: linearized
      ).step
    }
  }

  private static func evaluated(
    _ network: Network, _ seed: UInt64, _ iteration: Int, _ loss: (Context) throws -> Tensor
  ) throws -> LossEvaluation {
    var value = 0.0
    let tried = try TriedPasses(
      of: network, seed: seed, iteration: iteration, parts: [BatchPart(sequenceLengths: [])]
    ) { _, context in
      let loss = try loss(context)
      value = try loss.item()
      return (loss, 1)
    }
    return LossEvaluation(
      loss: value, gradients: tried.gradients, isOnce: tried.isOnce
    ) { tried.keepStates() }
  }

  /// One step. On an error nothing has changed.
  mutating func search(
    on surface: LossSurface, of network: Network, lossIsKnown: Bool,
    notFinite: (LossSurface.Spot) -> any Error = Self.notFinite,
    linearized: (() throws -> LevenbergMarquardt.Linearization)? = nil
  ) throws -> SearchOutcome {
    try solver.validate()
    if let own = self.network, own !== network {
      throw TensorError(
        solver.name, "the network is another one than the solver has moved before",
        remedy: "Keep a SolverState for each network")
    }
    var memory = searched
    let outcome: SearchOutcome
    do {
      switch (solver.search, linearized) {
      case (.lbfgs(let method), nil):
        outcome = try method.step(
          on: surface, &memory, lossIsKnown: lossIsKnown, notFinite: notFinite)
      case (.levenbergMarquardt(let method), let linearized?):
        outcome = try method.step(
          on: surface, &memory, notFinite: notFinite, linearized: linearized)
      default:
        throw TensorError(
          "search",
          "\(solver.name) does not search for a step by "
            + (linearized == nil ? "a loss" : "residuals"),
          remedy: "Call update(along:learnRate:) with adam and its like, search(_:loss:) with "
            + "lbfgs, searchLeastSquares(_:residuals:) with "
            + "levenbergMarquardt")
      }
    } catch {
      surface.restore()
      throw error
    }
    if let spot = outcome.spot {
      spot.evaluation.keep()
      step += 1
    } else {
      surface.restore()
    }
    searched = memory
    self.network = network
    return outcome
  }

  private static func notFinite(_ spot: LossSurface.Spot) -> any Error {
    let what = spot.evaluation.loss.isFinite ? "a gradient" : "the loss"
    return TensorError(
      "search", "\(what) is not finite",
      remedy: "Look for a division by zero, a logarithm of 0, or data that is not finite")
  }
}

extension SearchOutcome {
  /// What callers see of it.
  var step: SearchStep { SearchStep(loss: spot?.loss, length: length, end: end) }
}

extension LevenbergMarquardt.Linearization {
  /// Of the residuals of one pass.
  init(_ found: ResidualJacobian) throws {
    let rows = found.rows
    squares = try matmul(rows, rows.transposed)
    slope = try matmul(rows, found.residuals.reshaped(to: [found.residuals.count, 1])).doubles()
  }
}
