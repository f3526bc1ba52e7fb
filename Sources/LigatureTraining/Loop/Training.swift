import LigatureNetworks
import LigatureTensors

/// Trains a network and returns what happened. The network's learnables move; on an error they are
/// where the last whole step left them.
///
/// Learnables without values are initialised first, and input layers take the statistics of their
/// normalisation from the data. Equal seeds, data and options give equal results to the last bit,
/// whatever the number of threads.
///
/// Throws when data and network do not fit, when a layer throws, and when the loss is no longer
/// finite.
@discardableResult
public func train(
  _ network: Network, on data: TrainingData, loss: Loss,
  options: TrainingOptions = TrainingOptions()
) throws -> TrainingHistory {
  var run = try TrainingRun(network, data, loss, options)
  return try run.run()
}

/// The state of one training.
private struct TrainingRun {
  private let network: Network
  private let data: TrainingData
  private let loss: Loss
  private let options: TrainingOptions
  private let iterationsPerEpoch: Int
  /// Steps of the whole run; epochs without end are cut short by whoever watches the progress.
  private let iterationCount: Int
  private var solver: SolverState
  private var history = TrainingHistory()
  private var iteration = 0

  init(_ network: Network, _ data: TrainingData, _ loss: Loss, _ options: TrainingOptions) throws {
    func refuse(_ problem: String, _ remedy: String) -> TensorError {
      TensorError("train", problem, remedy: remedy)
    }
    guard options.epochs >= 0, options.batchSize > 0 else {
      throw refuse(
        "\(counted(options.epochs, "epoch")) of batches of \(options.batchSize) cannot be trained",
        "Give 0 or more epochs and batches of 1 or more")
    }
    guard options.learnRate.isFinite, options.learnRate >= 0, options.l2.isFinite, options.l2 >= 0
    else {
      throw refuse(
        "learn rate \(options.learnRate) or L2 factor \(options.l2) is negative or not finite",
        "Give 0 or more")
    }
    let whole = data.count / options.batchSize
    let hasRest = data.count % options.batchSize > 0 && options.incompleteBatch == .keep
    iterationsPerEpoch = whole + (hasRest ? 1 : 0)
    let (product, overflows) = options.epochs.multipliedReportingOverflow(by: iterationsPerEpoch)
    iterationCount = overflows ? .max : product
    guard iterationsPerEpoch > 0 else {
      throw refuse(
        "\(counted(data.count, "observation")) cannot fill one batch of \(options.batchSize)",
        "Use a smaller batch, or keep incomplete batches")
    }
    try network.prepare(for: data.inputs, sequenceLengths: data.sequenceLengths)
    self.network = network
    self.data = data
    self.loss = loss
    self.options = options
    solver = SolverState(options.solver)
  }

  mutating func run() throws -> TrainingHistory {
    var order = Array(0..<data.count)
    if options.shuffle == .once { order = shuffled(epoch: 0) }
    for epoch in 0..<options.epochs where !history.wasStopped {
      if options.shuffle == .everyEpoch { order = shuffled(epoch: epoch) }
      try runEpoch(epoch, order)
    }
    return history
  }

  private func shuffled(epoch: Int) -> [Int] {
    var stream = RandomStream(seed: options.seed, name: "shuffle:\(epoch)")
    return stream.permutation(data.count)
  }

  /// The observations of each mini-batch of an epoch. Those of similar length come in random order,
  /// unless nothing is to be shuffled.
  private func batches(_ order: [Int], epoch: Int) throws -> [[Int]] {
    let used = order.prefix(iterationsPerEpoch * options.batchSize)
    guard options.groupsByLength, let lengths = data.sequenceLengths else {
      return (0..<iterationsPerEpoch).map { step in
        Array(used.dropFirst(step * options.batchSize).prefix(options.batchSize))
      }
    }
    let groups = try buckets(used.map { lengths[$0] }, of: options.batchSize)
      .map { group in group.map { used[$0] } }
    guard options.shuffle != .never else { return groups }
    let turn = options.shuffle == .once ? 0 : epoch
    var stream = RandomStream(seed: options.seed, name: "groups:\(turn)")
    return stream.permutation(groups.count).map { groups[$0] }
  }

  private mutating func runEpoch(_ epoch: Int, _ order: [Int]) throws {
    let clock = ContinuousClock()
    let start = clock.now
    var metrics = MetricSums(options.metrics)
    var lossSum = 0.0
    var steps = 0
    var rate = options.learnRate
    let batches = try batches(order, epoch: epoch)
    while steps < iterationsPerEpoch, !history.wasStopped {
      let batch = try augmented(data.subset(batches[steps]), epoch: epoch)
      rate = options.schedule.rate(
        options.learnRate, iteration: iteration,
        of: iterationCount, epoch: epoch)
      let value = try step(batch, learnRate: rate, epoch: epoch, &metrics)
      lossSum += value
      steps += 1
      history.iterationLosses.append(value)
      if let onProgress = options.onProgress {
        let progress = TrainingProgress(
          epoch: epoch + 1, epochs: options.epochs, iteration: steps,
          iterationsPerEpoch: iterationsPerEpoch, loss: value, metrics: metrics.values)
        if try onProgress(progress) == .stop { history.wasStopped = true }
      }
    }
    let seconds = start.duration(to: clock.now) / .seconds(1)
    let validation = try options.validation.map {
      try evaluate(network, on: $0, loss: loss, options)
    }
    history.epochs.append(
      TrainingHistory.Epoch(
        epoch: epoch + 1, iterations: steps, learnRate: rate, seconds: seconds,
        trainingLoss: lossSum / Double(max(1, steps)), trainingMetrics: metrics.values,
        validationLoss: validation?.loss, validationMetrics: validation?.metrics ?? [:]))
  }

  private func augmented(_ batch: TrainingData, epoch: Int) throws -> TrainingData {
    guard let augmentation = options.augmentation,
      Double(epoch) < augmentation.share * Double(options.epochs)
    else { return batch }
    var stream = RandomStream(seed: options.seed, name: "augmentation:\(iteration)")
    return try augmentation.function(batch, &stream)
  }

  private mutating func step(
    _ batch: TrainingData, learnRate: Double, epoch: Int, _ metrics: inout MetricSums
  ) throws -> Double {
    var number = 0.0
    // What throws in here drops the pass whole, states that layers wrote included.
    let (_, gradients) = try valueAndGradients(
      of: network, seed: options.seed, iteration: iteration,
      sequenceLengths: batch.sequenceLengths
    ) { context in
      let compared = try batch.compared(network(batch.inputs, in: context))
      let value = try loss.function(compared.outputs, compared.targets)
      number = try value.item()
      guard number.isFinite else {
        throw TensorError(
          "train", "the loss is \(number) in epoch \(epoch + 1), step \(iteration + 1)",
          remedy: "Lower the learn rate, or look for a division by zero or a logarithm of 0")
      }
      try metrics.add(compared.outputs.map(\.detached), compared.targets)
      return value
    }
    try solver.update(along: gradients, learnRate: learnRate, l2: options.l2)
    iteration += 1
    return number
  }
}

/// The mean loss and the metrics of a network on data, without learning from it, in batches of the
/// options' size. Where there is a target for each step of a sequence, it is the mean over steps.
public func evaluate(
  _ network: Network, on data: TrainingData, loss: Loss,
  _ options: TrainingOptions = TrainingOptions()
) throws -> (loss: Double, metrics: [String: Double]) {
  try network.initializeIfNeeded(for: data.inputs)
  var metrics = MetricSums(options.metrics)
  var sum = 0.0
  var count = 0
  for start in stride(from: 0, to: data.count, by: max(1, options.batchSize)) {
    let batch = try data.slice(start..<min(data.count, start + max(1, options.batchSize)))
    let outputs = try network.inference(sequenceLengths: batch.sequenceLengths) { context in
      try network(batch.inputs, in: context)
    }
    let compared = try batch.compared(outputs)
    sum += try loss.function(compared.outputs, compared.targets).item() * Double(compared.count)
    count += compared.count
    try metrics.add(compared.outputs, compared.targets)
  }
  return (sum / Double(max(1, count)), metrics.values)
}
