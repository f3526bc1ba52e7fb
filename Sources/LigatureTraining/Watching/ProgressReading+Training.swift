extension ProgressReading {
  /// Where training stands, as a progress line shows it, with all metrics.
  public init(_ progress: TrainingProgress) {
    self.init(withoutDetails: progress)
    addDetails(of: progress)
  }

  /// The same without what may cost more than a step.
  init(withoutDetails progress: TrainingProgress) {
    self.init(
      epoch: progress.epoch, of: progress.epochs, iteration: progress.iteration,
      of: progress.iterationsPerEpoch, loss: progress.loss)
    validationLoss = progress.validation?.loss
    observationsPerSecond = progress.observationsPerSecond
  }

  mutating func addDetails(of progress: TrainingProgress) {
    metrics = progress.measured.ordered.map { Metric($0.name, $0.value) }
    memoryBytes = ResidentMemory.bytes
  }
}
