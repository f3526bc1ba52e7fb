import LigatureNetworks
import LigatureTensors

/// Everything that a ``TrainingRun`` is between two steps: what the network has learned and
/// remembers, its factors, the solver's memory, the place in the epoch, and the history so far.
///
/// A value, which later steps do not change. Random numbers are functions of seed, epoch and step,
/// so their places are known from these.
///
///     try run.state.save(to: url)
///     try run.resume(from: TrainingState(contentsOf: url))
public struct TrainingState: Sendable {
  /// Steps taken in all epochs.
  public let iteration: Int
  /// The epoch of the next step, from 0.
  public let epoch: Int
  /// Steps taken of that epoch.
  public let iterationInEpoch: Int
  /// What happened so far.
  public let history: TrainingHistory

  let plan: TrainingPlan
  let sums: Sums
  let network: NamedTensors
  let solver: NamedTensors
  /// The network with the best objective so far, where it is kept.
  let best: NamedTensors?
  /// Averaged weights by owners' paths, and how often weights were added.
  let average: (tensors: [String: Tensor], count: Int)?

  /// What the steps of an unfinished epoch add up to.
  struct Sums: Sendable, Codable {
    var loss: Double
    var learnRate: Double
    var seconds: Double
    /// What each metric has collected.
    var metrics: [String: [Double]]
    /// What was last measured on validation data in it.
    var validation: TrainingHistory.Validation?
  }
}

extension TrainingRun {
  /// The state after the steps so far. O(learnables); nothing is copied until the next step.
  ///
  /// Throws where learnables, or states, cannot be told apart by their paths.
  public var state: TrainingState {
    get throws {
      TrainingState(
        iteration: iteration, epoch: epoch, iterationInEpoch: current.steps, history: history,
        plan: plan,
        sums: TrainingState.Sums(
          loss: current.loss, learnRate: current.learnRate, seconds: current.seconds,
          metrics: current.metrics.named, validation: current.validation),
        network: try learned ?? network.storedForTraining(), solver: try solver.stored,
        best: best, average: average.map { ($0.tensors, $0.count) })
    }
  }

  /// Goes on from a state of a run with the same data, mini-batches and kind of solver.
  ///
  /// The network takes the state's values and factors. Rates, thresholds, settings of the solver,
  /// the number of epochs and validation may be others than they were, and hold from here on. A run
  /// that had ended, or was stopped, goes on behind its last step, with the weights and statistics
  /// it learned with. O(learnables).
  ///
  /// Throws, and changes nothing, for a state of another network, solver, data or choice of
  /// mini-batches, and for one that makes no sense.
  public func resume(from state: TrainingState) throws {
    if let difference = state.plan.difference(from: plan) {
      throw TensorError(
        "resume", "the run has \(difference), so its mini-batches are not those of the state",
        remedy: "Give the data and options that the state's run had")
    }
    try state.verify(iterationsPerEpoch: iterationsPerEpoch)
    var metrics = MetricSums(options.metrics)
    let isMidway = state.iterationInEpoch > 0
    guard !isMidway || metrics.restore(state.sums.metrics) else {
      throw TensorError(
        "resume",
        "the run has metrics \(options.metrics.map(\.name)), and the state, in the middle of an "
          + "epoch, sums of \(state.sums.metrics.keys.sorted())",
        remedy: "Give the metrics that the state's run had")
    }
    let before = network.snapshot()
    do {
      try network.restoreForTraining(state.network)
      let restored = try SolverState(state.solver, options.solver, for: network)
      if let averaging = options.averaging {
        average = try WeightAverage(
          averaging.method, of: network, tensors: state.average?.tensors ?? [:],
          count: state.average?.count ?? 0)
      }
      solver = restored
    } catch {
      before.restore()
      throw error
    }
    (iteration, epoch) = (state.iteration, state.epoch)
    history = state.history
    history.options = options.record
    (best, learned, hasEnded) = (state.best, nil, false)
    owesValidation = history.stopReason == .cancelled || history.stopReason == .interrupted
    if history.wasStopped {
      history.stopReason = nil
      // The epoch in which it was stopped is written down when it ends.
      if history.epochs.count > epoch { history.epochs.removeLast() }
    }
    current = EpochSums(
      steps: state.iterationInEpoch, loss: state.sums.loss, learnRate: state.sums.learnRate,
      seconds: state.sums.seconds, metrics: metrics, validation: state.sums.validation)
  }
}

extension TrainingState {
  /// Throws unless steps, epochs and history agree with each other.
  fileprivate func verify(iterationsPerEpoch: Int) throws {
    let (product, overflows) = epoch.multipliedReportingOverflow(by: iterationsPerEpoch)
    let (sum, overflowsToo) = product.addingReportingOverflow(iterationInEpoch)
    guard !overflows, !overflowsToo, iterationInEpoch <= iterationsPerEpoch, sum == iteration,
      history.iterationLosses.count == iteration
    else {
      throw StateRecord.damage(
        "\(iteration) steps, \(history.iterationLosses.count) losses, and step "
          + "\(iterationInEpoch) of \(iterationsPerEpoch) in epoch \(epoch) do not agree")
    }
    guard history.epochs.enumerated().allSatisfy({ $1.epoch == $0 + 1 }) else {
      throw StateRecord.damage("the epochs of its history are not counted from 1")
    }
    let isOpen = history.wasStopped && history.epochs.count == epoch + 1
    guard history.epochs.count == epoch || isOpen else {
      throw StateRecord.damage(
        "it is in epoch \(epoch) with a history of \(history.epochs.count)")
    }
  }
}
