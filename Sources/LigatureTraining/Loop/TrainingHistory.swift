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
    /// The loss on the validation data after it.
    public let validationLoss: Double?
    /// The metrics on the validation data after it.
    public let validationMetrics: [String: Double]
  }

  /// The epochs, in order; the last one may be incomplete.
  public internal(set) var epochs: [Epoch] = []
  /// Whether a progress callback ended training before its time, or ``wasCancelled``.
  public internal(set) var wasStopped = false
  /// Whether training ended because its Swift task was cancelled.
  public internal(set) var wasCancelled = false

  /// The loss of every step, in order.
  public internal(set) var iterationLosses: [Double] = []
}

extension TrainingHistory {
  /// Decodes a history, also one from before it said whether a task was cancelled.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    epochs = try values.decode([Epoch].self, forKey: .epochs)
    wasStopped = try values.decode(Bool.self, forKey: .wasStopped)
    wasCancelled = try values.decodeIfPresent(Bool.self, forKey: .wasCancelled) ?? false
    iterationLosses = try values.decode([Double].self, forKey: .iterationLosses)
  }
}
