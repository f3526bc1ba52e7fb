import LigatureNetworks
import LigatureTensors

/// A training, step by step: what ``train(_:on:loss:options:resumingFrom:)`` does, in a loop of
/// your own.
///
///     let run = try TrainingRun(network, on: data, loss: .meanSquaredError, options: options)
///     while try run.step() != nil {
///       if run.iteration % 100 == 0 { try run.state.save(to: url) }
///     }
///
/// ``state`` is everything that a run in another process needs to go on from here:
///
///     let run = try TrainingRun(network, on: data, loss: .meanSquaredError, options: options)
///     try run.resume(from: TrainingState(contentsOf: url))
///
/// A run that goes on so gives the same numbers, to the last bit, as one that never stopped. The
/// network, the data and the options are made anew as they were; closures (losses, augmentation,
/// solvers of your own) must not remember anything of the steps before.
public final class TrainingRun {
  /// What learns.
  public let network: Network
  /// What it did so far.
  public internal(set) var history = TrainingHistory()
  /// Steps taken in all epochs.
  public internal(set) var iteration = 0
  /// The epoch of the next step, from 0.
  public internal(set) var epoch = 0
  /// Steps of each epoch.
  public let iterationsPerEpoch: Int

  let data: any DataSource
  let stream: BatchStream
  let validation: (any DataSource)?
  let loss: Loss
  let options: TrainingOptions
  let plan: TrainingPlan
  /// Steps of the whole run; epochs without end are cut short by whoever watches the progress.
  private let iterationCount: Int
  var solver: SolverState
  var average: WeightAverage?
  /// The network with the best objective so far, where it is wanted.
  var best: NamedTensors?
  /// What the network learned with, where it has other weights or statistics since the run is done.
  var learned: NamedTensors?
  /// Whether the network is what the training ends with, but for the choice of the best.
  var hasEnded = false
  var current: EpochSums
  /// Whoever watches, beside the options' callback.
  private(set) var watchers: [any TrainingWatcher] = []
  private var (hasBegun, hasToldEnd) = (false, false)
  /// Whether the run goes on behind a step after which there was no time to validate.
  var owesValidation = false
  private var checkpointWriter: CheckpointWriter?
  let begin = ContinuousClock.now
  /// Seconds from there to the last measuring on validation data.
  var lastValidation = 0.0
  private var batches: (epoch: Int, indices: [[Int]])?

  /// What the steps of an epoch add up to.
  struct EpochSums {
    var steps = 0
    var loss = 0.0
    var learnRate: Double
    var seconds = 0.0
    var metrics: MetricSums
    /// What was last measured on validation data in it.
    var validation: TrainingHistory.Validation?
  }

  /// A training that has not begun.
  ///
  /// Learnables without values are initialised, and input layers take the statistics of their
  /// normalisation from the data, of a source from its ``DataSource/sample()``. Throws for options
  /// out of range, and when data and network do not fit.
  public init(
    _ network: Network, on data: any DataSource, loss: Loss,
    options: TrainingOptions = TrainingOptions()
  ) throws {
    try options.validate()
    if case .levenbergMarquardt = options.solver.search, loss.residuals == nil {
      throw LevenbergMarquardt.needsSquares(loss.name)
    }
    let (data, held) = try data.split(options)
    plan = TrainingPlan(data, options)
    iterationsPerEpoch = plan.iterationsPerEpoch
    guard iterationsPerEpoch > 0 else {
      throw TensorError(
        "train",
        "\(counted(data.count, "observation")) cannot fill one batch of \(options.batchSize)",
        remedy: data.count > 0
          ? "Give a smaller batchSize, or incompleteBatch: .keep" : "Give data that is not empty")
    }
    let (product, overflows) = options.epochs.multipliedReportingOverflow(by: iterationsPerEpoch)
    iterationCount = overflows ? .max : product
    let sample = try data.sample().sampled(options.padding)
    try sample.requireLayouts(of: network)
    try held?.sample().requireLayouts(of: network)
    try network.prepare(for: sample.inputs, sequenceLengths: sample.inputLengths)
    self.network = network
    self.data = data
    stream = BatchStream(data, seed: options.seed)
    validation = held
    self.loss = loss
    self.options = options
    solver = SolverState(options.solver)
    average = try options.averaging.map { try WeightAverage($0.method, of: network) }
    current = EpochSums(learnRate: options.learnRate, metrics: MetricSums(options.metrics))
    history.options = options.record
  }

  /// Whether all epochs are done, or something has ended the run before.
  public var isFinished: Bool { history.wasStopped || epoch >= options.epochs }

  /// What the solver remembers.
  public var solverState: SolverState { solver }

  /// Takes the next step, and returns what it found; nil when the run is finished.
  ///
  /// It is followed by measuring on validation data where it is their turn, and by the options'
  /// `onProgress`, which may stop the run. Cancelling the Swift task ends it too, after the step
  /// that is being taken: see ``TrainingHistory/stopReason``.
  ///
  /// Throws what layers, loss and metrics throw, and for a loss, a gradient or a learn rate that is
  /// not finite; learnables, states and the solver's memory are then where the step before left
  /// them. What `onProgress` or validation throw comes after the step, and the next call goes on
  /// behind it.
  public func step() throws -> TrainingProgress? {
    beginIfNeeded()
    do {
      let progress = try takenStep()
      progress?.gradients.letGo()
      checkpointWriter?.step(self, endsEpoch: progress?.endsEpoch ?? false)
      if isFinished, !hasToldEnd {
        hasToldEnd = true
        for watcher in watchers { watcher.didEnd(watched, nil) }
      }
      return progress
    } catch {
      for watcher in watchers { watcher.didEnd(watched, error) }
      throw error
    }
  }

  /// Adds somebody who watches. Called before the first step.
  func watch(_ watcher: any TrainingWatcher) { watchers.append(watcher) }

  private func beginIfNeeded() {
    guard !hasBegun else { return }
    hasBegun = true
    watchers += options.logs.map { $0.makeWatcher(watched) }
    for watcher in watchers { watcher.didBegin(watched) }
    checkpointWriter = options.checkpoints.map { CheckpointWriter($0, from: iteration) }
  }

  private func takenStep() throws -> TrainingProgress? {
    if owesValidation, !isFinished, current.steps > 0,
      history.validations.last?.iteration != iteration
    {
      try validateIfDue()
    }
    owesValidation = false
    // An epoch is still open whose validation, or whose last callback, threw.
    if !isFinished, current.steps == iterationsPerEpoch {
      try validateIfDue()
      try finishEpoch()
    }
    // A run that goes on from a state behind the last step has nothing to do but to end.
    if isFinished, iteration > 0 { try endFinished() }
    guard !isFinished, try !endIfCancelled() else { return nil }
    let clock = ContinuousClock()
    let start = clock.now
    guard let taken = try takeStep() else {
      try endEarly()
      return nil
    }
    current.seconds += start.duration(to: clock.now) / .seconds(1)
    try average(afterStepOf: epoch)
    if !isCancelled { try validateIfDue() }
    let progress = progress(after: taken)
    if try options.onProgress?(progress) == .stop { history.stopReason = .callback }
    if !watchers.isEmpty {
      let watched = watched
      for watcher in watchers { watcher.didStep(progress, of: watched) }
    }
    if try endIfCancelled() { return progress }
    if history.stopReason == nil { history.stopReason = taken.stopReason }
    if history.stopReason == nil, hasLostPatience { history.stopReason = .validationPatience }
    if history.stopReason != nil { try endEarly() }
    if history.stopReason != nil || current.steps == iterationsPerEpoch { try finishEpoch() }
    return progress
  }

  /// Ends the run where its Swift task was cancelled, or the user interrupted the program, without
  /// measuring on validation data.
  private func endIfCancelled() throws -> Bool {
    guard isCancelled else { return false }
    history.stopReason = Task.isCancelled ? .cancelled : .interrupted
    try endAtOnce()
    // The epoch stays open, for a run that goes on and measures what there was no time for.
    if current.steps > 0 { history.epochs.append(presentEpoch) }
    return true
  }

  private var isCancelled: Bool { Task.isCancelled || Interruption.isRequested }

  private func progress(after taken: Taken) -> TrainingProgress {
    TrainingProgress(
      epoch: epoch + 1, epochs: options.epochs, iteration: current.steps,
      iterationsPerEpoch: iterationsPerEpoch, totalIterations: iteration, loss: taken.loss,
      learnRate: current.learnRate,
      seconds: begin.duration(to: .now) / .seconds(1),
      observationsPerSecond: Double(current.steps) * Double(min(plan.batchSize, plan.observations))
        / max(current.seconds, 1e-9),
      validation: current.validation.flatMap { $0.iteration == iteration ? $0 : nil },
      best: history.best, measured: current.metrics,
      endsRun: hasEnded || (epoch + 1 >= options.epochs && current.steps == iterationsPerEpoch),
      gradients: HeldGradients(taken.gradients))
  }

  /// The observations of each step of this epoch.
  func indices() throws -> [[Int]] {
    if batches?.epoch != epoch {
      batches = (epoch, try plan.batches(epoch: epoch, lengths: data.observationLengths))
    }
    return batches?.indices ?? []
  }

  /// What watchers see.
  var watched: WatchedTraining {
    WatchedTraining(
      network: network, history: history, iteration: iteration, epochs: options.epochs,
      iterationsPerEpoch: iterationsPerEpoch, metrics: options.metrics.map(\.name))
  }

  /// Where training stands before the next step.
  var place: LearnRateSchedule.Place {
    LearnRateSchedule.Place(
      initial: options.learnRate, iteration: iteration, iterations: iterationCount, epoch: epoch,
      iterationsPerEpoch: iterationsPerEpoch, history: history.epochs)
  }

  /// Writes the epoch down. One that was stopped in the middle stays open, for a run that resumes
  /// it.
  private func finishEpoch() throws {
    history.epochs.append(presentEpoch)
    guard current.steps == iterationsPerEpoch else { return }
    epoch += 1
    current = EpochSums(learnRate: options.learnRate, metrics: MetricSums(options.metrics))
  }

  /// What the steps of this epoch have come to.
  private var presentEpoch: TrainingHistory.Epoch {
    TrainingHistory.Epoch(
      epoch: epoch + 1, iterations: current.steps, learnRate: current.learnRate,
      seconds: current.seconds, trainingLoss: current.loss / Double(max(1, current.steps)),
      trainingMetrics: current.metrics.values, validationLoss: current.validation?.loss,
      validationMetrics: current.validation?.metrics ?? [:])
  }
}
