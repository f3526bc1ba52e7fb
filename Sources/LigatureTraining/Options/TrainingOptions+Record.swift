import LigatureTensors

extension TrainingOptions {
  /// Options as they can be stored: closures and data by their names and sizes. It stands in every
  /// ``TrainingHistory``, and prints as a table.
  public struct Record: Sendable, Hashable, Codable {
    /// The solver with its settings.
    public let solver: NamedSettings
    /// The schedule with its settings.
    public let schedule: NamedSettings
    /// Passes over the data.
    public let epochs: Int
    /// Observations a step.
    public let batchSize: Int
    /// Observations a pass; nil for all of a step's.
    public let microBatchSize: Int?
    /// The initial learn rate.
    public let learnRate: Double
    /// The factor of the penalty.
    public let l2: Double
    /// How large gradients may be.
    public let gradientThreshold: GradientThreshold?
    /// When the order of observations changes.
    public let shuffle: Shuffle
    /// What happens to a last mini-batch that is not full.
    public let incompleteBatch: IncompleteBatch
    /// Whether mini-batches are made of sequences of similar length.
    public let groupsByLength: Bool
    /// How padded sequences come to one length.
    public let padding: SequencePadding
    /// The steps of a piece; nil where sequences are whole.
    public let splitLength: Int?
    /// What batch normalisations use in predictions.
    public let batchNormalizationStatistics: BatchNormalizationStatistics
    /// Which weights are averaged.
    public let averaging: WeightAveraging?
    /// The share of the epochs with augmentation; nil without any.
    public let augmentationShare: Double?
    /// The metrics' names.
    public let metrics: [String]
    /// Observations of the validation data; nil without any.
    public let validationCount: Int?
    /// The share of the data that is taken for validation.
    public let validationShare: Double
    /// How often validation is measured.
    public let validationFrequency: Frequency
    /// Measurements without a better value before training ends.
    public let validationPatience: Int?
    /// Which network a training ends with.
    public let outputNetwork: OutputNetwork
    /// What is to become better.
    public let objective: Objective
    /// What keys everything random.
    public let seed: UInt64
  }

  /// The options as they can be stored and printed.
  public var record: Record {
    Record(
      solver: NamedSettings(solver.name, solver.settings), schedule: schedule.record,
      epochs: epochs, batchSize: batchSize, microBatchSize: microBatchSize, learnRate: learnRate,
      l2: l2, gradientThreshold: gradientThreshold, shuffle: shuffle,
      incompleteBatch: incompleteBatch, groupsByLength: groupsByLength,
      padding: padding, splitLength: splitLength,
      batchNormalizationStatistics: batchNormalizationStatistics, averaging: averaging,
      augmentationShare: augmentation?.share, metrics: metrics.map(\.name),
      validationCount: validation?.count, validationShare: validationShare,
      validationFrequency: validationFrequency, validationPatience: validationPatience,
      outputNetwork: outputNetwork, objective: objective, seed: seed)
  }

  /// Options from stored ones. What a record only names is given again: metrics, data, and closures
  /// of your own.
  ///
  /// Throws where the record names a solver or a schedule that is not built in and not given, and
  /// where metrics have other names.
  public init(
    _ record: Record, solver: Solver? = nil, schedule: LearnRateSchedule? = nil,
    augmentation: Augmentation? = nil, metrics: [Metric] = [], validation: (any DataSource)? = nil
  ) throws {
    func require(_ what: String, _ expected: String, _ found: String) throws {
      guard expected != found else { return }
      throw TensorError(
        "TrainingOptions", "the stored options have \(what) \(expected), and \(found) was given",
        remedy: "Give the \(what) that the options had")
    }
    try require("solver", record.solver.name, solver?.name ?? record.solver.name)
    try require("schedule", record.schedule.name, schedule?.name ?? record.schedule.name)
    try require("metrics", "\(record.metrics)", "\(metrics.map(\.name))")
    try require(
      "augmentation", record.augmentationShare.map { "in a share of \($0)" } ?? "none",
      augmentation.map { "in a share of \($0.share)" } ?? "none")
    try require(
      "validation data",
      record.validationCount.map { "of \(counted($0, "observation"))" } ?? "none",
      validation.map { "of \(counted($0.count, "observation"))" } ?? "none")
    self.init(
      try solver ?? Solver(record.solver), epochs: record.epochs, batchSize: record.batchSize,
      learnRate: record.learnRate, schedule: try schedule ?? LearnRateSchedule(record.schedule),
      l2: record.l2, gradientThreshold: record.gradientThreshold, shuffle: record.shuffle,
      incompleteBatch: record.incompleteBatch, groupsByLength: record.groupsByLength,
      padding: record.padding, splitLength: record.splitLength,
      batchNormalizationStatistics: record.batchNormalizationStatistics,
      augmentation: augmentation, metrics: metrics, validation: validation, seed: record.seed)
    microBatchSize = record.microBatchSize
    averaging = record.averaging
    validationShare = record.validationShare
    validationFrequency = record.validationFrequency
    validationPatience = record.validationPatience
    outputNetwork = record.outputNetwork
    objective = record.objective
  }
}

extension TrainingOptions.Record: CustomStringConvertible {
  /// A line for each option.
  public var description: String {
    let rows: [(String, String)] = [
      ("solver", "\(solver)"), ("learn rate", "\(learnRate)"), ("schedule", "\(schedule)"),
      ("epochs", "\(epochs)"), ("batch size", "\(batchSize)"),
      ("observations a pass", microBatchSize.map { "\($0)" } ?? "all of a batch"),
      ("L2 penalty", "\(l2)"),
      (
        "gradient threshold",
        gradientThreshold.map { "\($0.method) \($0.threshold)" } ?? "none"
      ),
      ("shuffle", "\(shuffle)"), ("incomplete batch", "\(incompleteBatch)"),
      ("grouped by length", groupsByLength ? "yes" : "no"), ("sequences padded", "\(padding)"),
      ("split after", splitLength.map { counted($0, "step") } ?? "never"),
      ("batch normalisation", "\(batchNormalizationStatistics) statistics"),
      ("averaged weights", averaging.map { "\($0)" } ?? "none"),
      (
        "augmentation",
        augmentationShare.map { "in a share of \($0) of the epochs" } ?? "none"
      ),
      ("metrics", metrics.isEmpty ? "none" : metrics.joined(separator: ", ")),
      ("validation", validationText), ("objective", "\(objective)"),
      ("output network", "\(outputNetwork)"), ("seed", "\(seed)"),
    ]
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { name, value in
      name + String(repeating: " ", count: width - name.count) + "  " + value
    }.joined(separator: "\n")
  }

  private var validationText: String {
    let data: String? =
      if let validationCount {
        "\(counted(validationCount, "observation"))"
      } else if validationShare > 0 {
        "a share of \(validationShare)"
      } else {
        nil
      }
    guard let data else { return "none" }
    let patience = validationPatience.map { ", patience \($0)" } ?? ""
    return "\(data), every \(validationFrequency)\(patience)"
  }
}

extension Frequency: CustomStringConvertible {
  public var description: String {
    switch self {
    case .epochs(1): "epoch"
    case .epochs(let count): counted(count, "epoch")
    case .iterations(1): "step"
    case .iterations(let count): counted(count, "step")
    case .minutes(let time): "\(time) minutes"
    }
  }
}

extension Objective: CustomStringConvertible {
  public var description: String { (isHighest ? "highest " : "lowest ") + name }
}

extension WeightAveraging: CustomStringConvertible {
  public var description: String {
    let way: String =
      switch method {
      case .exponential(let decay): "exponential, decay \(decay)"
      case .equal: "all alike"
      }
    return "\(way), after each \(isByEpoch ? "epoch" : "step") from a share of \(start) on"
  }
}
