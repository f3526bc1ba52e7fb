import LigatureNetworks
import LigatureTensors

// Normalisations with values of another program, which come in any shape with one number for each
// channel: `[channels]` as PyTorch's `weight` and `bias`, `[1, 1, channels]` or `[channels, 1]` as
// MATLAB's `Scale` and `Offset`. From files they are loaded by `KeyRenaming`.

extension BatchNormalization {
  /// A layer with given values: PyTorch's `running_mean` and `running_var` are MATLAB's
  /// `TrainedMean` and `TrainedVariance`. Throws for a tensor without a value.
  public init(
    scale: Tensor?, offset: Tensor?, mean: Tensor, variance: Tensor,
    statistics: Statistics = .shared, epsilon: Double = 1e-5, momentum: Double = 0.1
  ) throws {
    self.init(
      statistics: statistics, epsilon: epsilon, momentum: momentum, scale: scale != nil,
      offset: offset != nil)
    try set(scale, offset)
    self.mean = try mean.reshaped(to: [-1])
    self.variance = try variance.reshaped(to: [-1])
  }
}

extension LayerNormalization {
  /// A layer with given values. Throws for a tensor without a value.
  public init(scale: Tensor?, offset: Tensor?, epsilon: Double = 1e-5) throws {
    self.init(epsilon: epsilon, scale: scale != nil, offset: offset != nil)
    try set(scale, offset)
  }
}

extension RMSNormalization {
  /// A layer with given values. Throws for a tensor without a value.
  public init(scale: Tensor?, offset: Tensor? = nil, epsilon: Double = 1e-6) throws {
    self.init(epsilon: epsilon, scale: scale != nil, offset: offset != nil)
    try set(scale, offset)
  }
}

extension GroupNormalization {
  /// A layer with given values. Throws for a tensor without a value.
  public init(groups: Int, scale: Tensor?, offset: Tensor?, epsilon: Double = 1e-5) throws {
    self.init(groups: groups, epsilon: epsilon, scale: scale != nil, offset: offset != nil)
    try set(scale, offset)
  }
}

extension InstanceNormalization {
  /// A layer with given values. Throws for a tensor without a value.
  public init(scale: Tensor?, offset: Tensor?, epsilon: Double = 1e-5) throws {
    self.init(epsilon: epsilon, scale: scale != nil, offset: offset != nil)
    try set(scale, offset)
  }
}

extension ChannelScaling {
  fileprivate func set(_ scale: Tensor?, _ offset: Tensor?) throws {
    if let scale { self.scale = try scale.reshaped(to: [-1]) }
    if let offset { self.offset = try offset.reshaped(to: [-1]) }
  }
}
