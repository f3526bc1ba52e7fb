/// The binary cross-entropy -t log(p) - (1 - t) log(1 - p) of probabilities p in 0...1 and targets
/// t of the same shape, averaged over all elements. O(count).
///
/// Where `probabilities` was computed by a sigmoid in this pass, also behind views, slices and
/// gathers, the loss goes back to its logits z as max(z, 0) - z t + log(1 + exp(-|z|)), which is
/// exact for any z. Otherwise probabilities are kept one epsilon of their type away from 0 and 1.
///
/// Throws for shapes or types that differ, and for what is no probability.
public func binaryCrossEntropy(_ probabilities: Tensor, _ targets: Tensor) throws -> Tensor {
  if case .sigmoid(let logits) = try Origin.of(probabilities) {
    return try binaryCrossEntropy(logits: logits, targets)
  }
  let name = "binaryCrossEntropy"
  try requireEqual(name, probabilities, targets)
  try Probabilities.require(
    name, "predictions", probabilities,
    remedy: "End the network in Sigmoid(), or take \(name)(from: .logits)")
  try requireTargets(name, targets)
  let loss = FusedLoss.binaryCrossEntropy(epsilon: probabilities.scalarType.epsilon)
  return try MeanLoss(loss: loss, name: name)([probabilities, targets])
}

/// The binary cross-entropy of logits, averaged over all elements: of sigmoid(logits), without
/// forming it. Throws for shapes or types that differ, and for targets that are no probabilities.
public func binaryCrossEntropy(logits: Tensor, _ targets: Tensor) throws -> Tensor {
  let name = "binaryCrossEntropy"
  try requireEqual(name, logits, targets)
  try requireTargets(name, targets)
  return try MeanLoss(loss: .binaryCrossEntropyOfLogits, name: name)([logits, targets])
}

private func requireTargets(_ name: String, _ targets: Tensor) throws {
  try Probabilities.require(
    name, "targets", targets,
    remedy: "Scale targets to 0...1, divide pixels by 255, or take meanSquaredError")
}

/// The mean of (prediction - target)² over all elements. O(count).
public func meanSquaredError(_ predictions: Tensor, _ targets: Tensor) throws -> Tensor {
  try MeanLoss(loss: .squaredError, name: "meanSquaredError")([predictions, targets])
}

/// The mean of |prediction - target| over all elements. O(count).
public func meanAbsoluteError(_ predictions: Tensor, _ targets: Tensor) throws -> Tensor {
  try requireEqual("meanAbsoluteError", predictions, targets)
  return try abs(predictions - targets).mean()
}

/// The mean over all elements of e²/2 where |e| ≤ `threshold`, else threshold · (|e| - threshold /
/// 2), with e = prediction - target (Huber 1964). O(count).
public func huber(
  _ predictions: Tensor, _ targets: Tensor, threshold: Double = 1
) throws -> Tensor {
  try requireEqual("huber", predictions, targets)
  guard threshold > 0 else {
    throw TensorError(
      "huber", "the threshold is \(threshold)", remedy: "Give a number above 0")
  }
  let error = try predictions - targets
  let near = try clamp(error, to: -threshold...threshold)
  // near · (e - near / 2) is both branches at once; where it is clamped its slope is the threshold.
  return try (near * (error - near * 0.5)).mean()
}

/// The cross-entropy -Σ t log(p) over the last axis (classes), averaged over everything before it.
/// Targets are probabilities of the same shape, or class numbers (int32 or int64) of the shape
/// without the last axis.
///
/// Where `probabilities` was computed by a softmax in this pass, also behind views, slices and
/// gathers, the loss goes back to its logits. Otherwise probabilities are kept one epsilon of their
/// type away from 0. O(count).
///
/// Throws where shapes do not fit, for what is no distribution of probabilities over two classes or
/// more, and for class numbers that do not exist.
public func crossEntropy(_ probabilities: Tensor, _ targets: Tensor) throws -> Tensor {
  try probabilities.requireFloatingPoint("crossEntropy")
  let origin = try Origin.of(probabilities)
  if case .softmax(let logarithms, isMoved: false) = origin {
    return try crossEntropy(logarithms: logarithms, targets)
  }
  try Probabilities.requireDistributions(
    "crossEntropy", "predictions", probabilities,
    remedy: "End the network in Softmax(), or take crossEntropy(from: .logits)")
  if case .softmax(let logarithms, _) = origin {
    return try crossEntropy(logarithms: logarithms, targets)
  }
  let epsilon = probabilities.scalarType.epsilon
  return try crossEntropy(logarithms: log(clamp(probabilities, to: epsilon...1)), targets)
}

/// The cross-entropy of the softmax of logits over the last axis, without forming it.
public func crossEntropy(logits: Tensor, _ targets: Tensor) throws -> Tensor {
  try crossEntropy(logarithms: logSoftmax(logits), targets)
}

private func crossEntropy(logarithms: Tensor, _ targets: Tensor) throws -> Tensor {
  try targets.require("crossEntropy")
  let classes = logarithms.shape.last ?? 1
  guard classes > 1 else {
    throw TensorError(
      "crossEntropy", "there is one class, in predictions of shape \(logarithms.shape)",
      remedy: "Give an output for each of two classes or more, or take binaryCrossEntropy")
  }
  let observations = Swift.max(1, logarithms.count / Swift.max(1, classes))
  if targets.scalarType.isFloatingPoint {
    guard targets.rank == logarithms.rank, targets.shape.last == classes else {
      throw TensorError(
        "crossEntropy",
        "targets are \(targets.scalarType) \(targets.shape), predictions of shape "
          + "\(logarithms.shape)",
        remedy: "Give class numbers as int64 of shape \(Array(logarithms.shape.dropLast())), by "
          + "targets.cast(to: .int64), or probabilities of the predictions' shape")
    }
    try requireEqual("crossEntropy", logarithms, targets)
    try Probabilities.requireDistributions(
      "crossEntropy", "targets", targets,
      remedy: "Give a probability for each class, or class numbers; where several classes may be "
        + "right at once, take binaryCrossEntropy")
    return try (logarithms * targets).sum() / -Double(observations)
  }
  guard targets.shape == Array(logarithms.shape.dropLast()) else {
    throw TensorError(
      "crossEntropy",
      "class numbers of shape \(targets.shape) do not fit predictions of shape \(logarithms.shape)",
      remedy: "Give one class number for each observation, or probabilities for each class")
  }
  // Entry [i, class of i] of the matrix is entry i · classes + class of the list.
  let numbers = try targets.cast(to: .int64).scalars(as: Int64.self)
  if let bad = numbers.firstIndex(where: { $0 < 0 || $0 >= Int64(classes) }) {
    throw TensorError(
      "crossEntropy",
      "observation \(bad) has class number \(numbers[bad]), and predictions have "
        + counted(classes, "class", plural: "classes"),
      remedy: "Number classes from 0 to \(classes - 1), or give the network an output for each")
  }
  let places = numbers.enumerated().map { Int64($0 * classes) + $1 }
  let chosen = try logarithms.reshaped(to: [-1]).gathered(Tensor(places))
  return try chosen.sum() / -Double(observations)
}
