// Places in a sequence as features: what attention, which sees a set, is told of order.

/// Which features a rotary embedding turns together.
public enum RotaryPairing: String, Sendable, Codable, CaseIterable {
  /// Features 2i and 2i + 1, as in the paper.
  case neighbours
  /// Features i and i + features / 2, as in many published models.
  case halves
}

/// Sines and cosines of positions `[...]`, as `[..., features]` (Vaswani et al. 2017): feature 2i
/// is sin(p / base^(2i / features)), feature 2i + 1 the cosine of the same. In the positions'
/// scalar type: positions in the thousands need float64. O(count of the result).
///
/// Throws for integer tensors, fewer than one feature, and a base that is no positive number.
public func sinusoidalPositions(
  _ positions: Tensor, features: Int, base: Double = 10_000
) throws -> Tensor {
  let name = "sinusoidalPositions"
  try requirePositions(name, positions, features, base)
  let angles = try angles(positions, features, base)
  let pairs = try stack([sin(angles), cos(angles)], axis: -1)
  return try pairs.reshaped(to: positions.shape + [2 * angles.shape[positions.rank]])
    .slice(0..<features, axis: -1)
}

/// Vectors turned by their positions (rotary embedding, Su et al. 2021): pair i of the features of
/// `x` `[..., time, features]` is rotated by p · base^(-2i / features), with positions p `[time]`,
/// or `[..., time]` of axes that stretch to those of `x`. Inner products of turned vectors depend
/// on differences of positions only. O(count).
///
/// Angles are computed in the positions' scalar type. Throws for an odd number of features,
/// positions that do not fit, and a base that is no positive number.
public func rotaryEmbedding(
  _ x: Tensor, at positions: Tensor, base: Double = 10_000,
  pairing: RotaryPairing = .neighbours
) throws -> Tensor {
  let name = "rotaryEmbedding"
  try x.requireFloatingPoint(name)
  guard x.rank >= 2, let features = x.shape.last, features > 0, features.isMultiple(of: 2) else {
    throw TensorError(
      name, "the vectors have shape \(x.shape)",
      remedy: "Give [..., time, features] with an even number of features")
  }
  try requirePositions(name, positions, features, base)
  let steps = Array(x.shape.dropLast())
  guard positions.rank > 0, Shape.broadcast(positions.shape, steps) == steps else {
    throw TensorError(
      name, "positions of shape \(positions.shape) do not fit vectors of shape \(x.shape)",
      remedy: "Give one for each step, [time], or [..., time] that stretches to \(steps)")
  }
  let angles = try angles(positions, features, base)
  let (cosine, sine) = try (
    cos(angles).cast(to: x.scalarType), sin(angles).cast(to: x.scalarType)
  )
  let half = features / 2
  switch pairing {
  case .halves:
    let (a, b) = try (x.slice(0..<half, axis: -1), x.slice(half..<features, axis: -1))
    return try concatenate([a * cosine - b * sine, a * sine + b * cosine], axis: -1)
  case .neighbours:
    let (a, b) = try (x.strided(by: 2, axis: -1), x.slice(1..<features, axis: -1))
    let c = try b.strided(by: 2, axis: -1)
    let turned = try stack([a * cosine - c * sine, a * sine + c * cosine], axis: -1)
    return try turned.reshaped(to: x.shape)
  }
}

/// p / base^(2i / features) for each position and each pair of features: `[..., pairs]`.
private func angles(_ positions: Tensor, _ features: Int, _ base: Double) throws -> Tensor {
  let pairs = (features + 1) / 2
  let rates = try Tensor.range(0..<pairs).cast(to: .float64) * (-2 / Double(features))
  let frequencies = try pow(.full([], base, .float64), rates).cast(to: positions.scalarType)
  return try positions.expandingAxis(-1) * frequencies
}

private func requirePositions(
  _ name: String, _ positions: Tensor, _ features: Int, _ base: Double
) throws {
  try positions.requireFloatingPoint(name)
  guard features > 0, positions.rank < Tensor.maximumRank - 1 else {
    throw TensorError(
      name, "\(counted(features, "feature")) for positions of shape \(positions.shape)",
      remedy: "Give 1 feature or more, and at most \(Tensor.maximumRank - 2) axes")
  }
  guard base > 0, base.isFinite else {
    throw TensorError(name, "the base is \(base)", remedy: "Give a positive number")
  }
  try Tensor.validate(positions.shape + [features, 2], name)
}
