import LigatureNetworks
import LigatureTensors

/// Trains a network on observations in memory, ``TrainingData``, or on any other ``DataSource``,
/// and returns what happened. The network's learnables move; on an error they are where the last
/// whole step left them.
///
/// Learnables without values are initialised first, and input layers take the statistics of their
/// normalisation from the data. Equal seeds, data and options give equal results to the last bit,
/// whatever the number of threads. ``TrainingRun`` does the same step by step, and can be resumed.
///
/// Where the Swift task that trains is cancelled, or the user presses Ctrl-C and the program has no
/// handler of its own for that, training ends after the present step: the network keeps what it has
/// learned, and ``TrainingHistory/stopReason`` says so. A second Ctrl-C ends the program.
///
/// Throws when data and network do not fit, when a layer throws, and when the loss or a gradient is
/// no longer finite; and for a state to go on from that is damaged or of another training.
@discardableResult
public func train(
  _ network: Network, on data: any DataSource, loss: Loss,
  options: TrainingOptions = TrainingOptions(), resumingFrom point: ResumePoint? = nil
) throws -> TrainingHistory {
  let run = try TrainingRun(network, on: data, loss: loss, options: options)
  if let state = try point?.state() { try run.resume(from: state) }
  if options.verbose.isOn { run.watch(TerminalLog()) }
  try Interruption.whileListening {
    while try run.step() != nil {}
  }
  return run.history
}

/// The mean loss and the metrics of a network on data, without learning from it, in batches of the
/// options' size. Where there is a target for each step of a sequence, it is the mean over steps;
/// of a weighted loss of one output it is the weighted mean, and of several outputs the mean over
/// observations of those of batches. NaN where nothing counts.
///
/// Throws for batches of less than 1, when data and network do not fit, and what layers throw.
public func evaluate(
  _ network: Network, on data: any DataSource, loss: Loss,
  _ options: TrainingOptions = TrainingOptions()
) throws -> (loss: Double, metrics: [String: Double]) {
  var metrics = MetricSums(options.metrics)
  var sum = 0.0
  var amount = 0.0
  try network.compareEachBatch(
    of: data, batchSize: options.batchSize, padding: options.padding
  ) { outputs, targets, weight in
    let weight = try loss.amount(outputs, targets) ?? weight
    let value = try loss.function(outputs, targets).item()
    if weight > 0 { sum += value * weight }
    amount += weight
    metrics.add(try metrics.measured(outputs, targets))
  }
  return (amount > 0 ? sum / amount : .nan, metrics.values)
}

extension Network {
  /// Runs over data in batches, without learning from it, and hands on what losses and metrics
  /// compare, and of how many observations, or steps, that is.
  func compareEachBatch(
    of data: any DataSource, batchSize: Int, padding: SequencePadding = .longest,
    _ body: (_ outputs: [Tensor], _ targets: [Tensor], _ weight: Double) throws -> Void
  ) throws {
    guard batchSize > 0 else {
      throw TensorError(
        "evaluate", "batches of \(batchSize) cannot be evaluated",
        remedy: "Give batches of 1 or more")
    }
    let sample = try data.sample().sampled(padding)
    try sample.requireLayouts(of: self)
    try initializeIfNeeded(for: sample.inputs)
    let ranges = stride(from: 0, to: data.count, by: batchSize).map { start in
      start..<min(data.count - start, batchSize) + start
    }
    let batches = ranges.map { Array($0) }
    let stream = BatchStream(data, seed: 0)
    for (step, range) in ranges.enumerated() {
      let batch = try stream.batch(step, of: batches, epoch: 0).repadded(padding)
      let outputs = try inference(
        sequenceLengths: batch.inputLengths,
        observations: ObservationRange(range, of: data.count)
      ) { context in
        try self(batch.inputs, in: context)
      }
      let compared = try batch.compared(outputs)
      try body(compared.outputs, compared.targets, compared.weight)
    }
  }
}
