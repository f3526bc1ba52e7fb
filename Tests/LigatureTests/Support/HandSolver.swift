import Ligature

/// Solvers as their papers have them, in plain tensor operations.
struct HandSolver {
  private let solver: Solver
  private var first: [Tensor] = []
  private var second: [Tensor] = []
  private var step = 0.0

  init(_ solver: Solver) { self.solver = solver }

  /// One step of each parameter along its gradient, to which the penalty is added.
  mutating func update(
    _ parameters: [Parameter], along gradients: [Tensor], learnRate: Double, l2: Double
  ) throws {
    if first.isEmpty {
      first = try gradients.map { try $0 * 0 }
      second = first
    }
    step += 1
    for (place, parameter) in parameters.enumerated() {
      let value = parameter.value
      let gradient = try gradients[place] + value * (l2 * parameter.l2Factor)
      try parameter.set(value + change(place, gradient) * learnRate)
    }
  }

  /// What is added to a parameter, but for the learn rate.
  private mutating func change(_ place: Int, _ gradient: Tensor) throws -> Tensor {
    let settings = solver.settings
    switch solver.name {
    case "sgd":
      let momentum = settings["momentum"]!
      first[place] = try first[place] * momentum - gradient
      return first[place]
    case "rmsProp":
      let (decay, epsilon) = (settings["squaredGradientDecay"]!, settings["epsilon"]!)
      second[place] = try second[place] * decay + square(gradient) * (1 - decay)
      return try gradient * -1 / (sqrt(second[place]) + epsilon)
    default:
      let (beta1, beta2) = (settings["gradientDecay"]!, settings["squaredGradientDecay"]!)
      let epsilon = settings["epsilon"]!
      first[place] = try first[place] * beta1 + gradient * (1 - beta1)
      second[place] = try second[place] * beta2 + square(gradient) * (1 - beta2)
      let (mean, variance) = (
        try first[place] / (1 - power(beta1)), try second[place] / (1 - power(beta2))
      )
      return try mean * -1 / (sqrt(variance) + epsilon)
    }
  }

  private func power(_ base: Double) -> Double {
    (0..<Int(step)).reduce(1) { product, _ in product * base }
  }
}
