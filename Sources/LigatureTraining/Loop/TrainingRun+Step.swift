import LigatureNetworks
import LigatureTensors

extension TrainingRun {
  /// What a step found.
  struct Taken {
    let loss: Double
    /// Its gradients, before any threshold, where somebody may ask for them.
    let gradients: Gradients?
  }

  /// One step: a pass over a mini-batch, or several over its parts, and a move along the gradient.
  func takeStep() throws -> Taken {
    let batch = try augmented(stream.batch(current.steps, of: indices(), epoch: epoch))
    let rate = options.schedule.rate(at: place)
    guard rate.isFinite, rate >= 0 else {
      throw TensorError(
        "train",
        "schedule \"\(options.schedule.name)\" gives learn rate \(rate) in epoch \(epoch + 1), "
          + "step \(iteration + 1)",
        remedy: "Return a finite number of 0 or more")
    }
    var (sum, amount) = (0.0, 0.0)
    var measured: [[[Double]]] = []
    var held: Gradients?
    let parts = try parts(of: batch)
    // What throws in here drops the step whole, states that layers wrote included.
    try withGradients(
      of: network, seed: options.seed, iteration: iteration, parts: parts.map(\.part)
    ) { number, context in
      let data = parts[number].data
      let compared = try data.compared(network(data.inputs, in: context))
      let loss = try loss.function(compared.outputs, compared.targets)
      let weight =
        parts.count == 1
        ? 1 : try self.loss.amount(compared.outputs, compared.targets) ?? compared.weight
      let value = try loss.item()
      guard value.isFinite || weight == 0 else { throw lossIsNotFinite(value, data) }
      if weight > 0 { sum += value * weight }
      amount += weight
      measured.append(
        try current.metrics.measured(compared.outputs.map(\.detached), compared.targets))
      return (loss, weight)
    } step: { gradients in
      if isWatched { held = gradients }
      let limited = try options.gradientThreshold?.applied(to: gradients) ?? gradients
      try solver.update(along: limited, learnRate: rate, l2: options.l2)
    }
    let value = amount > 0 ? sum / amount : 0
    iteration += 1
    current.steps += 1
    current.loss += value
    current.learnRate = rate
    for numbers in measured { current.metrics.add(numbers) }
    history.iterationLosses.append(value)
    return Taken(loss: value, gradients: held)
  }

  private var isWatched: Bool { options.onProgress != nil || !watchers.isEmpty }

  /// The parts of a mini-batch that have a pass each.
  private func parts(of batch: TrainingData) throws -> [(part: BatchPart, data: TrainingData)] {
    guard let size = options.microBatchSize, size < batch.count else {
      return [(BatchPart(sequenceLengths: batch.inputLengths), batch)]
    }
    return try stride(from: 0, to: batch.count, by: size).map { start in
      let range = start..<min(start + size, batch.count)
      let data = try batch.slice(range)
      let observations = ObservationRange(range, of: batch.count)
      return (BatchPart(sequenceLengths: data.inputLengths, observations: observations), data)
    }
  }

  private func augmented(_ batch: TrainingData) throws -> TrainingData {
    guard let augmentation = options.augmentation,
      Double(epoch) < augmentation.share * Double(options.epochs)
    else { return batch }
    var stream = RandomStream(seed: options.seed, name: "augmentation:\(iteration)")
    return try augmentation.function(batch, &stream)
  }

  /// The error of a loss that is not finite, with the layer where it begins.
  private func lossIsNotFinite(_ value: Double, _ batch: TrainingData) -> any Error {
    // The sign of NaN depends on the processor.
    let words = value.isNaN ? "nan" : "\(value)"
    let place = "in epoch \(epoch + 1), step \(iteration + 1)"
    let isSound = batch.inputs.allSatisfy {
      !$0.scalarType.isFloatingPoint || ((try? $0.isFinite()) ?? true)
    }
    guard isSound else {
      return TensorError(
        "train", "the loss is \(words) \(place), of inputs that are not finite",
        remedy: "Look for NaN and infinity in the data, or in what augmentation makes of them")
    }
    let layer = network.firstNonFinite(
      batch.inputs, seed: options.seed, iteration: iteration, sequenceLengths: batch.inputLengths)
    let origin = layer.map {
      ", and \($0.isEmpty ? "the network" : $0) is the first layer to make it"
    }
    return TensorError(
      "train", "the loss is \(words) \(place)\(origin ?? "")",
      remedy: "Lower the learn rate, or look for a division by zero, a logarithm of 0, or data "
        + "that is not finite")
  }
}
