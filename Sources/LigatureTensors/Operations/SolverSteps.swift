/// Steps of solvers: each is one pass over memory, written in place where nobody else holds the
/// tensors, and throws unless all have one shape and floating-point type. O(count).
extension Tensor {
  /// m = β1 m + (1-β1) g, v = β2 v + (1-β2) g², w -= α (m / (1-β1ᵗ)) / (sqrt(v / (1-β2ᵗ)) + ε)
  /// + α decay w.
  package mutating func stepAdam(
    along gradient: Tensor, mean: inout Tensor, variance: inout Tensor, _ step: AdamStep
  ) throws {
    try advance("adam", .adam(step), along: gradient, &mean, &variance)
  }

  /// m = β1 m + (1-β1) g, u = max(β2 u, |g| + ε), w -= α (m / (1-β1ᵗ)) / u.
  package mutating func stepAdamax(
    along gradient: Tensor, mean: inout Tensor, bound: inout Tensor, _ step: AdamStep
  ) throws {
    try advance("adamax", .adamax(step), along: gradient, &mean, &bound)
  }

  /// w -= α (sign(β1 m + (1-β1) g) + decay w), m = β2 m + (1-β2) g.
  package mutating func stepLion(
    along gradient: Tensor, mean: inout Tensor, _ step: AdamStep
  ) throws {
    try advance("lion", .lion(step), along: gradient, &mean)
  }

  /// velocity = momentum · velocity - α g, w += velocity, or momentum · velocity - α g as Nesterov
  /// has it.
  package mutating func stepMomentum(
    along gradient: Tensor, velocity: inout Tensor, learnRate: Double, momentum: Double,
    isNesterov: Bool, l2: Double
  ) throws {
    let step = SolverStep.momentum(
      learnRate: learnRate, momentum: momentum, isNesterov: isNesterov, l2: l2)
    try advance("sgd", step, along: gradient, &velocity)
  }

  /// v = ρ v + (1-ρ) g², w -= α g / (sqrt(v) + ε).
  package mutating func stepRMSProp(
    along gradient: Tensor, meanSquare: inout Tensor, learnRate: Double, decay: Double,
    epsilon: Double, l2: Double
  ) throws {
    let step = SolverStep.rmsProp(
      learnRate: learnRate, decay: decay, epsilon: epsilon, l2: l2)
    try advance("rmsProp", step, along: gradient, &meanSquare)
  }

  private mutating func advance(
    _ name: String, _ step: SolverStep, along gradient: Tensor, _ memory: inout Tensor
  ) throws {
    try requireLike(name, gradient, memory)
    makeUnique()
    memory.makeUnique()
    perform(.solverStep(step), [gradient.detached], [memory])
  }

  private mutating func advance(
    _ name: String, _ step: SolverStep, along gradient: Tensor, _ first: inout Tensor,
    _ second: inout Tensor
  ) throws {
    try requireLike(name, gradient, first, second)
    makeUnique()
    first.makeUnique()
    second.makeUnique()
    perform(.solverStep(step), [gradient.detached], [first, second])
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
