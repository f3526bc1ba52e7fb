// Losses of classes along the last axis. Targets are probabilities of the predictions' shape, or
// class numbers (int32 or int64) of that shape without the last axis.

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
///
/// - Parameters:
///   - labelSmoothing: ε in 0...1: targets become (1 - ε) t + ε / classes (Szegedy et al. 2016).
///   - classWeights: a weight v of 0 or more for each class: the loss is Σ v t' log(p) over all
///     observations, t' being the smoothed targets, divided by -Σ v t, as PyTorch has it for class
///     numbers.
///   - weights: a weight of 0 or more for each observation, in the shape without the last axis: the
///     mean is Σ w l / Σ w. What has weight 0 does not count, even
///     where it is NaN.
public func crossEntropy(
  _ probabilities: Tensor, _ targets: Tensor, labelSmoothing: Double = 0,
  classWeights: [Double]? = nil, weights: Tensor? = nil
) throws -> Tensor {
  let name = "crossEntropy"
  return try crossEntropy(
    logarithms: Probabilities.logarithms(name, probabilities), targets,
    ClassWeighing(
      name: name, labelSmoothing: labelSmoothing, classWeights: classWeights, weights: weights))
}

/// The cross-entropy of the softmax of logits over the last axis, without forming it.
public func crossEntropy(
  logits: Tensor, _ targets: Tensor, labelSmoothing: Double = 0, classWeights: [Double]? = nil,
  weights: Tensor? = nil
) throws -> Tensor {
  try crossEntropy(
    logarithms: logSoftmax(logits), targets,
    ClassWeighing(
      name: "crossEntropy", labelSmoothing: labelSmoothing, classWeights: classWeights,
      weights: weights))
}

private func crossEntropy(
  logarithms: Tensor, _ targets: Tensor, _ weighing: ClassWeighing
) throws -> Tensor {
  try weighing.loss(logarithms, ClassTargets(weighing.name, targets, for: logarithms))
}

/// The negative log-likelihood -log p(class) of logarithms of probabilities over the last axis,
/// such as those of ``logSoftmax(_:axis:)``, and class numbers; averaged over observations, with
/// weights as for ``crossEntropy(_:_:labelSmoothing:classWeights:weights:)``. O(count).
///
/// Throws where shapes do not fit, for what are no logarithms of probabilities that add up to 1,
/// and for targets that are no class numbers.
public func negativeLogLikelihood(
  _ logarithms: Tensor, _ targets: Tensor, classWeights: [Double]? = nil, weights: Tensor? = nil
) throws -> Tensor {
  let name = "negativeLogLikelihood"
  try logarithms.requireFloatingPoint(name)
  try targets.require(name)
  guard !targets.scalarType.isFloatingPoint else {
    throw TensorError(
      name, "targets are \(targets.scalarType) \(targets.shape)",
      remedy: "Give class numbers, by targets.cast(to: .int64), or take crossEntropy, whose "
        + "targets may be probabilities")
  }
  let classes = try ClassTargets(name, targets, for: logarithms)
  try Probabilities.requireDistributions(
    name, "the exponentials of predictions", exp(logarithms.detached),
    remedy: "Give logarithms of probabilities, by logSoftmax(x); for raw outputs take "
      + "crossEntropy(from: .logits), for probabilities crossEntropy")
  return try ClassWeighing(name: name, classWeights: classWeights, weights: weights)
    .loss(logarithms, classes)
}

/// The focal loss -Σ t (1 - p)^γ log(p) of probabilities of classes along the last axis, which
/// makes observations that are right already count less (Lin et al. 2017); averaged as
/// ``crossEntropy(_:_:labelSmoothing:classWeights:weights:)`` is, which it is for γ = 0. O(count).
/// Throws what that throws, and for a γ below 0.
public func focalCrossEntropy(
  _ probabilities: Tensor, _ targets: Tensor, gamma: Double = 2, classWeights: [Double]? = nil,
  weights: Tensor? = nil
) throws -> Tensor {
  let name = "focalCrossEntropy"
  return try focal(
    Probabilities.logarithms(name, probabilities), targets, gamma,
    ClassWeighing(name: name, classWeights: classWeights, weights: weights))
}

/// The focal loss of the softmax of logits over the last axis, without forming it.
public func focalCrossEntropy(
  logits: Tensor, _ targets: Tensor, gamma: Double = 2, classWeights: [Double]? = nil,
  weights: Tensor? = nil
) throws -> Tensor {
  try focal(
    logSoftmax(logits), targets, gamma,
    ClassWeighing(name: "focalCrossEntropy", classWeights: classWeights, weights: weights))
}

private func focal(
  _ logarithms: Tensor, _ targets: Tensor, _ gamma: Double, _ weighing: ClassWeighing
) throws -> Tensor {
  try requireGamma(weighing.name, gamma)
  let targets = try ClassTargets(weighing.name, targets, for: logarithms)
  return try weighing.loss(modulation(missing: -expm1(logarithms), gamma) * logarithms, targets)
}

/// The focal loss of probabilities p in 0...1, each of its own, and targets t of the same shape:
/// the mean over all elements of -α t (1 - p)^γ log(p) - (1 - α) (1 - t) p^γ log(1 - p) (Lin et al.
/// 2017). Without α both sides count in full. Where `probabilities` was computed by a sigmoid in
/// this pass, the loss goes back to its logits. `weights` as for
/// ``meanSquaredError(_:_:weights:)``. O(count). Throws for shapes or types that differ, for what
/// is no probability, and for settings out of range.
public func binaryFocalCrossEntropy(
  _ probabilities: Tensor, _ targets: Tensor, gamma: Double = 2, alpha: Double? = 0.25,
  weights: Tensor? = nil
) throws -> Tensor {
  let name = "binaryFocalCrossEntropy"
  if case .sigmoid(let logits) = try Origin.of(probabilities) {
    return try binaryFocalCrossEntropy(
      logits: logits, targets, gamma: gamma, alpha: alpha, weights: weights)
  }
  try requireEqual(name, probabilities, targets)
  try Probabilities.require(
    name, "predictions", probabilities,
    remedy: "End the network in Sigmoid(), or take \(name)(from: .logits)")
  let epsilon = probabilities.scalarType.epsilon
  let kept = try clamp(probabilities, to: epsilon...(1 - epsilon))
  return try binaryFocal(
    (log(kept), log(1 - kept)), (kept, 1 - kept), targets, gamma, alpha, weights)
}

/// The focal loss of sigmoid(logits), without forming it.
public func binaryFocalCrossEntropy(
  logits: Tensor, _ targets: Tensor, gamma: Double = 2, alpha: Double? = 0.25,
  weights: Tensor? = nil
) throws -> Tensor {
  try requireEqual("binaryFocalCrossEntropy", logits, targets)
  return try binaryFocal(
    (logSigmoid(logits), logSigmoid(-logits)), (sigmoid(logits), sigmoid(-logits)), targets, gamma,
    alpha, weights)
}

private func binaryFocal(
  _ logarithms: (one: Tensor, zero: Tensor), _ chances: (one: Tensor, zero: Tensor),
  _ targets: Tensor, _ gamma: Double, _ alpha: Double?, _ weights: Tensor?
) throws -> Tensor {
  let name = "binaryFocalCrossEntropy"
  try requireGamma(name, gamma)
  let share = alpha ?? 1
  try requireSetting(name, "alpha", share, share >= 0 && share <= 1, "a number in 0...1, or nil")
  try Probabilities.require(name, "targets", targets, remedy: "Give targets in 0...1")
  let ones = try targets * modulation(missing: chances.zero, gamma) * logarithms.one
  let zeros = try (1 - targets) * modulation(missing: chances.one, gamma) * logarithms.zero
  let other = alpha == nil ? 1 : 1 - share
  return try LossMean(name, weights).of(ones * -share - zeros * other)
}

/// (1 - p)^γ; a power below 1 has no derivative at 0, so what is missing is kept above it.
private func modulation(missing: Tensor, _ gamma: Double) throws -> Tensor {
  let limit = missing.scalarType.epsilon
  return try pow(clamp(missing, to: limit...1), gamma)
}

private func requireGamma(_ name: String, _ gamma: Double) throws {
  try requireSetting(
    name, "gamma", gamma, gamma >= 0 && gamma.isFinite, "a finite number of 0 or more, such as 2")
}

/// The Kullback-Leibler divergence Σ t (log(t) - log(p)) of distributions over the last axis,
/// averaged over everything before it. A target of 0 adds nothing. Where `probabilities` was
/// computed by a softmax in this pass, the loss goes back to its logits. `weights` are of each
/// observation. O(count).
///
/// Throws for shapes or types that differ, and for what is no distribution of probabilities.
public func kullbackLeibler(
  _ probabilities: Tensor, _ targets: Tensor, weights: Tensor? = nil
) throws -> Tensor {
  try kullbackLeibler(
    logarithms: Probabilities.logarithms("kullbackLeibler", probabilities), targets, weights)
}

/// The Kullback-Leibler divergence of the softmax of logits from targets, without forming it.
/// Logarithms of probabilities are such logits, too.
public func kullbackLeibler(
  logits: Tensor, _ targets: Tensor, weights: Tensor? = nil
) throws -> Tensor {
  try kullbackLeibler(logarithms: logSoftmax(logits), targets, weights)
}

private func kullbackLeibler(
  logarithms: Tensor, _ targets: Tensor, _ weights: Tensor?
) throws -> Tensor {
  let name = "kullbackLeibler"
  try targets.require(name)
  guard targets.scalarType.isFloatingPoint else {
    throw TensorError(
      name, "targets are \(targets.scalarType) \(targets.shape)",
      remedy: "Give a probability for each class; for class numbers take crossEntropy")
  }
  guard case .distributions(let shares) = try ClassTargets(name, targets, for: logarithms) else {
    return logarithms
  }
  let known = try select(shares, shares, .ones([], shares.scalarType))
  return try LossMean(name, weights).of((shares * (log(known) - logarithms)).sum(-1))
}

/// The hinge loss: the mean over all elements of max(0, 1 - y x), of scores x and targets of the
/// same shape, where y is 1 for a target of 1, and -1 for one of 0 (Cortes and Vapnik 1995).
/// `weights` as for ``meanSquaredError(_:_:weights:)``. O(count). Throws for shapes or types that
/// differ, and for targets that are neither 0 nor 1.
public func hinge(
  _ scores: Tensor, _ targets: Tensor, weights: Tensor? = nil
) throws -> Tensor {
  try requireEqual("hinge", scores, targets)
  try requireBits("hinge", targets)
  return try LossMean("hinge", weights).of(relu(1 - (targets * 2 - 1) * scores))
}

/// Throws unless every element is 0 or 1.
func requireBits(_ name: String, _ targets: Tensor) throws {
  let numbers = try targets.detached.doubles()
  guard let bad = numbers.first(where: { $0 != 0 && $0 != 1 }) else { return }
  throw TensorError(
    name, "a target is \(bad)",
    remedy: "Give 1 for what belongs to the class, or together, and 0 for what does not, where "
      + "others write -1")
}
