import LigatureNetworks
import LigatureTensors

extension TrainingRun {
  /// What a step found.
  struct Taken {
    let loss: Double
    /// Its gradients, before any threshold, where somebody may ask for them.
    let gradients: Gradients?
    /// Why it is the last one, where the solver says so.
    var stopReason: TrainingHistory.StopReason?
  }

  /// One step: a pass over a mini-batch, or several over its parts, and a move along the gradient;
  /// nil where the solver finds none to take.
  func takeStep() throws -> Taken? {
    // To a solver that searches, data are those of one function, whatever the epoch.
    let turn = options.solver.search == nil ? epoch : 0
    let whole = try stream.batch(current.steps, of: indices(), epoch: turn)
    let batch = try augmented(whole.repadded(options.padding))
    let rate = options.schedule.rate(at: place)
    guard rate.isFinite, rate >= 0 else {
      throw TensorError(
        "train",
        "schedule \"\(options.schedule.name)\" gives learn rate \(rate) in epoch \(epoch + 1), "
          + "step \(iteration + 1)",
        remedy: "Return a finite number of 0 or more")
    }
    if let steps = options.splitLength {
      return try takeSplitStep(batch.pieces(of: steps), rate)
    }
    let parts = try parts(of: batch)
    guard options.solver.search == nil else { return try takeSearchedStep(parts, batch) }
    let tried = try tried(parts) { self.lossIsNotFinite($0, $1) }
    try move(along: tried.passes, rate)
    note(tried.loss, rate, tried.measured)
    return Taken(loss: tried.loss, gradients: isWatched ? tried.passes.gradients : nil)
  }

  private func move(along passes: TriedPasses, _ rate: Double) throws {
    let gradients = passes.gradients
    let limited = try options.gradientThreshold?.applied(to: gradients) ?? gradients
    try solver.update(along: limited, learnRate: rate, l2: options.l2)
    passes.keepStates()
  }

  /// A step through pieces of sequences, of which each moves the weights; what throws in one takes
  /// back those before.
  private func takeSplitStep(_ pieces: [TrainingData], _ rate: Double) throws -> Taken {
    // A single piece moves as a whole or not at all, and nothing need be kept, and so copied.
    let before = pieces.count > 1 ? (network: network.snapshot(), solver: solver) : nil
    do {
      var carried = NetworkState()
      var (sum, amount) = (0.0, 0.0)
      var measured: [[[Double]]] = []
      var gradients: Gradients?
      for (number, piece) in pieces.enumerated() {
        let part = BatchPart(sequenceLengths: piece.inputLengths, carrying: carried)
        let tried = try tried([(part, piece)], piece: number) { self.lossIsNotFinite($0, $1) }
        try move(along: tried.passes, rate)
        carried = tried.passes.carriedState
        if tried.amount > 0 { sum += tried.loss * tried.amount }
        amount += tried.amount
        measured += tried.measured
        gradients = isWatched ? tried.passes.gradients : nil
      }
      let loss = amount > 0 ? sum / amount : 0
      note(loss, rate, measured)
      return Taken(loss: loss, gradients: gradients)
    } catch {
      if let before {
        before.network.restore()
        solver = before.solver
      }
      throw error
    }
  }

  /// What passes over the parts of a mini-batch found.
  struct Tried {
    let passes: TriedPasses
    let loss: Double
    /// What it is the mean over; 1 for a pass over all of a mini-batch.
    let amount: Double
    /// What each metric adds up, of each part.
    let measured: [[[Double]]]
  }

  typealias Part = (part: BatchPart, data: TrainingData)

  /// Passes over parts, whose states are not kept yet. A loss that is not finite ends them where
  /// there is an error for it. Pieces of sequences draw random numbers of their own.
  func tried(
    _ parts: [Part], piece: Int = 0, refusing: ((Double, TrainingData) -> any Error)? = nil
  ) throws -> Tried {
    var (sum, amount) = (0.0, 0.0)
    var measured: [[[Double]]] = []
    let passes = try TriedPasses(
      of: network, seed: options.seed, iteration: iteration + (piece << 40),
      parts: parts.map(\.part)
    ) { number, context in
      let data = parts[number].data
      let compared = try data.compared(network(data.inputs, in: context))
      let loss = try loss.function(compared.outputs, compared.targets)
      let weight =
        parts.count == 1 && parts[0].part.carried == nil
        ? 1 : try self.loss.amount(compared.outputs, compared.targets) ?? compared.weight
      let value = try loss.item()
      if let refusing, !value.isFinite, weight > 0 { throw refusing(value, data) }
      if weight > 0 { sum += value * weight }
      amount += weight
      measured.append(
        try current.metrics.measured(compared.outputs.map(\.detached), compared.targets))
      return (loss, weight)
    }
    return Tried(
      passes: passes, loss: amount > 0 ? sum / amount : 0, amount: amount, measured: measured)
  }

  /// Counts a step, with what it found.
  func note(_ loss: Double, _ rate: Double, _ measured: [[[Double]]]) {
    iteration += 1
    current.steps += 1
    current.loss += loss
    current.learnRate = rate
    for numbers in measured { current.metrics.add(numbers) }
    history.iterationLosses.append(loss)
  }

  var isWatched: Bool { options.onProgress != nil || !watchers.isEmpty }

  /// The parts of a mini-batch that have a pass each.
  private func parts(of batch: TrainingData) throws -> [Part] {
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
    return try augmentation.function(batch, &stream).endingTogether(as: batch)
  }

  /// The error of a loss that is not finite, with the layer where it begins.
  func lossIsNotFinite(_ value: Double, _ batch: TrainingData) -> any Error {
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
