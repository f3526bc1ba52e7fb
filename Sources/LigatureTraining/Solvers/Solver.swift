/// How a gradient becomes a step.
public enum Solver: Sendable, Equatable {
  /// Adam (Kingma and Ba 2015): m = β1 m + (1-β1) g, v = β2 v + (1-β2) g², w -= α (m / (1-β1ᵗ)) /
  /// (sqrt(v / (1-β2ᵗ)) + ε).
  case adam(
    gradientDecay: Double = 0.9, squaredGradientDecay: Double = 0.999, epsilon: Double = 1e-8)
  /// Stochastic gradient descent: velocity = momentum · velocity - α g, w += velocity.
  case sgd(momentum: Double = 0.9)
  /// RMSProp (Tieleman and Hinton 2012): v = ρ v + (1-ρ) g², w -= α g / (sqrt(v) + ε).
  case rmsProp(squaredGradientDecay: Double = 0.9, epsilon: Double = 1e-8)

  /// Adam with its usual settings.
  public static var adam: Solver { .adam() }
  /// Gradient descent with momentum 0.9.
  public static var sgd: Solver { .sgd() }
  /// RMSProp with its usual settings.
  public static var rmsProp: Solver { .rmsProp() }
}
