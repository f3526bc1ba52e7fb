import Foundation
import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Testing

@testable import LigatureTraining

@Suite("Solvers")
struct SolverTests {
  /// A solver and its plain loop: the weight after a gradient, from what it remembers.
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let solver: Solver
    let advance:
      @Sendable (
        _ w: Double, _ g: Double, _ rate: Double, _ m: inout Double, _ v: inout Double, _ t: Int
      ) -> Double
  }

  static let rows: [Row] = [
    Row(
      testDescription: "Adam",
      solver: .adam(gradientDecay: 0.8, squaredGradientDecay: 0.95, epsilon: 1e-6)
    ) { w, g, rate, m, v, t in
      m = 0.8 * m + 0.2 * g
      v = 0.95 * v + 0.05 * g * g
      let (first, second) = (m / (1 - pow(0.8, Double(t))), v / (1 - pow(0.95, Double(t))))
      return w - rate * first / (second.squareRoot() + 1e-6)
    },
    Row(
      testDescription: "AdamW, whose decay follows the learnables' L2 factors",
      solver: .adamW(
        weightDecay: 0, gradientDecay: 0.8, squaredGradientDecay: 0.95, epsilon: 1e-6)
    ) { w, g, rate, m, v, t in
      m = 0.8 * m + 0.2 * g
      v = 0.95 * v + 0.05 * g * g
      let (first, second) = (m / (1 - pow(0.8, Double(t))), v / (1 - pow(0.95, Double(t))))
      return w - rate * first / (second.squareRoot() + 1e-6)
    },
    Row(
      testDescription: "AdaMax", solver: .adamax(gradientDecay: 0.8, boundDecay: 0.6, epsilon: 1e-5)
    ) { w, g, rate, m, u, t in
      m = 0.8 * m + 0.2 * g
      u = max(0.6 * u, abs(g) + 1e-5)
      return w - rate * m / (1 - pow(0.8, Double(t))) / u
    },
    Row(testDescription: "Lion", solver: .lion(stepDecay: 0.6, gradientDecay: 0.8)) {
      w, g, rate, m, _, _ in
      let way = 0.6 * m + 0.4 * g
      m = 0.8 * m + 0.2 * g
      return w - rate * (way > 0 ? 1 : way < 0 ? -1 : 0)
    },
    Row(
      testDescription: "gradient descent with Nesterov's momentum",
      solver: .sgd(momentum: 0.7, nesterov: true)
    ) { w, g, rate, m, _, _ in
      m = 0.7 * m - rate * g
      return w + 0.7 * m - rate * g
    },
    Row(testDescription: "gradient descent", solver: .sgd(momentum: 0)) { w, g, rate, _, _, _ in
      w - rate * g
    },
    Row(testDescription: "gradient descent with momentum", solver: .sgd(momentum: 0.7)) {
      w, g, rate, m, _, _ in
      m = 0.7 * m - rate * g
      return w + m
    },
    Row(
      testDescription: "RMSProp", solver: .rmsProp(squaredGradientDecay: 0.85, epsilon: 1e-5)
    ) { w, g, rate, _, v, _ in
      v = 0.85 * v + 0.15 * g * g
      return w - rate * g / (v.squareRoot() + 1e-5)
    },
  ]

  /// A network whose loss has the constant gradients `slopes` in its weights and bias.
  private func network(_ type: ScalarType) throws -> Network {
    let (weights, bias) = (try numbers([3, 2], seed: 4), try numbers([2], seed: 5))
    let network = Network { FullyConnected(weights: weights, bias: bias) }
    try network.cast(to: type)
    return network
  }

  @Test(
    "step as their plain loop does, with penalty and factors",
    arguments: rows, [ScalarType.float32, .float64])
  func steps(row: Row, type: ScalarType) throws {
    let network = try network(type)
    try network.setLearnRateFactor(0.5, for: "**/bias")
    try network.setL2Factor(2, for: "**/weights")
    try network.setL2Factor(0, for: "**/bias")
    var expected = try values(network).map { try $0.doubles() }
    var first = expected.map { $0.map { _ in 0.0 } }
    var second = first
    var state = SolverState(row.solver)
    for step in 1...5 {
      let rate = 0.1 / Double(step)
      let x = try numbers([4, 3], seed: UInt64(step), type)
      let (_, gradients) = try valueAndGradients(of: network) {
        try square(network(x, in: $0)).sum()
      }
      let slopes = try network.parameters.map { try #require(gradients[$0]).doubles() }
      try state.update(along: gradients, learnRate: rate, l2: 0.01)
      for (index, parameter) in network.parameters.enumerated() {
        let isBias = index == 1
        for place in expected[index].indices {
          let slope = slopes[index][place] + (isBias ? 0 : 0.02 * expected[index][place])
          expected[index][place] = row.advance(
            expected[index][place], slope, isBias ? rate / 2 : rate, &first[index][place],
            &second[index][place], step)
        }
        // Each step is rounded a few times in its own type; the next starts from the rounded value.
        let found = try parameter.value.doubles()
        for (a, b) in zip(found, expected[index]) {
          #expect(abs(a - b) < (type == .float64 ? 1e-12 : 2e-5) * max(1, abs(b)))
        }
        expected[index] = found
      }
    }
    #expect(state.step == 5)
  }

  @Test("move a tied learnable once, exactly as a hand-tied one", arguments: rows)
  func ties(row: Row) throws {
    // sum over two uses of one weight, and the same sum written with matrices by hand.
    let layer = FullyConnected(
      weights: try numbers([3, 3], seed: 4), bias: try numbers([3], seed: 5))
    let tied = Network {
      layer.named("a"); Tanh(); layer.named("b")
    }
    let hand = [Parameter(layer.weights), Parameter(layer.bias!, l2Factor: 0)]
    let byHand = Network { HandTied(hand) }
    let x = try numbers([4, 3])
    var states = (SolverState(row.solver), SolverState(row.solver))
    for _ in 0..<3 {
      let first = try valueAndGradients(of: tied) { try square(tied(x, in: $0)).sum() }
      let second = try valueAndGradients(of: byHand) { try square(byHand(x, in: $0)).sum() }
      #expect(first.gradients.count == 2 && second.gradients.count == 2)
      #expect(try abs(first.gradients.norm() / second.gradients.norm() - 1) < 1e-6)
      try states.0.update(along: first.gradients, learnRate: 0.05, l2: 0.01)
      try states.1.update(along: second.gradients, learnRate: 0.05, l2: 0.01)
      for (a, b) in zip(values(tied), values(byHand)) {
        #expect(try a.isIdentical(to: b))
      }
    }
  }

  /// The two uses of one pair of tensors written out.
  private struct HandTied: CustomLayer {
    @Learnable var weights: Tensor
    @Learnable(l2Factor: 0) var bias: Tensor = .deferred

    init(_ parameters: [Parameter]) {
      _weights = Learnable(wrappedValue: parameters[0].value)
      _bias = Learnable(wrappedValue: parameters[1].value, l2Factor: 0)
    }

    func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      let inner = try tanh(matmul(x, weights) + bias)
      return try matmul(inner, weights) + bias
    }
  }

  @Test("leave a frozen learnable where it is, penalty or not")
  func frozen() throws {
    let network = try network(.float32)
    let before = values(network)
    try network.freeze("**/weights")
    let data = try TrainingData(numbers([4, 3]), targets: numbers([4, 2]))
    try train(
      network, on: data, loss: .meanSquaredError,
      options: TrainingOptions(epochs: 3, learnRate: 0.1, l2: 0.5))
    #expect(try values(network)[0].isIdentical(to: before[0]))
    #expect(try !values(network)[1].isIdentical(to: before[1]))
  }

  @Test(
    "take part of the weights away beside the step, by the learnables' L2 factors",
    arguments: [Solver.adamW(weightDecay: 0.1), .lion(weightDecay: 0.1)])
  func decays(solver: Solver) throws {
    let (with, without) = (try network(.float64), try network(.float64))
    for network in [with, without] { try network.setL2Factor(2, for: "**/weights") }
    let before = try values(with)[0].doubles()
    let plain: Solver = solver.name == "lion" ? .lion : .adamW(weightDecay: 0)
    for (network, solver) in [(with, solver), (without, plain)] {
      var state = SolverState(solver)
      let (_, gradients) = try valueAndGradients(of: network) {
        try square(network(numbers([4, 3], .float64), in: $0)).sum()
      }
      try state.update(along: gradients, learnRate: 0.05)
    }
    // Biases have an L2 factor of 0 by default, so nothing is taken from them.
    #expect(try values(with)[1].isIdentical(to: values(without)[1]))
    let (a, b) = (try values(with)[0].doubles(), try values(without)[0].doubles())
    for place in a.indices {
      #expect(abs(a[place] - (b[place] - 0.05 * 0.1 * 2 * before[place])) < 1e-14)
    }
  }

  @Test("refuse gradients of another type than the learnables")
  func mismatch() throws {
    let network = try network(.float64)
    let (_, gradients) = try valueAndGradients(of: network) {
      try network(numbers([2, 3], .float64), in: $0).sum()
    }
    try network.cast(to: .float32)
    var state = SolverState(.adam)
    let text = message { try state.update(along: gradients, learnRate: 0.1) }
    #expect(text.hasPrefix("update: the gradient is float64 ["))
  }

  @Test("keep a copy of a value as it was when the learnable moves on")
  func valueSemantics() throws {
    let network = try network(.float32)
    let kept = values(network)
    let numbersBefore = try kept.map { try $0.doubles() }
    let (_, gradients) = try valueAndGradients(of: network) {
      try network(numbers([2, 3]), in: $0).sum()
    }
    var state = SolverState(.sgd)
    try state.update(along: gradients, learnRate: 0.1)
    #expect(try kept.map { try $0.doubles() } == numbersBefore)
    #expect(try !values(network)[0].isIdentical(to: kept[0]))
  }
}

@Suite("A solver's memory")
struct SolverMemoryTests {
  @Test("does not outlive a cast of its network, nor do gradients add up across one")
  func casting() throws {
    let network = Network { FullyConnected(4) }
    let x = try Tensor.ones([2, 3])
    _ = try network.predict(x)
    func gradients(_ x: Tensor) throws -> Gradients {
      try valueAndGradients(of: network) { try network(x, in: $0).sum() }.gradients
    }
    var solver = SolverState(.adam)
    let single = try gradients(x)
    try solver.update(along: single, learnRate: 0.1)
    try network.cast(to: .float64)
    let double = try gradients(x.cast(to: .float64))
    #expect(throws: TensorError.self) { try solver.update(along: double, learnRate: 0.1) }
    #expect(throws: TensorError.self) { try single + double }
    #expect(solver.step == 1)
  }
}
