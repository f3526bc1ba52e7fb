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
  /// Whether a progress callback ended training before its time.
  public internal(set) var wasStopped = false

  /// The loss of every step, in order.
  public internal(set) var iterationLosses: [Double] = []
}
