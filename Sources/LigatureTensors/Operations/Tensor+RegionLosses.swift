// Losses of how well regions of images, volumes or sequences are covered: predictions and targets
// [batch, ..., channels] in 0...1. Sums run over all axes between the batch and the channels, so
// that each channel of each observation counts alike, however large its region is.

/// The Dice loss 1 - (2 Σ p t + s) / (Σ p + Σ t + s), averaged over observations and channels
/// (Milletari et al. 2016, with plain sums in the divisor). With the smoothing s a region that is
/// neither there nor predicted has loss 0. `weights` are of each observation or channel `[batch,
/// channels]`. O(count).
///
/// Throws for shapes or types that differ, for fewer than three axes, for what is no probability,
/// and for a smoothing that is not above 0.
public func dice(
  _ probabilities: Tensor, _ targets: Tensor, smoothing: Double = 1, weights: Tensor? = nil
) throws -> Tensor {
  let sums = try regionSums("dice", probabilities, targets, smoothing)
  let share = try (sums.both * 2 + smoothing) / (sums.predicted + sums.wanted + smoothing)
  return try LossMean("dice", weights).of(1 - share)
}

/// The Jaccard loss, of intersection over union: 1 - (Σ p t + s) / (Σ p + Σ t - Σ p t + s),
/// averaged over observations and channels (Rahman and Wang 2016). All else is as for
/// ``dice(_:_:smoothing:weights:)``.
public func jaccard(
  _ probabilities: Tensor, _ targets: Tensor, smoothing: Double = 1, weights: Tensor? = nil
) throws -> Tensor {
  let sums = try regionSums("jaccard", probabilities, targets, smoothing)
  let union = try sums.predicted + sums.wanted - sums.both
  return try LossMean("jaccard", weights).of(1 - (sums.both + smoothing) / (union + smoothing))
}

private func regionSums(
  _ name: String, _ probabilities: Tensor, _ targets: Tensor, _ smoothing: Double
) throws -> (both: Tensor, predicted: Tensor, wanted: Tensor) {
  try probabilities.requireFloatingPoint(name)
  try targets.require(name)
  guard targets.scalarType.isFloatingPoint else {
    throw TensorError(
      name, "targets are \(targets.scalarType) \(targets.shape)",
      remedy: "Give a channel of zeros and ones for each class, by oneHot(targets, classes:)")
  }
  try requireEqual(name, probabilities, targets)
  guard probabilities.rank > 2 else {
    throw TensorError(
      name, "predictions of shape \(probabilities.shape) have no axis to sum over",
      remedy: "Give [batch, ..., channels]; of one channel, [batch, pixels, 1]")
  }
  try requireSetting(
    name, "smoothing", smoothing, smoothing > 0 && smoothing.isFinite, "a number above 0")
  try Probabilities.require(
    name, "predictions", probabilities, remedy: "End the network in Sigmoid() or Softmax()")
  try Probabilities.require(
    name, "targets", targets, remedy: "Give a mask of zeros and ones, or numbers between")
  let axes = Array(1..<(probabilities.rank - 1))
  return (
    try (probabilities * targets).sum(axes: axes), try probabilities.sum(axes: axes),
    try targets.sum(axes: axes)
  )
}
