import LigatureTensors

extension Solver {
  /// Adam with its usual settings.
  public static var adam: Solver { .adam() }
  /// Gradient descent with momentum 0.9.
  public static var sgd: Solver { .sgd() }
  /// RMSProp with its usual settings.
  public static var rmsProp: Solver { .rmsProp() }
  /// AdamW with its usual settings.
  public static var adamW: Solver { .adamW() }
  /// AdaMax with its usual settings.
  public static var adamax: Solver { .adamax() }
  /// Lion with its usual settings.
  public static var lion: Solver { .lion() }

  /// Adam (Kingma and Ba 2015): m = β1 m + (1-β1) g, v = β2 v + (1-β2) g², w -= α (m / (1-β1ᵗ)) /
  /// (sqrt(v / (1-β2ᵗ)) + ε), where t counts the steps of the learnable.
  ///
  /// One pass over memory, in place. Decays are in 0..<1, and ε is positive.
  public static func adam(
    gradientDecay: Double = 0.9, squaredGradientDecay: Double = 0.999, epsilon: Double = 1e-8
  ) -> Solver {
    adam(
      "adam", gradientDecay, squaredGradientDecay, epsilon, settings: [:], weightDecay: 0)
  }

  /// AdamW (Loshchilov and Hutter 2019): Adam, with w -= α · weightDecay · w beside its step, where
  /// a penalty's gradient would be divided by its own size. The decay of each learnable is scaled
  /// by its L2 factor, so that of biases, by default, is 0.
  ///
  /// One pass over memory, in place. Decays of gradients are in 0..<1, ε is positive, and the
  /// weights' decay 0 or more.
  public static func adamW(
    weightDecay: Double = 0.01, gradientDecay: Double = 0.9, squaredGradientDecay: Double = 0.999,
    epsilon: Double = 1e-8
  ) -> Solver {
    adam(
      "adamW", gradientDecay, squaredGradientDecay, epsilon,
      settings: ["weightDecay": weightDecay], weightDecay: weightDecay)
  }

  private static func adam(
    _ name: String, _ gradientDecay: Double, _ squaredGradientDecay: Double, _ epsilon: Double,
    settings: [String: Double], weightDecay: Double
  ) -> Solver {
    let own = [
      "gradientDecay": gradientDecay, "squaredGradientDecay": squaredGradientDecay,
      "epsilon": epsilon,
    ]
    return Solver(
      name, settings: own.merging(settings) { first, _ in first },
      remembering: ["mean", "variance"],
      validate: {
        try requireDecay(name, "gradientDecay", gradientDecay)
        try requireDecay(name, "squaredGradientDecay", squaredGradientDecay)
        try requirePositive(name, "epsilon", epsilon)
        try requireFactor(name, "weightDecay", weightDecay)
      }, isInPlace: true
    ) { step in
      let settings = AdamStep(
        learnRate: step.learnRate, gradientDecay: gradientDecay,
        squaredGradientDecay: squaredGradientDecay, epsilon: epsilon, l2: step.l2,
        weightDecay: weightDecay * step.l2Factor, count: step.count)
      var (mean, variance) = (step.memory[0], step.memory[1])
      step.memory = []
      defer { step.memory = [mean, variance] }
      try step.value.stepAdam(along: step.gradient, mean: &mean, variance: &variance, settings)
    }
  }

  /// AdaMax (Kingma and Ba 2015): m = β1 m + (1-β1) g, u = max(β2 u, |g| + ε), w -= α m /
  /// ((1-β1ᵗ) u).
  ///
  /// One pass over memory, in place. Decays are in 0..<1, and ε is positive.
  public static func adamax(
    gradientDecay: Double = 0.9, boundDecay: Double = 0.999, epsilon: Double = 1e-8
  ) -> Solver {
    Solver(
      "adamax",
      settings: [
        "gradientDecay": gradientDecay, "boundDecay": boundDecay, "epsilon": epsilon,
      ],
      remembering: ["mean", "bound"],
      validate: {
        try requireDecay("adamax", "gradientDecay", gradientDecay)
        try requireDecay("adamax", "boundDecay", boundDecay)
        try requirePositive("adamax", "epsilon", epsilon)
      }, isInPlace: true
    ) { step in
      let settings = AdamStep(
        learnRate: step.learnRate, gradientDecay: gradientDecay,
        squaredGradientDecay: boundDecay, epsilon: epsilon, l2: step.l2, count: step.count)
      var (mean, bound) = (step.memory[0], step.memory[1])
      step.memory = []
      defer { step.memory = [mean, bound] }
      try step.value.stepAdamax(along: step.gradient, mean: &mean, bound: &bound, settings)
    }
  }

  /// Lion (Chen and others 2023): w -= α (sign(β1 m + (1-β1) g) + weightDecay · w), m = β2 m +
  /// (1-β2) g. The decay of each learnable is scaled by its L2 factor. Every weight moves by the
  /// learn rate, which should be a third to a tenth of Adam's.
  ///
  /// One pass over memory, in place. Decays of gradients are in 0..<1, and that of weights is 0 or
  /// more.
  public static func lion(
    weightDecay: Double = 0, stepDecay: Double = 0.9, gradientDecay: Double = 0.99
  ) -> Solver {
    Solver(
      "lion",
      settings: [
        "weightDecay": weightDecay, "stepDecay": stepDecay, "gradientDecay": gradientDecay,
      ],
      remembering: ["mean"],
      validate: {
        try requireDecay("lion", "stepDecay", stepDecay)
        try requireDecay("lion", "gradientDecay", gradientDecay)
        try requireFactor("lion", "weightDecay", weightDecay)
      }, isInPlace: true
    ) { step in
      let settings = AdamStep(
        learnRate: step.learnRate, gradientDecay: stepDecay, squaredGradientDecay: gradientDecay,
        l2: step.l2, weightDecay: weightDecay * step.l2Factor, count: step.count)
      try step.value.stepLion(along: step.gradient, mean: &step.memory[0], settings)
    }
  }

  /// Stochastic gradient descent: velocity = momentum · velocity - α g, and w += velocity, or, with
  /// Nesterov's look ahead, w += momentum · velocity - α g.
  ///
  /// One pass over memory, in place. Momentum is in 0..<1.
  public static func sgd(momentum: Double = 0.9, nesterov: Bool = false) -> Solver {
    Solver(
      "sgd",
      settings: nesterov ? ["momentum": momentum, "nesterov": 1] : ["momentum": momentum],
      remembering: ["velocity"],
      validate: { try requireDecay("sgd", "momentum", momentum) }, isInPlace: true
    ) { step in
      try step.value.stepMomentum(
        along: step.gradient, velocity: &step.memory[0], learnRate: step.learnRate,
        momentum: momentum, isNesterov: nesterov, l2: step.l2)
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

private func requireFactor(_ solver: String, _ name: String, _ value: Double) throws {
  guard value.isFinite, value >= 0 else {
    throw TensorError(solver, "\(name) is \(value)", remedy: "Give 0 or more")
  }
}
