import LigatureNetworks
import LigatureTensors

/// A training, step by step: what ``train(_:on:loss:options:)`` does, in a loop of your own.
///
///     let run = try TrainingRun(network, on: data, loss: .meanSquaredError, options: options)
///     while let progress = try run.step() {
///       if progress.iteration % 100 == 0 { try run.state.save(to: url) }
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
  private let stream: BatchStream
  let loss: Loss
  let options: TrainingOptions
  let plan: TrainingPlan
  /// Steps of the whole run; epochs without end are cut short by whoever watches the progress.
  private let iterationCount: Int
  var solver: SolverState
  var current: EpochSums
  private var batches: (epoch: Int, indices: [[Int]])?

  /// What the steps of an epoch add up to.
  struct EpochSums {
    var steps = 0
    var loss = 0.0
    var learnRate: Double
    var seconds = 0.0
    var metrics: MetricSums
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
    let sample = try data.sample()
    try sample.requireLayouts(of: network)
    try options.validation?.requireLayouts(of: network)
    try network.prepare(for: sample.inputs, sequenceLengths: sample.inputLengths)
    self.network = network
    self.data = data
    stream = BatchStream(data, seed: options.seed)
    self.loss = loss
    self.options = options
    solver = SolverState(options.solver)
    current = EpochSums(learnRate: options.learnRate, metrics: MetricSums(options.metrics))
  }

  /// Whether all epochs are done, or a progress callback or a cancelled task has ended the run.
  public var isFinished: Bool { history.wasStopped || epoch >= options.epochs }

  /// What the solver remembers.
  public var solverState: SolverState { solver }

  /// Takes the next step, and returns what it found; nil when the run is finished.
  ///
  /// The last step of an epoch is followed by the measuring on validation data. The options'
  /// `onProgress` is called after the step, and may stop the run. Cancelling the Swift task ends it
  /// too, after the step that is being taken: see ``TrainingHistory/wasCancelled``.
  ///
  /// Throws what layers, loss and metrics throw, and for a loss, a gradient or a learn rate that is
  /// not finite; learnables, states and the solver's memory are then where the step before left
  /// them. What `onProgress` or validation throw comes after the step, and the next call goes on
  /// behind it.
  public func step() throws -> TrainingProgress? {
    // An epoch is still open whose validation, or whose last callback, threw.
    if !isFinished, current.steps == iterationsPerEpoch { try finishEpoch() }
    guard !isFinished, try !endIfCancelled() else { return nil }
    let clock = ContinuousClock()
    let start = clock.now
    let value = try takeStep()
    let progress = TrainingProgress(
      epoch: epoch + 1, epochs: options.epochs, iteration: current.steps,
      iterationsPerEpoch: iterationsPerEpoch, loss: value, measured: current.metrics)
    if try options.onProgress?(progress) == .stop { history.wasStopped = true }
    current.seconds += start.duration(to: clock.now) / .seconds(1)
    if try endIfCancelled() { return progress }
    if history.wasStopped || current.steps == iterationsPerEpoch { try finishEpoch() }
    return progress
  }

  /// Ends the run where its Swift task was cancelled, without measuring on validation data.
  private func endIfCancelled() throws -> Bool {
    guard Task.isCancelled else { return false }
    (history.wasStopped, history.wasCancelled) = (true, true)
    if current.steps > 0 { try finishEpoch() }
    return true
  }

  private func takeStep() throws -> Double {
    let batch = try augmented(stream.batch(current.steps, of: indices(), epoch: epoch))
    let rate = options.schedule.rate(
      options.learnRate, iteration: iteration, of: iterationCount, epoch: epoch)
    guard rate.isFinite, rate >= 0 else {
      throw TensorError(
        "train",
        "schedule \"\(options.schedule.name)\" gives learn rate \(rate) in epoch \(epoch + 1), "
          + "step \(iteration + 1)",
        remedy: "Return a finite number of 0 or more")
    }
    var value = 0.0
    var measured: [[Double]] = []
    // What throws in here drops the pass whole, states that layers wrote included.
    try withGradients(
      of: network, seed: options.seed, iteration: iteration,
      sequenceLengths: batch.inputLengths
    ) { context in
      let compared = try batch.compared(network(batch.inputs, in: context))
      let loss = try loss.function(compared.outputs, compared.targets)
      value = try loss.item()
      guard value.isFinite else {
        throw TensorError(
          "train", "the loss is \(value) in epoch \(epoch + 1), step \(iteration + 1)",
          remedy: "Lower the learn rate, or look for a division by zero, a logarithm of 0, or data "
            + "that is not finite")
      }
      measured = try current.metrics.measured(
        compared.outputs.map(\.detached), compared.targets)
      return loss
    } step: { gradients in
      let limited = try options.gradientThreshold?.applied(to: gradients) ?? gradients
      try solver.update(along: limited, learnRate: rate, l2: options.l2)
    }
    iteration += 1
    current.steps += 1
    current.loss += value
    current.learnRate = rate
    current.metrics.add(measured)
    history.iterationLosses.append(value)
    return value
  }

  /// The observations of each step of this epoch.
  private func indices() throws -> [[Int]] {
    if batches?.epoch != epoch {
      batches = (epoch, try plan.batches(epoch: epoch, lengths: data.observationLengths))
    }
    return batches?.indices ?? []
  }

  private func augmented(_ batch: TrainingData) throws -> TrainingData {
    guard let augmentation = options.augmentation,
      Double(epoch) < augmentation.share * Double(options.epochs)
    else { return batch }
    var stream = RandomStream(seed: options.seed, name: "augmentation:\(iteration)")
    return try augmentation.function(batch, &stream)
  }

  /// Measures on validation data and writes the epoch down; before the last of them statistics of
  /// all of the data are taken, where they are wanted. One that was stopped in the middle
  /// stays open, for a run that resumes it.
  private func finishEpoch() throws {
    if options.batchNormalizationStatistics == .population, !history.wasCancelled,
      history.wasStopped || epoch + 1 >= options.epochs
    {
      try network.updatePopulationStatistics(over: data, options)
    }
    let validation = try (history.wasCancelled ? nil : options.validation).map {
      try evaluate(network, on: $0, loss: loss, options)
    }
    history.epochs.append(
      TrainingHistory.Epoch(
        epoch: epoch + 1, iterations: current.steps, learnRate: current.learnRate,
        seconds: current.seconds, trainingLoss: current.loss / Double(max(1, current.steps)),
        trainingMetrics: current.metrics.values, validationLoss: validation?.loss,
        validationMetrics: validation?.metrics ?? [:]))
    guard current.steps == iterationsPerEpoch else { return }
    epoch += 1
    current = EpochSums(learnRate: options.learnRate, metrics: MetricSums(options.metrics))
  }
}
