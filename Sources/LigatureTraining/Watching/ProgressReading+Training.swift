extension ProgressReading {
  /// Where training stands, as a progress line shows it, with the first of the metrics.
  public init(_ progress: TrainingProgress) {
    self.init(withoutMetric: progress)
    metric = Metric(firstOf: progress)
  }

  /// The same without a metric, whose value may cost more than a step.
  init(withoutMetric progress: TrainingProgress) {
    self.init(
      epoch: progress.epoch, of: progress.epochs, iteration: progress.iteration,
      of: progress.iterationsPerEpoch, loss: progress.loss)
  }
}

extension ProgressReading.Metric {
  init?(firstOf progress: TrainingProgress) {
    guard let (name, value) = progress.measured.first else { return nil }
    self.init(name, value)
  }
}
