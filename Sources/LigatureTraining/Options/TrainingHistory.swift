/// What a training run did, as a value.
public struct TrainingHistory: Sendable, Codable, Equatable {
  /// One pass over the data.
  public struct Epoch: Sendable, Codable, Equatable {
    /// Counted from 1.
    public let epoch: Int
    /// Steps taken in it.
    public let iterations: Int
    /// The learn rate of its last step.
    public let learnRate: Double
    /// Seconds its steps took, validation not included.
    public let seconds: Double
    /// The mean loss over its mini-batches.
    public let trainingLoss: Double
    /// Metrics over its mini-batches, each taken before the step it led to.
    public let trainingMetrics: [String: Double]
    /// The loss on the validation data, as it was last measured in the epoch.
    public let validationLoss: Double?
    /// The metrics on the validation data, as they were last measured in the epoch.
    public let validationMetrics: [String: Double]

    /// An epoch, for trying out what looks at a history.
    public init(
      epoch: Int, iterations: Int, learnRate: Double, seconds: Double, trainingLoss: Double,
      trainingMetrics: [String: Double] = [:], validationLoss: Double? = nil,
      validationMetrics: [String: Double] = [:]
    ) {
      self.epoch = epoch
      self.iterations = iterations
      self.learnRate = learnRate
      self.seconds = seconds
      self.trainingLoss = trainingLoss
      self.trainingMetrics = trainingMetrics
      self.validationLoss = validationLoss
      self.validationMetrics = validationMetrics
    }
  }

  /// What was measured on validation data after a step.
  public struct Validation: Sendable, Codable, Equatable {
    /// Steps taken before, in all epochs.
    public let iteration: Int
    /// The epoch, from 1.
    public let epoch: Int
    /// The loss.
    public let loss: Double
    /// The metrics.
    public let metrics: [String: Double]
  }

  /// The best value of the objective, and when it was measured.
  public struct Best: Sendable, Codable, Equatable {
    /// Steps taken before, in all epochs.
    public let iteration: Int
    /// The epoch, from 1.
    public let epoch: Int
    /// The objective's value on validation data.
    public let value: Double
  }

  /// Why a training ended before its last epoch was done.
  public enum StopReason: String, Sendable, Codable {
    /// A progress callback said so.
    case callback
    /// Its Swift task was cancelled.
    case cancelled
    /// The user interrupted the program, with Ctrl-C.
    case interrupted
    /// Validation had not become better for as many times as
    /// ``TrainingOptions/validationPatience`` says.
    case validationPatience
    /// The gradient, or the last step, was as small as the tolerance of a solver that searches.
    case converged
    /// A solver that searches found no lower loss.
    case noLowerLoss
  }

  /// The epochs, in order; the last one may be incomplete.
  public internal(set) var epochs: [Epoch] = []
  /// Why training ended before its time; nil where it did not.
  public internal(set) var stopReason: StopReason?
  /// The loss of every step, in order.
  public internal(set) var iterationLosses: [Double] = []
  /// All measurements on validation data, in order.
  public internal(set) var validations: [Validation] = []
  /// The best of them by ``TrainingOptions/objective``.
  public internal(set) var best: Best?
  /// The options of the training, as they can be stored.
  public internal(set) var options: TrainingOptions.Record?

  /// Whether training ended before its time, for whatever reason.
  public var wasStopped: Bool { stopReason != nil }
  /// Whether training ended because its Swift task was cancelled.
  public var wasCancelled: Bool { stopReason == .cancelled }
}

extension TrainingHistory {
  /// Decodes a history; what it does not say is empty.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    epochs = try values.decode([Epoch].self, forKey: .epochs)
    stopReason = try values.decodeIfPresent(StopReason.self, forKey: .stopReason)
    iterationLosses = try values.decode([Double].self, forKey: .iterationLosses)
    validations = try values.decodeIfPresent([Validation].self, forKey: .validations) ?? []
    best = try values.decodeIfPresent(Best.self, forKey: .best)
    options = try values.decodeIfPresent(TrainingOptions.Record.self, forKey: .options)
  }
}
