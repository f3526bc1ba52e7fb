import LigatureKernels
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
        memory.first.makeUnique()
        memory.second?.makeUnique()
        advance(
          &value, entry.gradient.contiguous(), memory.first, memory.second,
          learnRate: rate, l2: penalty)
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
    _ value: inout Tensor, _ gradient: Tensor, _ first: Tensor, _ second: Tensor?,
    learnRate: Double, l2: Double
  ) {
    let type = value.scalarType
    let weights = value.pointer
    Parallel.split(value.count, granularity: 1024, minimum: 1 << 14) { range in
      let start = range.lowerBound * type.byteCount
      switch solver {
      case .adam(let beta1, let beta2, let epsilon):
        var settings = LKAdam(
          learn_rate: learnRate, beta1: beta1, beta2: beta2, epsilon: epsilon, l2: l2,
          gradient_scale: 1, correction1: 1 - power(beta1, step),
          correction2: 1 - power(beta2, step), decoupled_decay: 0)
        if let second {
          lk_adam(
            type.kernelType, range.count, &settings, gradient.pointer + start, weights + start,
            first.pointer + start, second.pointer + start)
        }
      case .sgd(let momentum):
        lk_momentum(
          type.kernelType, range.count, learnRate, momentum, l2, 1, gradient.pointer + start,
          weights + start, first.pointer + start)
      case .rmsProp(let decay, let epsilon):
        lk_rmsprop(
          type.kernelType, range.count, learnRate, decay, epsilon, l2, 1,
          gradient.pointer + start, weights + start, first.pointer + start)
      }
    }
  }

  /// base to a whole power.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, factor, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }
}
