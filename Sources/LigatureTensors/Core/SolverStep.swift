/// One step of a solver with everything it needs.
package enum SolverStep: Sendable {
  /// Adam on [value, m, v].
  case adam(AdamStep)
  /// AdaMax on [value, m, u].
  case adamax(AdamStep)
  /// Lion on [value, m].
  case lion(AdamStep)
  /// Momentum on [value, velocity].
  case momentum(learnRate: Double, momentum: Double, isNesterov: Bool, l2: Double)
  /// RMSProp on [value, squares].
  case rmsProp(learnRate: Double, decay: Double, epsilon: Double, l2: Double)
}

/// What a step of Adam, or of a solver like it, is told beside its tensors.
package struct AdamStep: Sendable {
  /// The learn rate, the learnable's own factor included.
  package var learnRate: Double
  /// The share of the mean gradient that a step keeps.
  package var gradientDecay: Double
  /// The share of the mean squared gradient that a step keeps, or of its bound.
  package var squaredGradientDecay: Double
  /// What keeps the quotient finite where gradients are 0.
  package var epsilon: Double
  /// The factor of the penalty, whose gradient is l2 · w.
  package var l2: Double
  /// What is taken from the value beside the gradient's step: learn rate · decay · w.
  package var weightDecay: Double
  /// Which step of this learnable it is, from 1.
  package var count: Int

  package init(
    learnRate: Double, gradientDecay: Double, squaredGradientDecay: Double, epsilon: Double = 0,
    l2: Double, weightDecay: Double = 0, count: Int
  ) {
    self.learnRate = learnRate
    self.gradientDecay = gradientDecay
    self.squaredGradientDecay = squaredGradientDecay
    self.epsilon = epsilon
    self.l2 = l2
    self.weightDecay = weightDecay
    self.count = count
  }
}
