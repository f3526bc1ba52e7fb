/// The binary cross-entropy -t log(p) - (1 - t) log(1 - p) of probabilities p in 0...1 and targets
/// t of the same shape, averaged over all elements. O(count).
///
/// Where `probabilities` was computed by a sigmoid in this pass, also behind views, slices and
/// gathers, the loss goes back to its logits z as max(z, 0) - z t + log(1 + exp(-|z|)), which is
/// exact for any z. Otherwise probabilities are kept one epsilon of their type away from 0 and 1.
///
/// `weights` make it Σ w l / Σ w, as ``meanSquaredError(_:_:weights:)`` says. Throws for shapes or
/// types that differ, and for what is no probability.
public func binaryCrossEntropy(
  _ probabilities: Tensor, _ targets: Tensor, weights: Tensor? = nil
) throws -> Tensor {
  if case .sigmoid(let logits) = try Origin.of(probabilities) {
    return try binaryCrossEntropy(logits: logits, targets, weights: weights)
  }
  let name = "binaryCrossEntropy"
  try requireEqual(name, probabilities, targets)
  try Probabilities.require(
    name, "predictions", probabilities,
    remedy: "End the network in Sigmoid(), or take \(name)(from: .logits)")
  try requireTargets(name, targets)
  let epsilon = probabilities.scalarType.epsilon
  guard let weights else {
    let loss = FusedLoss.binaryCrossEntropy(epsilon: epsilon)
    return try MeanLoss(loss: loss, name: name)([probabilities, targets])
  }
  let kept = try clamp(probabilities, to: epsilon...(1 - epsilon))
  let losses = try -(targets * log(kept) + (1 - targets) * log(1 - kept))
  return try LossMean(name, weights).of(losses)
}

/// The binary cross-entropy of logits, averaged over all elements: of sigmoid(logits), without
/// forming it. Throws for shapes or types that differ, and for targets that are no probabilities.
public func binaryCrossEntropy(
  logits: Tensor, _ targets: Tensor, weights: Tensor? = nil
) throws -> Tensor {
  let name = "binaryCrossEntropy"
  try requireEqual(name, logits, targets)
  try requireTargets(name, targets)
  guard let weights else {
    return try MeanLoss(loss: .binaryCrossEntropyOfLogits, name: name)([logits, targets])
  }
  return try LossMean(name, weights).of(softplus(logits) - logits * targets)
}

private func requireTargets(_ name: String, _ targets: Tensor) throws {
  try Probabilities.require(
    name, "targets", targets,
    remedy: "Scale targets to 0...1, divide pixels by 255, or take meanSquaredError")
}

/// The mean of (prediction - target)² over all elements. O(count).
///
/// `weights` make it Σ w l / Σ w: numbers of 0 or more for each element, or for each observation
/// `[batch]` or step `[batch, time]`, which then hold for all elements of it. What has weight 0
/// does not count, even where it is NaN; where everything has, the loss is 0. No gradient goes to
/// weights. Throws for shapes or types that differ, and for other weights.
public func meanSquaredError(
  _ predictions: Tensor, _ targets: Tensor, weights: Tensor? = nil
) throws -> Tensor {
  let name = "meanSquaredError"
  guard let weights else {
    return try MeanLoss(loss: .squaredError, name: name)([predictions, targets])
  }
  try requireEqual(name, predictions, targets)
  return try LossMean(name, weights).of(square(predictions - targets))
}

/// Numbers whose squares add up to ``meanSquaredError(_:_:weights:)``. O(count).
package func squaredErrorResiduals(
  _ predictions: Tensor, _ targets: Tensor, weights: Tensor? = nil
) throws -> Tensor {
  try requireEqual("meanSquaredError", predictions, targets)
  return try LossMean("meanSquaredError", weights).residuals(of: predictions - targets)
}

/// The mean of |prediction - target| over all elements; `weights` as for
/// ``meanSquaredError(_:_:weights:)``. O(count).
public func meanAbsoluteError(
  _ predictions: Tensor, _ targets: Tensor, weights: Tensor? = nil
) throws -> Tensor {
  try requireEqual("meanAbsoluteError", predictions, targets)
  return try LossMean("meanAbsoluteError", weights).of(abs(predictions - targets))
}

/// The mean over all elements of e²/2 where |e| ≤ `threshold`, else threshold · (|e| - threshold /
/// 2), with e = prediction - target (Huber 1964). The smooth L1 loss of width β is this with
/// threshold β, divided by β. `weights` as for ``meanSquaredError(_:_:weights:)``. O(count).
public func huber(
  _ predictions: Tensor, _ targets: Tensor, threshold: Double = 1, weights: Tensor? = nil
) throws -> Tensor {
  try requireEqual("huber", predictions, targets)
  guard threshold > 0 else {
    throw TensorError(
      "huber", "the threshold is \(threshold)", remedy: "Give a number above 0")
  }
  let error = try predictions - targets
  let near = try clamp(error, to: -threshold...threshold)
  // near · (e - near / 2) is both branches at once; where it is clamped its slope is the threshold.
  return try LossMean("huber", weights).of(near * (error - near * 0.5))
}
