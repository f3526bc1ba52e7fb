// Negative logarithms of densities, without the terms that only targets have.

/// The negative log-likelihood of counts that follow a Poisson distribution: the mean over all
/// elements of r - t log(r), of rates r of 0 or more and counts t. In the logarithm rates are kept
/// one epsilon of their type away from 0. `weights` as for ``meanSquaredError(_:_:weights:)``.
/// O(count).
///
/// Throws for shapes or types that differ, for negative rates, and for negative counts.
public func poisson(
  rates: Tensor, _ targets: Tensor, weights: Tensor? = nil
) throws -> Tensor {
  try requireCounts(rates, targets)
  try requireNone(
    "poisson", "a rate", below: rates,
    remedy: "End the network in Softplus(), or take poisson(from: .logarithms)")
  let limit = try Tensor.full([], rates.scalarType.epsilon, rates.scalarType)
  return try LossMean("poisson", weights).of(rates - targets * log(maximum(rates, limit)))
}

/// The same of logarithms of rates: exp(x) - t x.
public func poisson(
  logRates: Tensor, _ targets: Tensor, weights: Tensor? = nil
) throws -> Tensor {
  try requireCounts(logRates, targets)
  return try LossMean("poisson", weights).of(exp(logRates) - targets * logRates)
}

private func requireCounts(_ predictions: Tensor, _ targets: Tensor) throws {
  try requireEqual("poisson", predictions, targets)
  try requireNone(
    "poisson", "a count", below: targets,
    remedy: "Give counts of 0 or more; for any other numbers take meanSquaredError")
}

/// The negative log-likelihood of numbers that follow a normal distribution: the mean over all
/// elements of (log(v) + (t - mean)² / v) / 2, of predicted means and variances v, which are kept
/// above 1e-6 (Nix and Weigend 1994). `weights` as for ``meanSquaredError(_:_:weights:)``.
/// O(count).
///
/// Throws for shapes or types that differ, and for a negative variance.
public func gaussianNegativeLogLikelihood(
  _ means: Tensor, variances: Tensor, _ targets: Tensor, weights: Tensor? = nil
) throws -> Tensor {
  let name = "gaussianNegativeLogLikelihood"
  try requireEqual(name, means, targets)
  try variances.requireFloatingPoint(name)
  guard variances.shape == means.shape, variances.scalarType == means.scalarType else {
    throw TensorError(
      name,
      "means are \(means.scalarType) \(means.shape), variances \(variances.scalarType) "
        + "\(variances.shape)",
      remedy: "Give a variance for each mean")
  }
  try requireNone(
    name, "a variance", below: variances,
    remedy: "End that output in Softplus(), or give exp(x) of what predicts its logarithm")
  let kept = try maximum(variances, .full([], 1e-6, variances.scalarType))
  let losses = try (log(kept) + square(targets - means) / kept) * 0.5
  return try LossMean(name, weights).of(losses)
}

/// Throws where an element is below 0. NaN passes, and makes the loss NaN.
private func requireNone(
  _ name: String, _ what: String, below tensor: Tensor, remedy: String
) throws {
  guard tensor.count > 0, try !tensor.detached.isWithin(0...Double.infinity) else { return }
  let least = try tensor.detached.doubles().first { $0 < 0 }
  guard let least else { return }
  throw TensorError(name, "\(what) is \(least)", remedy: remedy)
}
