import Ligature

/// What a network learns from and is tested on: sequences whose channels and targets are rescaled
/// to mean 0 and standard deviation 1 over the training part.
struct Lesson {
  /// Channels `[count, time, channels]`, and what is to be told of them, `[count, time, targets]`.
  typealias Sequences = (channels: Tensor, targets: Tensor)

  /// What is learned from.
  let training: TrainingData

  /// What tells when a training was at its best.
  let validation: TrainingData

  /// What is only looked at in the end.
  let test: Sequences

  /// How channels were rescaled.
  let channelScaling: Scaling

  /// How targets were rescaled.
  let targetScaling: Scaling

  /// Rescales all parts by the statistics of the training part.
  init(training: Sequences, validation: Sequences, test: Sequences) throws {
    let channelScaling = try Scaling(of: training.channels)
    let targetScaling = try Scaling(of: training.targets)
    func rescaled(_ sequences: Sequences) throws -> Sequences {
      (
        try channelScaling.applied(to: sequences.channels),
        try targetScaling.applied(to: sequences.targets)
      )
    }
    func data(_ sequences: Sequences) throws -> TrainingData {
      try TrainingData(sequences.channels, targets: sequences.targets)
    }
    self.training = try data(rescaled(training))
    self.validation = try data(rescaled(validation))
    self.test = try rescaled(test)
    self.channelScaling = channelScaling
    self.targetScaling = targetScaling
  }

  /// Whether no number was lost in rescaling.
  func isFinite() throws -> Bool {
    let tensors =
      training.inputs + training.targets + validation.inputs + validation.targets
      + [test.channels, test.targets]
    return try tensors.allSatisfy { try $0.isFinite() }
      && channelScaling.deviation.isFinite() && targetScaling.deviation.isFinite()
  }
}

/// A mean and a standard deviation for each channel, in double precision.
struct Scaling {
  /// `[channels]`.
  let mean: Tensor

  /// `[channels]`; 1 for a channel that does not vary.
  let deviation: Tensor

  /// The statistics of values `[count, time, channels]`.
  init(of values: Tensor) throws {
    let values = try values.cast(to: .float64)
    mean = try values.mean(0, 1)
    let spread = try sqrt(values.variance(0, 1))
    deviation = try select(spread .> 0, spread, .ones(spread.shape, .float64))
  }

  /// Values in standard deviations from the mean, in single precision.
  func applied(to values: Tensor) throws -> Tensor {
    try ((values.cast(to: .float64) - mean) / deviation).cast(to: .float32)
  }

  /// Values in their own units again.
  func undone(on values: Tensor) throws -> Tensor {
    try values.cast(to: .float64) * deviation + mean
  }
}
