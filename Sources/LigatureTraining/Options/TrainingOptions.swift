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

  /// Which network a training ends with.
  public enum OutputNetwork: String, Sendable, Codable {
    /// The one after the last step, or its averaged weights.
    case last
    /// The one with the best value of ``TrainingOptions/objective`` on validation data.
    case best
  }

  /// How gradients become steps.
  public var solver: Solver
  /// Passes over the data.
  public var epochs: Int
  /// Observations a step.
  public var batchSize: Int
  /// Observations a pass: the gradients of a mini-batch are computed in several passes where it has
  /// more, which takes less memory. Nil for one pass.
  ///
  /// The step is, up to rounding, that of one pass: random numbers are those it would draw. What
  /// depends on all of a mini-batch, such as the statistics of a batch normalisation, sees those of
  /// a pass.
  public var microBatchSize: Int?
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
  /// How padded sequences come to one length, those of validation data too.
  public var padding: SequencePadding
  /// The steps of a piece, where longer sequences are split: truncated backpropagation through time
  /// (Williams and Peng 1990). Nil where sequences are whole.
  ///
  /// A step goes through the pieces of its mini-batch in order. Each moves the weights, and begins
  /// with what layers with memory remember at the end of the piece before; no gradient flows back
  /// to that. Losses and metrics are those of all pieces. Sequences need a target for each of their
  /// steps.
  public var splitLength: Int?
  /// What batch normalisations use in predictions once a training is over, whether its epochs are
  /// done or something has stopped it. A task that is cancelled ends without.
  public var batchNormalizationStatistics: BatchNormalizationStatistics
  /// How mini-batches are changed before the network sees them.
  public var augmentation: Augmentation?
  /// What is measured along with the loss.
  public var metrics: [Metric]
  /// Which weights are averaged; none where it is nil.
  public var averaging: WeightAveraging?
  /// Data the network is measured on, without learning from it.
  public var validation: (any DataSource)?
  /// The share of the data, drawn by ``seed``, that is not learned from and measured instead of
  /// ``validation``; in 0..<1.
  public var validationShare: Double
  /// How often it is measured: after every epoch by default, and in the end in any case.
  public var validationFrequency: Frequency
  /// After how many measurements in a row without a better ``objective`` training ends; never where
  /// it is nil.
  public var validationPatience: Int?
  /// Which network a training ends with.
  public var outputNetwork: OutputNetwork
  /// What is to become better on validation data.
  public var objective: Objective
  /// Keys the order of observations and everything random in layers.
  public var seed: UInt64
  /// What ``train(_:on:loss:options:resumingFrom:)`` says of itself on the terminal.
  public var verbose: Verbosity
  /// What is written of the training while it runs.
  public var logs: [TrainingLog]
  /// Where and how often everything is written down that the training needs to go on in another
  /// process; nowhere where it is nil.
  public var checkpoints: Checkpoints?
  /// Called after every step; returning `.stop` ends training there.
  public var onProgress: (@Sendable (TrainingProgress) throws -> TrainingControl)?

  /// Options with the field's usual values where none are given.
  public init(
    _ solver: Solver = .adam, epochs: Int = 30, batchSize: Int = 128,
    microBatchSize: Int? = nil, learnRate: Double = 1e-3,
    schedule: LearnRateSchedule = .constant, l2: Double = 0,
    gradientThreshold: GradientThreshold? = nil, shuffle: Shuffle = .everyEpoch,
    incompleteBatch: IncompleteBatch = .keep, groupsByLength: Bool = false,
    padding: SequencePadding = .longest, splitLength: Int? = nil,
    batchNormalizationStatistics: BatchNormalizationStatistics = .moving,
    augmentation: Augmentation? = nil,
    metrics: [Metric] = [], averaging: WeightAveraging? = nil,
    validation: (any DataSource)? = nil, validationShare: Double = 0,
    validationFrequency: Frequency = .epochs(1), validationPatience: Int? = nil,
    outputNetwork: OutputNetwork = .last, objective: Objective = .loss, seed: UInt64 = 0,
    verbose: Verbosity = .automatic, logs: [TrainingLog] = [], checkpoints: Checkpoints? = nil,
    onProgress: (@Sendable (TrainingProgress) throws -> TrainingControl)? = nil
  ) {
    self.solver = solver
    self.epochs = epochs
    self.batchSize = batchSize
    self.microBatchSize = microBatchSize
    self.learnRate = learnRate
    self.schedule = schedule
    self.l2 = l2
    self.gradientThreshold = gradientThreshold
    self.shuffle = shuffle
    self.incompleteBatch = incompleteBatch
    self.groupsByLength = groupsByLength
    self.padding = padding
    self.splitLength = splitLength
    self.batchNormalizationStatistics = batchNormalizationStatistics
    self.augmentation = augmentation
    self.metrics = metrics
    self.averaging = averaging
    self.validation = validation
    self.validationShare = validationShare
    self.validationFrequency = validationFrequency
    self.validationPatience = validationPatience
    self.outputNetwork = outputNetwork
    self.objective = objective
    self.seed = seed
    self.verbose = verbose
    self.logs = logs
    self.checkpoints = checkpoints
    self.onProgress = onProgress
  }
}
