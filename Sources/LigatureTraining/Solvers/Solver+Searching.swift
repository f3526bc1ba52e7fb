import LigatureTensors

extension Solver {
  /// L-BFGS with its usual settings.
  public static var lbfgs: Solver { .lbfgs() }
  /// Levenberg-Marquardt with its usual settings.
  public static var levenbergMarquardt: Solver { .levenbergMarquardt() }

  /// L-BFGS (Liu and Nocedal 1989): Newton's method with an inverse Hessian that the last steps
  /// tell of, and a search for the length of each step.
  ///
  /// A step is one of all data, so an epoch has one: `batchSize`, `shuffle` and the learn rate have
  /// no meaning, and the length of the step stands in their place in progress and history. Passes
  /// are of `microBatchSize` observations where that is given. Losses and metrics are those after a
  /// step. Training ends, with ``TrainingHistory/StopReason/converged``, where no derivative of the
  /// loss is above `gradientTolerance`, or no weight moved by more than `stepTolerance`, and with
  /// ``TrainingHistory/StopReason/noLowerLoss`` where the search finds nothing. Where layers draw
  /// random numbers, or write states, each step searches a function of its own, and costs one look
  /// more.
  ///
  /// A step costs one or two passes as a rule, O(historySize · learnables) beside them, and memory
  /// of 16 bytes · historySize for each number in learnables.
  ///
  /// - Parameters:
  ///   - historySize: the steps that the Hessian is made of; 1 or more.
  ///   - lineSearch: what length will do.
  ///   - trials: lengths that are tried in a step at most; 1 or more.
  ///   - gradientTolerance: the largest derivative at which training ends; 0 or more.
  ///   - stepTolerance: the largest change of a weight at which training ends; 0 or more.
  public static func lbfgs(
    historySize: Int = 10, lineSearch: LineSearch = .strongWolfe, trials: Int = 20,
    gradientTolerance: Double = 1e-7, stepTolerance: Double = 1e-9
  ) -> Solver {
    Solver(
      "lbfgs",
      settings: [
        "historySize": Double(historySize), "trials": Double(trials), lineSearch.rawValue: 1,
        "gradientTolerance": gradientTolerance, "stepTolerance": stepTolerance,
      ],
      searching: .lbfgs(
        LBFGS(
          historySize: historySize, lineSearch: lineSearch, trials: trials,
          gradientTolerance: gradientTolerance, stepTolerance: stepTolerance))
    ) {
      try requireCount("lbfgs", "historySize", historySize)
      try requireCount("lbfgs", "trials", trials)
      try requireTolerance("lbfgs", "gradientTolerance", gradientTolerance)
      try requireTolerance("lbfgs", "stepTolerance", stepTolerance)
    }
  }

  /// The method of Levenberg and Marquardt (Hagan and Menhaj 1994), for small networks and the mean
  /// squared error: w -= (JᵀJ + μ)⁻¹ Jᵀ r, with r the errors, divided so that the loss is the sum
  /// of their squares, and J their derivatives. The damping μ falls after a step that makes the
  /// loss lower, and rises until there is one.
  ///
  /// As with ``lbfgs(historySize:lineSearch:trials:gradientTolerance:stepTolerance:)`` a step is
  /// one of all data, the learn rate has no meaning, and training ends where it converges. It takes
  /// `.meanSquaredError`, weighted or not, and at most 4,000 learnable numbers n.
  ///
  /// A step costs a backward pass for each learnable number, or for each error where there are
  /// fewer, and O(n³). Memory: n² doubles, and n for each error of a pass.
  ///
  /// - Parameters:
  ///   - initialDamping: μ in the first step, between the bounds below.
  ///   - dampingIncrease: what μ is multiplied with where the loss does not fall; above 1.
  ///   - dampingDecrease: what it is multiplied with where it does; above 0, at most 1.
  ///   - minimumDamping: the least μ; above 0.
  ///   - maximumDamping: the greatest. Training ends where it is not enough.
  ///   - gradientTolerance: the largest derivative at which training ends; 0 or more.
  ///   - stepTolerance: the largest change of a weight at which training ends; 0 or more.
  public static func levenbergMarquardt(
    initialDamping: Double = 1e-3, dampingIncrease: Double = 10, dampingDecrease: Double = 0.1,
    minimumDamping: Double = 1e-20, maximumDamping: Double = 1e10,
    gradientTolerance: Double = 1e-7, stepTolerance: Double = 1e-9
  ) -> Solver {
    let name = "levenbergMarquardt"
    return Solver(
      name,
      settings: [
        "initialDamping": initialDamping, "dampingIncrease": dampingIncrease,
        "dampingDecrease": dampingDecrease, "minimumDamping": minimumDamping,
        "maximumDamping": maximumDamping, "gradientTolerance": gradientTolerance,
        "stepTolerance": stepTolerance,
      ],
      searching: .levenbergMarquardt(
        LevenbergMarquardt(
          initialDamping: initialDamping, dampingIncrease: dampingIncrease,
          dampingDecrease: dampingDecrease, minimumDamping: minimumDamping,
          maximumDamping: maximumDamping, gradientTolerance: gradientTolerance,
          stepTolerance: stepTolerance))
    ) {
      guard dampingIncrease.isFinite, dampingIncrease >= 1.01, dampingDecrease > 0,
        dampingDecrease <= 1
      else {
        throw TensorError(
          name, "damping rises by \(dampingIncrease) and falls by \(dampingDecrease)",
          remedy: "Give a rise of 1.01 or more, and a fall above 0 and at most 1")
      }
      guard minimumDamping > 0, minimumDamping <= initialDamping,
        initialDamping <= maximumDamping, maximumDamping.isFinite
      else {
        throw TensorError(
          name,
          "damping begins with \(initialDamping), between \(minimumDamping) and "
            + "\(maximumDamping)",
          remedy: "Give finite numbers above 0, in order")
      }
      try requireTolerance(name, "gradientTolerance", gradientTolerance)
      try requireTolerance(name, "stepTolerance", stepTolerance)
    }
  }

  private static func requireCount(_ solver: String, _ name: String, _ value: Int) throws {
    guard value < 1 else { return }
    throw TensorError(solver, "\(name) is \(value)", remedy: "Give 1 or more")
  }

  private static func requireTolerance(_ solver: String, _ name: String, _ value: Double) throws {
    guard !value.isFinite || value < 0 else { return }
    throw TensorError(solver, "\(name) is \(value)", remedy: "Give a finite number of 0 or more")
  }
}
