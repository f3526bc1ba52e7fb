extension ProgressReading {
  /// Where training stands, as a progress line shows it.
  public init(_ progress: TrainingProgress) {
    self.init(
      epoch: progress.epoch, of: progress.epochs, iteration: progress.iteration,
      of: progress.iterationsPerEpoch, loss: progress.loss,
      metric: progress.metrics.first.map { Metric($0.key, $0.value) })
  }
}
