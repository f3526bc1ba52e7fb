import LigatureNetworks
import LigatureTensors

// Steps of solvers that look at the loss of all data in several places.
extension TrainingRun {
  /// One step; nil where the solver finds none to take, and the run has ended. Loss and metrics are
  /// those after it.
  func takeSearchedStep(_ parts: [Part], _ batch: TrainingData) throws -> Taken? {
    var measured: [[[Double]]] = []
    let surface = try LossSurface(of: network, l2: options.l2, options.solver.name) {
      let tried = try self.tried(parts)
      return LossEvaluation(
        loss: tried.loss, gradients: tried.passes.gradients,
        isOnce: tried.passes.isOnce
      ) {
        tried.passes.keepStates()
        measured = tried.measured
      }
    }
    var linearized: (() throws -> LevenbergMarquardt.Linearization)?
    if case .levenbergMarquardt = options.solver.search {
      linearized = { try self.linearized(parts, surface.parameters) }
    }
    let outcome = try solver.search(
      on: surface, of: network, lossIsKnown: true,
      notFinite: { self.isNotFinite($0.evaluation, batch) }, linearized: linearized)
    let reason: TrainingHistory.StopReason? = outcome.end.map { end in
      switch end {
      case .converged: .converged
      case .noLowerLoss: .noLowerLoss
      }
    }
    guard let spot = outcome.spot else {
      history.stopReason = reason
      return nil
    }
    note(spot.evaluation.loss, outcome.length, measured)
    return Taken(
      loss: spot.evaluation.loss, gradients: isWatched ? spot.evaluation.gradients : nil,
      stopReason: reason)
  }

  private func isNotFinite(_ evaluation: LossEvaluation, _ batch: TrainingData) -> any Error {
    guard evaluation.loss.isFinite else { return lossIsNotFinite(evaluation.loss, batch) }
    let entry = evaluation.gradients.entries.first {
      ((try? $0.gradient.isFinite()) ?? false) == false
    }
    return TensorError(
      "train",
      "the gradient of \(entry?.path ?? "a learnable") is not finite in epoch \(epoch + 1), step "
        + "\(iteration + 1)",
      remedy: "Look for a division by zero, or a root or logarithm of 0, in the layers behind it")
  }

  /// The residuals of all parts about the network's learnables, weighted as their losses are.
  private func linearized(
    _ parts: [Part], _ parameters: [Parameter]
  ) throws -> LevenbergMarquardt.Linearization {
    guard let residuals = loss.residuals else { throw LevenbergMarquardt.needsSquares(loss.name) }
    var sum: LevenbergMarquardt.Linearization?
    var total = 0.0
    var states = NetworkState()
    for (part, data) in parts {
      var weight = 1.0
      let found = try ResidualJacobian(
        of: network, in: parameters, seed: options.seed, iteration: iteration, part: part,
        beginningWith: states
      ) { context in
        let compared = try data.compared(network(data.inputs, in: context))
        if parts.count > 1 {
          weight = try loss.amount(compared.outputs, compared.targets) ?? compared.weight
        }
        let all = try residuals(compared.outputs, compared.targets)
        return try concatenate(all.map { try $0.reshaped(to: [$0.count]) })
      }
      states = found.carriedState
      guard weight > 0 else { continue }
      let share = try LevenbergMarquardt.Linearization(found).scaled(by: weight)
      sum = try sum.map { try $0 + share } ?? share
      total += weight
    }
    let count = parameters.reduce(0) { $0 + $1.value.count }
    return try sum?.scaled(by: 1 / total)
      ?? LevenbergMarquardt.Linearization(
        squares: .zeros([count, count], .float64), slope: [Double](repeating: 0, count: count))
  }
}
