/// The mean of losses `[batch, ...]`, each counted as often as its weight says.
struct LossMean {
  private let name: String
  private let weights: Tensor?

  init(_ name: String, _ weights: Tensor?) {
    self.name = name
    self.weights = weights
  }

  /// Σ w l / Σ w m of losses and of what each of them is a loss of, 1 unless `amounts` says
  /// otherwise; 0 where the divisor is. Throws for weights that do not fit.
  func of(_ losses: Tensor, amounts: Tensor? = nil) throws -> Tensor {
    guard let weights = try weights.map({ try stretched($0, over: losses) }) else {
      guard let amounts else { return try losses.count > 0 ? losses.mean() : losses.sum() }
      return try quotient(losses.sum(), amounts.sum())
    }
    // What does not count may be undefined.
    let counted = try select(weights, losses * weights, .zeros([], losses.scalarType))
    return try quotient(counted.sum(), (amounts.map { try $0 * weights } ?? weights).sum())
  }

  /// Numbers whose squares add up to the mean of squared errors, `of(square(errors))`.
  func residuals(of errors: Tensor) throws -> Tensor {
    guard let weights = try weights.map({ try stretched($0, over: errors) }) else {
      return try errors.count > 0 ? errors / Double(errors.count).squareRoot() : errors
    }
    let counted = try select(weights, errors, .zeros([], errors.scalarType))
    return try counted * sqrt(quotient(weights, weights.sum()))
  }

  private func quotient(_ sum: Tensor, _ divisor: Tensor) throws -> Tensor {
    try sum / select(divisor, divisor, .ones([], divisor.scalarType))
  }

  /// A weight for each loss.
  private func stretched(_ weights: Tensor, over losses: Tensor) throws -> Tensor {
    try weights.require(name)
    let missing = losses.rank - weights.rank
    let shape = weights.shape + [Int](repeating: 1, count: Swift.max(0, missing))
    guard missing >= 0, zip(shape, losses.shape).allSatisfy({ $0 == $1 || $0 == 1 }) else {
      throw TensorError(
        name, "weights of shape \(weights.shape) do not fit losses of shape \(losses.shape)",
        remedy: "Give a weight for each element, or for each observation along the first axes")
    }
    let numbers = try weights.traced.cast(to: losses.scalarType)
    guard try numbers.count == 0 || numbers.detached.isWithin(0...Double.greatestFiniteMagnitude)
    else {
      throw TensorError(
        name, "a weight is negative, or is not finite", remedy: "Give weights of 0 or more")
    }
    return try numbers.reshaped(to: shape).broadcast(to: losses.shape)
  }
}

/// Throws, in words, for a setting of a loss that is outside of a range.
func requireSetting(
  _ name: String, _ setting: String, _ value: Double, _ isValid: Bool, _ range: String
) throws {
  guard !isValid else { return }
  throw TensorError(name, "\(setting) is \(value)", remedy: "Give \(range)")
}
