import LigatureTensors

/// The learn rate as a function of how far training has come: one of those built in, several in
/// sequence, or one of your own.
///
///     extension LearnRateSchedule {
///       /// The initial rate over the square root of the step.
///       static let inverseRoot = LearnRateSchedule("inverseRoot") { place in
///         place.initial / Double(place.iteration + 1).squareRoot()
///       }
///     }
public struct LearnRateSchedule: Sendable {
  /// Where training stands before a step.
  public struct Place: Sendable {
    /// The rate that training was told to begin with.
    public let initial: Double
    /// Steps taken before, in all epochs.
    public let iteration: Int
    /// Steps that all epochs will have.
    public let iterations: Int
    /// The epoch, from 0.
    public let epoch: Int
    /// Steps of an epoch.
    public let iterationsPerEpoch: Int
    /// What the epochs before came to.
    public let history: [TrainingHistory.Epoch]

    /// A place in a training, for trying a schedule out.
    public init(
      initial: Double, iteration: Int, iterations: Int, epoch: Int, iterationsPerEpoch: Int? = nil,
      history: [TrainingHistory.Epoch] = []
    ) {
      self.initial = initial
      self.iteration = iteration
      self.iterations = iterations
      self.epoch = epoch
      self.iterationsPerEpoch =
        iterationsPerEpoch ?? (epoch > 0 ? max(1, iteration / epoch) : max(1, iterations))
      self.history = history
    }
  }

  /// What it is called in errors.
  public let name: String
  /// Its settings by name, for whoever prints them.
  public let settings: [String: Double]
  /// The schedules that it is made of, where it is made of others.
  public let parts: [LearnRateSchedule]

  private let function: @Sendable (Place) -> Double
  private let validateSettings: @Sendable () throws -> Void

  /// A schedule of your own.
  ///
  /// - Parameters:
  ///   - name: what it is called in errors.
  ///   - settings: its settings, as they are to stand beside the name.
  ///   - parts: the schedules it is made of, where it is made of others.
  ///   - validate: throws where settings are out of range; called before training begins.
  ///   - rate: the learn rate of a step: a function of its place alone, so that training that is
  ///     resumed goes on as if it had never stopped. Training throws where it is negative or not
  ///     finite.
  public init(
    _ name: String, settings: [String: Double] = [:], parts: [LearnRateSchedule] = [],
    validate: @escaping @Sendable () throws -> Void = {},
    rate: @escaping @Sendable (Place) -> Double
  ) {
    self.name = name
    self.settings = settings
    self.parts = parts
    validateSettings = validate
    function = rate
  }

  /// Throws where a setting is out of range, its own or of a part.
  public func validate() throws {
    for part in parts { try part.validate() }
    try validateSettings()
  }

  /// The rate at a place.
  public func rate(at place: Place) -> Double { function(place) }

  /// The rate of an iteration, counted from 0, of `total`, in an epoch counted from 0.
  public func rate(_ initial: Double, iteration: Int, of total: Int, epoch: Int) -> Double {
    rate(at: Place(initial: initial, iteration: iteration, iterations: total, epoch: epoch))
  }
}
