/// Whether training goes on.
public enum TrainingControl: Sendable {
  /// It does.
  case `continue`
  /// It ends after this step, with the history so far.
  case stop
}

/// Where training stands after a step.
public struct TrainingProgress: Sendable {
  /// The epoch, from 1.
  public let epoch: Int
  /// How many epochs there are to be.
  public let epochs: Int
  /// The step within the epoch, from 1.
  public let iteration: Int
  /// Steps in an epoch.
  public let iterationsPerEpoch: Int
  /// Steps taken in all epochs.
  public let totalIterations: Int
  /// The loss of this step's mini-batch.
  public let loss: Double
  /// The learn rate of this step.
  public let learnRate: Double
  /// The Euclidean norm over all gradients of this step, before any threshold, each shared one
  /// counted once; nil where nobody watches the training.
  public let gradientNorm: Double?
  /// Seconds since this run began, or was resumed, validation and callbacks included.
  public let seconds: Double
  /// Observations learned from in each second of this epoch's steps.
  public let observationsPerSecond: Double
  /// What was measured on validation data after this step; nil where it was not their turn.
  public let validation: TrainingHistory.Validation?
  /// The best value of the objective so far; nil without validation data.
  public let best: TrainingHistory.Best?
  let measured: MetricSums
  let endsRun: Bool

  /// The metrics of this epoch so far. Computed when asked for.
  public var metrics: [String: Double] { measured.values }

  /// Whether this is an epoch's last step.
  public var endsEpoch: Bool { iteration == iterationsPerEpoch }
}
