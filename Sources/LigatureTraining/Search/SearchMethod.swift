/// How a solver that searches moves a whole network.
enum SearchMethod: Sendable {
  case lbfgs(LBFGS)
  case levenbergMarquardt(LevenbergMarquardt)
}

/// What a step of a solver that searches came to: see
/// ``Solver/lbfgs(historySize:lineSearch:trials:gradientTolerance:stepTolerance:)`` and
/// ``Solver/levenbergMarquardt``.
public struct SearchStep: Sendable {
  /// Why there will be no further step.
  public enum End: Sendable {
    /// The gradient, or the step, was as small as the solver's tolerance.
    case converged
    /// No lower loss was found.
    case noLowerLoss
  }

  /// The loss after the step, the penalty included; nil where no step was taken.
  public let loss: Double?
  /// The length of the step, as a multiple of the solver's direction.
  public let length: Double
  /// Why there will be no further step; nil where there may be one.
  public let end: End?
}

/// The same, with the place that was found.
struct SearchOutcome {
  /// Where it went; nil where there was nowhere to go.
  var spot: LossSurface.Spot?
  var length = 0.0
  var end: SearchStep.End?
}
