/// (x - mean) / sqrt(variance + epsilon) over the last axis, with the biased variance: layer
/// normalisation before its scale and offset (Ba et al. 2016). O(count).
public func normalized(_ x: Tensor, epsilon: Double = 1e-5) throws -> Tensor {
  try Normalize(epsilon: epsilon)([x])
}

/// Batch normalisation with the statistics of `x` itself (Ioffe and Szegedy 2015): each channel of
/// `[..., channels]` is brought to mean 0 and variance 1 over all other axes, then scaled and
/// shifted by `[channels]`. O(count).
///
///     y = (x - mean) / sqrt(variance + epsilon) · scale + offset, with divisor n
///
/// Throws for a tensor without elements, parameters of another shape and an epsilon that cannot be
/// added to a variance.
public func batchNormalized(
  _ x: Tensor, scale: Tensor? = nil, offset: Tensor? = nil, epsilon: Double = 1e-5
) throws -> Tensor {
  try batchNormalizedWithStatistics(x, scale: scale, offset: offset, epsilon: epsilon).result
}

/// The same, with the mean and the biased variance of each channel as constants `[channels]`.
package func batchNormalizedWithStatistics(
  _ x: Tensor, scale: Tensor?, offset: Tensor?, epsilon: Double
) throws -> (result: Tensor, mean: Tensor, variance: Tensor) {
  let operation = NormalizeChannels(
    form: ChannelForm(
      statistics: .batch, epsilon: epsilon, hasScale: scale != nil, hasOffset: offset != nil))
  let (result, statistics) = try operation.withStatistics([x] + [scale, offset].compactMap(\.self))
  func row(_ number: Int) throws -> Tensor {
    try statistics.slice(number..<(number + 1), axis: 1).reshaped(to: [-1])
  }
  return try (result, row(0), row(1))
}

/// Group normalisation (Wu and He 2018): `groups` groups of neighbouring channels of each
/// observation of `[batch, ..., channels]` are brought to mean 0 and variance 1, over the channels
/// of the group and all axes between, then each channel is scaled and shifted by `[channels]`. As
/// many groups as channels are instance normalisation. O(count).
///
///     y = (x - mean) / sqrt(variance + epsilon) · scale + offset, with divisor n
///
/// Throws for groups that do not divide the channels, parameters of another shape and an epsilon
/// that cannot be added to a variance.
public func groupNormalized(
  _ x: Tensor, groups: Int, scale: Tensor? = nil, offset: Tensor? = nil, epsilon: Double = 1e-5
) throws -> Tensor {
  let operation = NormalizeChannels(
    form: ChannelForm(
      statistics: .groups(groups), epsilon: epsilon, hasScale: scale != nil,
      hasOffset: offset != nil))
  let operands = [x] + [scale, offset].compactMap(\.self)
  let blocks = try ChannelBlocks(.groups(groups), operation.output(of: operands).shape)
  guard blocks.places == 1 else { return try operation(operands) }
  // Groups at a single place lie in rows, which one sweep normalises.
  let rows = try normalized(
    x.reshaped(to: [blocks.outer, groups, blocks.depth]), epsilon: epsilon
  ).reshaped(to: x.shape)
  let product = try scale.map { try rows * $0 } ?? rows
  return try offset.map { try product + $0 } ?? product
}
