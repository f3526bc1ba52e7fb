import Ligature

/// What a network learns from and is tested on: sequences whose channels and targets are rescaled
/// to mean 0 and standard deviation 1 over the training part.
struct Lesson {
  /// Channels `[count, time, channels]`, and what is to be told of them, `[count, time, targets]`.
  typealias Sequences = (channels: Tensor, targets: Tensor)

  /// What is learned from.
  let training: TrainingData

  /// What is only looked at in the end.
  let test: Sequences

  /// How channels were rescaled.
  let channelScaling: Scaling

  /// How targets were rescaled.
  let targetScaling: Scaling

  /// Rescales both parts by the statistics of the training part.
  init(training: Sequences, test: Sequences) throws {
    channelScaling = try Scaling(of: training.channels)
    targetScaling = try Scaling(of: training.targets)
    self.training = try TrainingData(
      channelScaling.applied(to: training.channels),
      targets: targetScaling.applied(to: training.targets))
    self.test = (
      try channelScaling.applied(to: test.channels), try targetScaling.applied(to: test.targets)
    )
  }

  /// Whether no number was lost in rescaling.
  func isFinite() throws -> Bool {
    let tensors = training.inputs + training.targets + [test.channels, test.targets]
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
