import LigatureTensors

extension Solver {
  /// Adam with its usual settings.
  public static var adam: Solver { .adam() }
  /// Gradient descent with momentum 0.9.
  public static var sgd: Solver { .sgd() }
  /// RMSProp with its usual settings.
  public static var rmsProp: Solver { .rmsProp() }

  /// Adam (Kingma and Ba 2015): m = β1 m + (1-β1) g, v = β2 v + (1-β2) g², w -= α (m / (1-β1ᵗ)) /
  /// (sqrt(v / (1-β2ᵗ)) + ε), where t counts the steps of the learnable.
  ///
  /// One pass over memory, in place. Decays are in 0..<1, and ε is positive.
  public static func adam(
    gradientDecay: Double = 0.9, squaredGradientDecay: Double = 0.999, epsilon: Double = 1e-8
  ) -> Solver {
    Solver(
      "adam",
      settings: [
        "gradientDecay": gradientDecay, "squaredGradientDecay": squaredGradientDecay,
        "epsilon": epsilon,
      ],
      remembering: ["mean", "variance"],
      validate: {
        try requireDecay("adam", "gradientDecay", gradientDecay)
        try requireDecay("adam", "squaredGradientDecay", squaredGradientDecay)
        try requirePositive("adam", "epsilon", epsilon)
      }, isInPlace: true
    ) { step in
      let settings = AdamStep(
        learnRate: step.learnRate, gradientDecay: gradientDecay,
        squaredGradientDecay: squaredGradientDecay, epsilon: epsilon, l2: step.l2,
        count: step.count)
      var (mean, variance) = (step.memory[0], step.memory[1])
      step.memory = []
      defer { step.memory = [mean, variance] }
      try step.value.stepAdam(along: step.gradient, mean: &mean, variance: &variance, settings)
    }
  }

  /// Stochastic gradient descent: velocity = momentum · velocity - α g, w += velocity.
  ///
  /// One pass over memory, in place. Momentum is in 0..<1.
  public static func sgd(momentum: Double = 0.9) -> Solver {
    Solver(
      "sgd", settings: ["momentum": momentum], remembering: ["velocity"],
      validate: { try requireDecay("sgd", "momentum", momentum) }, isInPlace: true
    ) { step in
      try step.value.stepMomentum(
        along: step.gradient, velocity: &step.memory[0], learnRate: step.learnRate,
        momentum: momentum, l2: step.l2)
    }
  }

  /// RMSProp (Tieleman and Hinton 2012): v = ρ v + (1-ρ) g², w -= α g / (sqrt(v) + ε).
  ///
  /// One pass over memory, in place. The decay ρ is in 0..<1, and ε is positive.
  public static func rmsProp(
    squaredGradientDecay: Double = 0.9, epsilon: Double = 1e-8
  ) -> Solver {
    Solver(
      "rmsProp", settings: ["squaredGradientDecay": squaredGradientDecay, "epsilon": epsilon],
      remembering: ["meanSquare"],
      validate: {
        try requireDecay("rmsProp", "squaredGradientDecay", squaredGradientDecay)
        try requirePositive("rmsProp", "epsilon", epsilon)
      }, isInPlace: true
    ) { step in
      try step.value.stepRMSProp(
        along: step.gradient, meanSquare: &step.memory[0], learnRate: step.learnRate,
        decay: squaredGradientDecay, epsilon: epsilon, l2: step.l2)
    }
  }
}

private func requireDecay(_ solver: String, _ name: String, _ value: Double) throws {
  guard (0..<1).contains(value) else {
    throw TensorError(solver, "\(name) is \(value)", remedy: "Give 0 or more, and less than 1")
  }
}

private func requirePositive(_ solver: String, _ name: String, _ value: Double) throws {
  guard value.isFinite, value > 0 else {
    throw TensorError(solver, "\(name) is \(value)", remedy: "Give a number above 0")
  }
}
