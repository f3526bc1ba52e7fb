import LigatureNetworks
import LigatureTensors

/// Trains a network and returns what happened. The network's learnables move; on an error they are
/// where the last whole step left them.
///
/// Learnables without values are initialised first, and input layers take the statistics of their
/// normalisation from the data. Equal seeds, data and options give equal results to the last bit,
/// whatever the number of threads. ``TrainingRun`` does the same step by step, and can be resumed.
///
/// Throws when data and network do not fit, when a layer throws, and when the loss or a gradient is
/// no longer finite.
@discardableResult
public func train(
  _ network: Network, on data: TrainingData, loss: Loss,
  options: TrainingOptions = TrainingOptions()
) throws -> TrainingHistory {
  let run = try TrainingRun(network, on: data, loss: loss, options: options)
  while try run.step() != nil {}
  return run.history
}

/// The mean loss and the metrics of a network on data, without learning from it, in batches of the
/// options' size. Where there is a target for each step of a sequence, it is the mean over steps.
///
/// Throws for batches of less than 1, when data and network do not fit, and what layers throw.
public func evaluate(
  _ network: Network, on data: TrainingData, loss: Loss,
  _ options: TrainingOptions = TrainingOptions()
) throws -> (loss: Double, metrics: [String: Double]) {
  guard options.batchSize > 0 else {
    throw TensorError(
      "evaluate", "batches of \(options.batchSize) cannot be evaluated",
      remedy: "Give batches of 1 or more")
  }
  try data.requireLayouts(of: network)
  try network.initializeIfNeeded(for: data.inputs)
  var metrics = MetricSums(options.metrics)
  var sum = 0.0
  var weight = 0.0
  for start in stride(from: 0, to: data.count, by: options.batchSize) {
    let range = start..<min(data.count - start, options.batchSize) + start
    let batch = try data.slice(range)
    let outputs = try network.inference(
      sequenceLengths: batch.inputLengths,
      observations: ObservationRange(range, of: data.count)
    ) { context in
      try network(batch.inputs, in: context)
    }
    let compared = try batch.compared(outputs)
    sum += try loss.function(compared.outputs, compared.targets).item() * compared.weight
    weight += compared.weight
    try metrics.add(compared.outputs, compared.targets)
  }
  return (sum / max(1, weight), metrics.values)
}
