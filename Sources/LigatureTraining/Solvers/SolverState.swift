import LigatureNetworks
import LigatureTensors

/// What a solver remembers of each parameter, by the parameter's identity: a shared one has one
/// memory and is stepped once.
public struct SolverState: Sendable {
  private let solver: Solver
  private var moments: [ObjectIdentifier: (parameter: Parameter, first: Tensor, second: Tensor?)] =
    [:]
  /// Steps taken.
  public private(set) var step = 0

  /// The state before the first step.
  public init(_ solver: Solver) { self.solver = solver }

  /// Moves every parameter that has a gradient and is not frozen. The penalty l2 · factor · w is
  /// added to its gradient, and the learn rate is scaled by the parameter's factor. O(learnables),
  /// one pass over memory.
  public mutating func update(
    along gradients: Gradients, learnRate: Double, l2: Double = 0
  ) throws {
    for entry in gradients.entries { try validate(entry.parameter, entry.gradient) }
    step += 1
    for entry in gradients.entries where !entry.parameter.isFrozen {
      let key = ObjectIdentifier(entry.parameter)
      let rate = learnRate * entry.parameter.learnRateFactor
      let penalty = l2 * entry.parameter.l2Factor
      var memory = try moments.removeValue(forKey: key) ?? newMemory(entry.parameter)
      try entry.parameter.update { value in
        try advance(
          &value, entry.gradient, &memory.first, &memory.second, learnRate: rate, l2: penalty)
      }
      moments[key] = memory
    }
  }

  /// Throws unless parameter, gradient and what is remembered of it have one shape and type.
  private func validate(_ parameter: Parameter, _ gradient: Tensor) throws {
    try parameter.requireOwnValue()
    let value = parameter.value
    let memory = moments[ObjectIdentifier(parameter)]?.first
    for (name, tensor) in [("gradient", gradient), ("solver's memory", memory ?? value)]
    where tensor.shape != value.shape || tensor.scalarType != value.scalarType {
      throw TensorError(
        "update",
        "the \(name) is \(tensor.scalarType) \(tensor.shape), the parameter \(value.scalarType) "
          + "\(value.shape)",
        remedy: "Begin a new SolverState after casting or replacing learnables")
    }
  }

  private func newMemory(
    _ parameter: Parameter
  ) throws -> (parameter: Parameter, first: Tensor, second: Tensor?) {
    let value = parameter.value
    let zeros = { try Tensor.zeros(value.shape, value.scalarType) }
    if case .adam = solver { return (parameter, try zeros(), try zeros()) }
    return (parameter, try zeros(), nil)
  }

  private func advance(
    _ value: inout Tensor, _ gradient: Tensor, _ first: inout Tensor, _ second: inout Tensor?,
    learnRate: Double, l2: Double
  ) throws {
    switch solver {
    case .adam(let beta1, let beta2, let epsilon):
      guard var variance = second.take() else { return }
      defer { second = variance }
      try value.stepAdam(
        along: gradient, mean: &first, variance: &variance,
        AdamStep(
          learnRate: learnRate, gradientDecay: beta1, squaredGradientDecay: beta2,
          epsilon: epsilon, l2: l2, count: step))
    case .sgd(let momentum):
      try value.stepMomentum(
        along: gradient, velocity: &first, learnRate: learnRate, momentum: momentum, l2: l2)
    case .rmsProp(let decay, let epsilon):
      try value.stepRMSProp(
        along: gradient, meanSquare: &first, learnRate: learnRate, decay: decay,
        epsilon: epsilon, l2: l2)
    }
  }
}
