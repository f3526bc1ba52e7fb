import LigatureNetworks
import LigatureTensors

extension TrainingRun {
  /// Adds the weights to their average, where it is their turn.
  func average(afterStepOf epoch: Int) throws {
    guard let averaging = options.averaging, average != nil,
      Double(epoch) >= (averaging.start * Double(options.epochs)).rounded(.up),
      !averaging.isByEpoch || current.steps == iterationsPerEpoch
    else { return }
    try average?.update()
  }

  private var endsEpoch: Bool { current.steps == iterationsPerEpoch }

  /// Measures on validation data where it is their turn, and keeps the network where it is the best
  /// so far. At the run's last step, the network first becomes what the training ends with.
  func validateIfDue() throws {
    let endsRun = endsEpoch && epoch + 1 >= options.epochs
    if endsRun { try end(withStatistics: true) }
    let isDue = options.validationFrequency.isDue(
      iteration: iteration, epoch: epoch, endsEpoch: endsEpoch,
      secondsSince: begin.duration(to: .now) / .seconds(1) - lastValidation)
    if endsRun || isDue, current.validation?.iteration != iteration { try validate() }
    if endsRun { try takeBest(withStatistics: true) }
  }

  private func validate() throws {
    guard let validation else { return }
    func measured() throws -> (loss: Double, metrics: [String: Double]) {
      try evaluate(network, on: validation, loss: loss, options)
    }
    let isAveraged = !hasEnded && (average?.count ?? 0) > 0
    let found = try isAveraged ? average?.withAverages(measured) ?? measured() : measured()
    let record = TrainingHistory.Validation(
      iteration: iteration, epoch: epoch + 1, loss: found.loss, metrics: found.metrics)
    if history.validations.last?.iteration == iteration { history.validations.removeLast() }
    history.validations.append(record)
    current.validation = record
    lastValidation = begin.duration(to: .now) / .seconds(1)
    let value = options.objective.value(found.loss, found.metrics)
    guard options.objective.isBetter(value, than: history.best?.value) else { return }
    history.best = TrainingHistory.Best(iteration: iteration, epoch: epoch + 1, value: value)
    guard options.outputNetwork == .best else { return }
    best =
      try isAveraged
      ? average?.withAverages(network.storedForTraining) : network.storedForTraining()
  }

  /// Whether as many measurements in a row have been no better as the options allow.
  var hasLostPatience: Bool {
    guard let patience = options.validationPatience, current.validation?.iteration == iteration
    else { return false }
    let best = history.best?.iteration ?? 0
    return history.validations.count { $0.iteration > best } >= patience
  }

  /// Makes the network what a training ends with that was stopped after a step.
  func endEarly() throws {
    guard !hasEnded else { return }
    try end(withStatistics: true)
    let hasNew = options.batchNormalizationStatistics == .population || average != nil
    if hasNew || history.validations.last?.iteration != iteration { try validate() }
    try takeBest(withStatistics: true)
  }

  /// The same where all steps were taken before.
  func endFinished() throws {
    guard !hasEnded else { return }
    try end(withStatistics: !history.wasStopped)
    try takeBest(withStatistics: !history.wasStopped)
  }

  /// The same, where there is no time for passes over data.
  func endAtOnce() throws {
    guard !hasEnded else { return }
    try end(withStatistics: false)
    try takeBest(withStatistics: false)
  }

  /// Gives the network its averaged weights and the statistics of all of the data, where these are
  /// wanted of the last network.
  private func end(withStatistics: Bool) throws {
    guard !hasEnded else { return }
    if options.outputNetwork == .last {
      if let average, average.count > 0 {
        try keepLearned()
        try average.apply()
      }
      if withStatistics { try takeStatistics() }
    }
    hasEnded = options.outputNetwork == .last
  }

  /// Gives the network the best values so far, where these are wanted.
  private func takeBest(withStatistics: Bool) throws {
    guard options.outputNetwork == .best, !hasEnded else { return }
    if let best {
      try keepLearned()
      try network.restoreForTraining(best, withFactors: false)
    }
    if withStatistics { try takeStatistics() }
    hasEnded = true
  }

  private func takeStatistics() throws {
    guard options.batchNormalizationStatistics == .population else { return }
    try keepLearned()
    try network.updatePopulationStatistics(over: data, options)
  }

  private func keepLearned() throws {
    if learned == nil { learned = try network.storedForTraining() }
  }
}

extension DataSource {
  /// What is learned from, and what is measured, where a share of the data is set apart.
  func split(
    _ options: TrainingOptions
  ) throws -> (training: any DataSource, held: (any DataSource)?) {
    guard options.validationShare > 0 else { return (self, options.validation) }
    let share = options.validationShare
    let parts = try trainingPartitions(count, [share, 1 - share], seed: options.seed)
    guard !parts[0].isEmpty, !parts[1].isEmpty else {
      throw TensorError(
        "train",
        "a share of \(share) of \(counted(count, "observation")) leaves \(parts[1].count) to learn "
          + "from and \(parts[0].count) to measure",
        remedy: "Give more data, or another validationShare")
    }
    if let data = self as? TrainingData {
      return (try data.subset(parts[1].sorted()), try data.subset(parts[0].sorted()))
    }
    return (try part(parts[1].sorted()), try part(parts[0].sorted()))
  }
}
