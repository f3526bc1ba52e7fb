/// What a step of Adam is told beside its tensors.
package struct AdamStep: Sendable {
  /// The learn rate, the learnable's own factor included.
  package var learnRate: Double
  /// The share of the mean gradient that a step keeps.
  package var gradientDecay: Double
  /// The share of the mean squared gradient that a step keeps.
  package var squaredGradientDecay: Double
  /// What keeps the quotient finite where gradients are 0.
  package var epsilon: Double
  /// The factor of the penalty, whose gradient is l2 · w.
  package var l2: Double
  /// Which step of this learnable it is, from 1.
  package var count: Int

  package init(
    learnRate: Double, gradientDecay: Double, squaredGradientDecay: Double, epsilon: Double,
    l2: Double, count: Int
  ) {
    self.learnRate = learnRate
    self.gradientDecay = gradientDecay
    self.squaredGradientDecay = squaredGradientDecay
    self.epsilon = epsilon
    self.l2 = l2
    self.count = count
  }

  fileprivate var call: SolverStep {
    .adam(
      learnRate: learnRate, beta1: gradientDecay, beta2: squaredGradientDecay, epsilon: epsilon,
      l2: l2, correction1: 1 - Portable.power(gradientDecay, count),
      correction2: 1 - Portable.power(squaredGradientDecay, count), decoupledDecay: 0)
  }
}

/// Steps of solvers: each is one pass over memory, written in place where nobody else holds the
/// tensors, and throws unless all have one shape and floating-point type. O(count).
extension Tensor {
  /// m = β1 m + (1-β1) g, v = β2 v + (1-β2) g², w -= α (m / (1-β1ᵗ)) / (sqrt(v / (1-β2ᵗ)) + ε).
  package mutating func stepAdam(
    along gradient: Tensor, mean: inout Tensor, variance: inout Tensor, _ step: AdamStep
  ) throws {
    try requireLike("adam", gradient, mean, variance)
    makeUnique()
    mean.makeUnique()
    variance.makeUnique()
    perform(.solverStep(step.call), [gradient.detached], [mean, variance])
  }

  /// velocity = momentum · velocity - α g, w += velocity.
  package mutating func stepMomentum(
    along gradient: Tensor, velocity: inout Tensor, learnRate: Double, momentum: Double, l2: Double
  ) throws {
    try requireLike("sgd", gradient, velocity)
    makeUnique()
    velocity.makeUnique()
    let step = SolverStep.momentum(learnRate: learnRate, momentum: momentum, l2: l2)
    perform(.solverStep(step), [gradient.detached], [velocity])
  }

  /// v = ρ v + (1-ρ) g², w -= α g / (sqrt(v) + ε).
  package mutating func stepRMSProp(
    along gradient: Tensor, meanSquare: inout Tensor, learnRate: Double, decay: Double,
    epsilon: Double, l2: Double
  ) throws {
    try requireLike("rmsProp", gradient, meanSquare)
    makeUnique()
    meanSquare.makeUnique()
    let step = SolverStep.rmsProp(
      learnRate: learnRate, decay: decay, epsilon: epsilon, l2: l2)
    perform(.solverStep(step), [gradient.detached], [meanSquare])
  }

  private func requireLike(_ name: String, _ others: Tensor...) throws {
    try requireFloatingPoint(name)
    for other in others where other.shape != shape || other.scalarType != scalarType {
      throw TensorError(
        name,
        "a learnable of \(scalarType) \(shape) cannot be stepped with \(other.scalarType) "
          + "\(other.shape)",
        remedy: "Give gradients and memory of the learnable's shape and type")
    }
  }
}
