import Foundation

/// How far a training run has come, and the line that says so.
public struct ProgressReading: Equatable, Sendable {
  /// The epoch under way, from 1.
  public var epoch: Int

  /// The number of epochs.
  public var epochCount: Int

  /// The mini-batches of this epoch that are done.
  public var iteration: Int

  /// The mini-batches of an epoch; 0 where these are not counted, and epochs are told when they are
  /// done.
  public var iterationCount: Int

  /// The loss now, where there is one.
  public var loss: Double?

  /// What is measured now, in the order of importance.
  public var metrics: [Metric] = []

  /// The loss on validation data as it was last measured, where there is one.
  public var validationLoss: Double?

  /// Observations a second, where they are counted.
  public var observationsPerSecond: Double?

  /// The memory that the process takes, where that is known.
  public var memoryBytes: Int?

  /// What `epoch` counts, as the line calls it; a comparison of many networks counts trainings.
  public var epochNoun = "epoch"

  /// What `iteration` counts.
  public var iterationNoun = "iteration"

  /// A metric's name and value.
  public struct Metric: Equatable, Sendable {
    /// What is measured, such as `RMSE`.
    public var name: String

    /// What came out.
    public var value: Double

    /// Names a measured value.
    public init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// A reading in the middle of an epoch, or at its end where `iteration` is `iterationCount`.
  public init(
    epoch: Int, of epochCount: Int, iteration: Int, of iterationCount: Int, loss: Double? = nil,
    metrics: [Metric] = []
  ) {
    self.epoch = epoch
    self.epochCount = epochCount
    self.iteration = iteration
    self.iterationCount = iterationCount
    self.loss = loss
    self.metrics = metrics
  }

  /// The part of the run that is done, 0 to 1.
  public var fraction: Double {
    guard epochCount > 0 else { return 0 }
    let inEpoch = iterationCount > 0 ? Double(iteration) / Double(iterationCount) : 1
    return min(1, max(0, (Double(epoch - 1) + inEpoch) / Double(epochCount)))
  }

  /// Whether this is the end of an epoch.
  public var endsEpoch: Bool { iteration >= iterationCount }

  /// Whether this is the end of the last epoch.
  public var endsRun: Bool { endsEpoch && epoch == epochCount }

  /// The time that is left if the rest goes as fast as what is done; nil before anything is done,
  /// and where it would be longer than a hundred years.
  public func remaining(after elapsed: Duration) -> Duration? {
    guard fraction > 0 else { return nil }
    let seconds = elapsed / .seconds(1) * (1 - fraction) / fraction
    return seconds < 100 * 365 * 24 * 3600 ? .seconds(seconds) : nil
  }
}
