/// How to train.
public struct TrainingOptions: Sendable {
  /// When the order of observations changes.
  public enum Shuffle: String, Sendable, Codable {
    /// They stay as they come.
    case never
    /// Once, before the first epoch.
    case once
    /// Before every epoch.
    case everyEpoch
  }

  /// What happens to an epoch's last mini-batch when it is not full.
  public enum IncompleteBatch: String, Sendable, Codable {
    /// It is used as it is.
    case keep
    /// Its observations are left out.
    case drop
  }

  /// What batch normalisations use in predictions once a training is over.
  public enum BatchNormalizationStatistics: String, Sendable, Codable {
    /// The averages that moved along with the mini-batches.
    case moving
    /// Those of all of the data: one more pass over it at the end, as it comes, without
    /// augmentation; see ``Network/updatePopulationStatistics(over:batchSize:shuffle:seed:)``.
    case population
  }

  /// How gradients become steps.
  public var solver: Solver
  /// Passes over the data.
  public var epochs: Int
  /// Observations a step.
  public var batchSize: Int
  /// The initial learn rate.
  public var learnRate: Double
  /// How the learn rate goes on from there.
  public var schedule: LearnRateSchedule
  /// The factor of the penalty l2 · w²/2, whose gradient is added; scaled by each learnable's own
  /// factor.
  public var l2: Double
  /// How large gradients may be; no limit where it is nil. The penalty is added behind it.
  public var gradientThreshold: GradientThreshold?
  /// When the order of observations changes.
  public var shuffle: Shuffle
  /// What happens to a last mini-batch that is not full.
  public var incompleteBatch: IncompleteBatch
  /// Whether mini-batches are made of sequences of similar length, which leaves less padding; see
  /// ``buckets(_:of:)``.
  public var groupsByLength: Bool
  /// What batch normalisations use in predictions once a training is over, whether its epochs are
  /// done or a callback has stopped it. A task that is cancelled ends without. A run that goes on
  /// after a callback has stopped it goes on from the statistics that were taken there.
  public var batchNormalizationStatistics: BatchNormalizationStatistics
  /// How mini-batches are changed before the network sees them.
  public var augmentation: Augmentation?
  /// What is measured along with the loss.
  public var metrics: [Metric]
  /// Data the network is measured on after each epoch, without learning from it.
  public var validation: TrainingData?
  /// Keys the order of observations and everything random in layers.
  public var seed: UInt64
  /// Called after every step; returning `.stop` ends training there.
  public var onProgress: (@Sendable (TrainingProgress) throws -> TrainingControl)?

  /// Options with the field's usual values where none are given.
  public init(
    _ solver: Solver = .adam, epochs: Int = 30, batchSize: Int = 128, learnRate: Double = 1e-3,
    schedule: LearnRateSchedule = .constant, l2: Double = 0,
    gradientThreshold: GradientThreshold? = nil, shuffle: Shuffle = .everyEpoch,
    incompleteBatch: IncompleteBatch = .keep, groupsByLength: Bool = false,
    batchNormalizationStatistics: BatchNormalizationStatistics = .moving,
    augmentation: Augmentation? = nil,
    metrics: [Metric] = [],
    validation: TrainingData? = nil, seed: UInt64 = 0,
    onProgress: (@Sendable (TrainingProgress) throws -> TrainingControl)? = nil
  ) {
    self.solver = solver
    self.epochs = epochs
    self.batchSize = batchSize
    self.learnRate = learnRate
    self.schedule = schedule
    self.l2 = l2
    self.gradientThreshold = gradientThreshold
    self.shuffle = shuffle
    self.incompleteBatch = incompleteBatch
    self.groupsByLength = groupsByLength
    self.batchNormalizationStatistics = batchNormalizationStatistics
    self.augmentation = augmentation
    self.metrics = metrics
    self.validation = validation
    self.seed = seed
    self.onProgress = onProgress
  }
}

/// Whether training goes on.
public enum TrainingControl: Sendable {
  /// It does.
  case `continue`
  /// It ends after this step, with the history so far.
  case stop
}

/// Where training stands after a step.
public struct TrainingProgress: Sendable {
  /// The epoch, from 1, and how many there are to be.
  public let epoch: Int
  /// How many epochs there are to be.
  public let epochs: Int
  /// The step within the epoch, from 1.
  public let iteration: Int
  /// Steps in an epoch.
  public let iterationsPerEpoch: Int
  /// The loss of this step's mini-batch.
  public let loss: Double
  let measured: MetricSums

  /// The metrics of this epoch so far. Computed when asked for.
  public var metrics: [String: Double] { measured.values }
}
