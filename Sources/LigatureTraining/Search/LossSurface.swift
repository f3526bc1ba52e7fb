import LigatureNetworks
import LigatureTensors

/// What a loss and its gradients are at the present values of learnables.
struct LossEvaluation {
  let loss: Double
  let gradients: Gradients
  /// Whether the loss of another step is another function: layers drew random numbers, or wrote
  /// states.
  let isOnce: Bool
  /// Makes what layers wrote into their states on the way last.
  let keep: () -> Void
}

/// A network's loss, with the penalty of its weights, as a function of all numbers in the
/// learnables that are not frozen: what a solver looks around on before it moves.
///
/// Points are of doubles, rounded to the learnables' type where they are set.
final class LossSurface {
  /// A point that was looked at.
  struct Spot {
    let point: [Double]
    /// Infinite where the loss, or its gradient, is not finite.
    let loss: Double
    let slope: [Double]
    let evaluation: LossEvaluation
  }

  let parameters: [Parameter]
  private let network: Network
  private let former: [Tensor]
  /// The factor of half the squares of each learnable in the loss.
  let factors: [Double]
  /// The same for each number.
  let penalties: [Double]
  private let evaluation: () throws -> LossEvaluation

  /// The loss of a network. Throws for learn-rate factors other than 0 and 1, which have no meaning
  /// where the length of a step is searched for.
  init(
    of network: Network, l2: Double, _ solver: String,
    evaluation: @escaping () throws -> LossEvaluation
  ) throws {
    let learnables = network.learnables.filter { !$0.parameter.isFrozen }
    for learnable in learnables {
      try learnable.parameter.requireOwnValue()
      try learnable.parameter.value.require(solver)
      let factor = learnable.parameter.learnRateFactor
      guard factor == 1 else {
        throw TensorError(
          solver,
          "the learn-rate factor of \(learnable.path) is \(factor), and one length is "
            + "searched for all learnables",
          remedy: "Give 1, or 0 to freeze it")
      }
    }
    guard l2.isFinite, l2 >= 0 else {
      throw TensorError(
        solver, "the L2 factor is \(l2)", remedy: "Give a finite number of 0 or more")
    }
    self.network = network
    self.evaluation = evaluation
    parameters = learnables.map(\.parameter)
    former = parameters.map(\.value)
    factors = parameters.map { l2 * $0.l2Factor }
    penalties = zip(former, factors).flatMap { value, factor in
      [Double](repeating: factor, count: value.count)
    }
  }

  /// How many numbers there are.
  var count: Int { former.reduce(0) { $0 + $1.count } }

  /// The present values.
  func point() throws -> [Double] { try parameters.flatMap { try $0.value.doubles() } }

  /// Where the network was when this was made.
  func restore() {
    network.withoutEdits {
      for (parameter, value) in zip(parameters, former) { try? parameter.set(value) }
    }
  }

  /// Goes to a point, rounded to the learnables' type. Throws where a learnable has become another.
  func move(to point: [Double]) throws {
    var start = 0
    let values = try former.map { value in
      let end = start + value.count
      defer { start = end }
      return try Tensor(Array(point[start..<end]), shape: value.shape).cast(to: value.scalarType)
    }
    try network.withoutEdits {
      for (parameter, value) in zip(parameters, values) { try parameter.set(value) }
    }
  }

  /// Goes to a point and looks at the loss there.
  func look(at point: [Double]) throws -> Spot {
    try move(to: point)
    return try look()
  }

  /// Looks at the loss where the network is.
  func look() throws -> Spot {
    let point = try point()
    let found = try evaluation()
    var (loss, slope) = (found.loss, [Double]())
    slope.reserveCapacity(point.count)
    for (parameter, value) in zip(parameters, former) {
      slope +=
        try found.gradients[parameter]?.doubles()
        ?? [Double](repeating: 0, count: value.count)
    }
    for (place, penalty) in penalties.enumerated() where penalty > 0 {
      loss += penalty * point[place] * point[place] / 2
      slope[place] += penalty * point[place]
    }
    let isFinite = loss.isFinite && slope.allSatisfy(\.isFinite)
    return Spot(
      point: point, loss: isFinite ? loss : .infinity, slope: slope, evaluation: found)
  }
}

func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for place in a.indices { sum += a[place] * b[place] }
  return sum
}

/// a + factor · b.
func sum(_ a: [Double], _ factor: Double, _ b: [Double]) -> [Double] {
  var result = a
  for place in result.indices { result[place] += factor * b[place] }
  return result
}

/// The largest absolute value; 0 of nothing.
func largest(_ a: [Double]) -> Double { a.reduce(0) { max($0, abs($1)) } }
