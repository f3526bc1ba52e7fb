// Losses of vectors along the last axis, by how far they are from each other.

/// The cosine of the angle between vectors along the last axis, a · b / (|a| |b|): `[...,
/// features]` becomes `[...]`. Where a vector is zero it is 0. O(count). Throws for shapes or types
/// that differ.
public func cosineSimilarity(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  try requireVectors("cosineSimilarity", a, b)
  let lengths = try a.norm(-1) * b.norm(-1)
  let divisor = try select(lengths, lengths, .ones([], lengths.scalarType))
  return try (a * b).sum(-1) / divisor
}

/// One minus the cosine similarity of predictions and targets along the last axis, averaged over
/// everything before it; `weights` are of each observation. O(count). Throws for shapes or types
/// that differ.
public func cosineDistance(
  _ predictions: Tensor, _ targets: Tensor, weights: Tensor? = nil
) throws -> Tensor {
  try requireVectors("cosineDistance", predictions, targets)
  return try LossMean("cosineDistance", weights).of(1 - cosineSimilarity(predictions, targets))
}

/// The mean over pairs of 1 - c where they belong together, a target of 1, and max(0, c - margin)
/// where they do not, a target of 0; c is the cosine similarity along the last axis. Targets are
/// numbers of any type, of the shape without that axis; `weights` are of each pair. O(count).
///
/// Throws for shapes or types that differ, for other targets, and for a margin outside -1...1.
public func cosineEmbedding(
  _ a: Tensor, _ b: Tensor, _ targets: Tensor, margin: Double = 0, weights: Tensor? = nil
) throws -> Tensor {
  let name = "cosineEmbedding"
  try requireVectors(name, a, b)
  try requireSetting(name, "margin", margin, Swift.abs(margin) <= 1, "a number in -1...1")
  let belongs = try pairTargets(name, a, targets)
  let cosine = try cosineSimilarity(a, b)
  return try LossMean(name, weights).of(select(belongs, 1 - cosine, relu(cosine - margin)))
}

/// The contrastive loss: the mean over pairs of d² / 2 where they belong together, a target of 1,
/// and max(0, margin - d)² / 2 where they do not, a target of 0; d is the distance along the last
/// axis (Hadsell, Chopra and LeCun 2006, whose targets are the other way round). Targets are
/// numbers of any type, of the shape without that axis; `weights` are of each pair. The derivative
/// of a distance of 0 is taken as 0. O(count).
///
/// Throws for shapes or types that differ, for other targets, and for a margin that is not above 0.
public func contrastive(
  _ a: Tensor, _ b: Tensor, _ targets: Tensor, margin: Double = 1, weights: Tensor? = nil
) throws -> Tensor {
  let name = "contrastive"
  try requireVectors(name, a, b)
  try requireSetting(name, "margin", margin, margin > 0 && margin.isFinite, "a number above 0")
  let belongs = try pairTargets(name, a, targets)
  let difference = try a - b
  let near = try square(difference).sum(-1)
  let far = try square(relu(margin - difference.norm(-1)))
  return try LossMean(name, weights).of(select(belongs, near, far) * 0.5)
}

/// The triplet loss: the mean of max(0, |anchor - positive| - |anchor - negative| + margin) over
/// triplets, distances taken along the last axis (Schroff et al. 2015, who square them). `weights`
/// are of each triplet. The derivative of a distance of 0 is taken as 0. O(count).
///
/// Throws for shapes or types that differ, and for a margin that is not above 0.
public func triplet(
  anchor: Tensor, positive: Tensor, negative: Tensor, margin: Double = 1, weights: Tensor? = nil
) throws -> Tensor {
  try requireVectors("triplet", anchor, positive)
  try requireVectors("triplet", anchor, negative)
  try requireSetting(
    "triplet", "margin", margin, margin > 0 && margin.isFinite, "a number above 0")
  let excess = try (anchor - positive).norm(-1) - (anchor - negative).norm(-1)
  return try LossMean("triplet", weights).of(relu(excess + margin))
}

private func requireVectors(_ name: String, _ a: Tensor, _ b: Tensor) throws {
  try a.requireFloatingPoint(name)
  try b.requireFloatingPoint(name)
  guard a.shape == b.shape, a.scalarType == b.scalarType, a.rank > 0 else {
    throw TensorError(
      name, "vectors are \(a.scalarType) \(a.shape) and \(b.scalarType) \(b.shape)",
      remedy: "Give [..., features] of one shape and type")
  }
}

/// Whether the vectors of each pair belong together.
private func pairTargets(_ name: String, _ a: Tensor, _ targets: Tensor) throws -> Tensor {
  try targets.require(name)
  let pairs = Array(a.shape.dropLast())
  guard targets.shape == pairs || targets.shape == pairs + [1] else {
    throw TensorError(
      name, "targets of shape \(targets.shape) do not fit vectors of shape \(a.shape)",
      remedy: "Give one target for each pair, of shape \(pairs)")
  }
  try requireBits(name, targets)
  return try targets.traced.cast(to: a.scalarType).reshaped(to: pairs)
}
