import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Testing

@testable import LigatureTraining

@Suite("The state of a solver")
struct SolverStateTests {
  private func network(_ seed: UInt64 = 0) throws -> Network {
    let network = Network {
      FullyConnected(4); Tanh(); FullyConnected(2)
    }
    try network.initialize(for: [numbers([2, 3])], seed: seed)
    return network
  }

  private func gradients(_ network: Network, seed: UInt64 = 1) throws -> Gradients {
    try valueAndGradients(of: network) {
      try square(network(numbers([4, 3], seed: seed), in: $0)).sum()
    }.gradients
  }

  @Test("counts Adam's steps for each learnable, and keeps the memory of what is frozen")
  func counts() throws {
    let network = try network()
    let late = try network.parameter(at: "fc2/weights")
    var state = SolverState(.adam)
    try state.update(along: gradients(network), learnRate: 0.1)
    let kept = state.memory(of: late)
    try network.freeze("fc2/weights")
    for seed in 2...4 {
      try state.update(along: gradients(network, seed: UInt64(seed)), learnRate: 0.1)
    }
    #expect(state.step == 4 && state.stepCount(of: late) == 1)
    #expect(state.stepCount(of: try network.parameter(at: "fc1/weights")) == 4)
    for name in ["mean", "variance"] {
      #expect(try #require(kept[name]).isIdentical(to: #require(state.memory(of: late)[name])))
    }
    try network.unfreeze("fc2/weights")
    let before = late.value
    let slope = try gradients(network, seed: 5)
    try state.update(along: slope, learnRate: 0.1)
    // Its second step, by the formula.
    let g = try #require(slope[late])
    let mean = try #require(kept["mean"]) * 0.9 + g * 0.1
    let variance = try #require(kept["variance"]) * 0.999 + square(g) * 0.001
    let step = try (mean / (1 - 0.9 * 0.9)) / (sqrt(variance / (1 - 0.999 * 0.999)) + 1e-8)
    #expect(try late.value.isClose(to: before - step * 0.1, relative: 1e-5, absolute: 1e-6))
  }

  @Test("goes on after storing as it would have", arguments: [Solver.adam, .sgd, .rmsProp])
  func storing(solver: Solver) throws {
    let network = try network()
    var state = SolverState(solver)
    for seed in 1...2 {
      try state.update(along: gradients(network, seed: UInt64(seed)), learnRate: 0.05)
    }
    let copy = try network.copy()
    var restored = try SolverState(state.stored, solver, for: copy)
    #expect(restored.step == 2)
    for seed in 3...4 {
      try state.update(along: gradients(network, seed: UInt64(seed)), learnRate: 0.05)
      try restored.update(along: gradients(copy, seed: UInt64(seed)), learnRate: 0.05)
    }
    #expect(try values(network).isIdentical(to: values(copy)))
  }

  @Test("refuses the gradients of another network, and takes those of a part of its own")
  func strangers() throws {
    let (network, other) = (try network(), try network(1))
    let before = values(other)
    var state = SolverState(.adam)
    try state.update(along: gradients(network), learnRate: 0.1)
    #expect(
      message { try state.update(along: gradients(other), learnRate: 0.1) }
        == "update: the gradient of fc1/weights is another network's than the one whose "
        + "learnables this solver has stepped before. Keep a SolverState for each network.")
    #expect(try values(other).isIdentical(to: before))
    #expect(state.step == 1)
    let outer = Network {
      network.named("inner"); FullyConnected(1)
    }
    try outer.initialize(for: [numbers([2, 3])])
    var whole = SolverState(.adam)
    try whole.update(along: gradients(outer), learnRate: 0.1)
    try whole.update(along: gradients(network), learnRate: 0.1)
    #expect(whole.stepCount(of: try outer.parameter(at: "inner/fc1/bias")) == 2)
    #expect(whole.stepCount(of: try outer.parameter(at: "fc/bias")) == 1)
    #expect(
      message { try SolverState(whole.stored, .adam, for: network) }.hasPrefix(
        "fc/bias: the solver's state remembers it, and the network has no such learnable."))
  }

  @Test("refuses gradients that are not finite before the step, and nothing has changed")
  func nonFinite() throws {
    let network = try network()
    var state = SolverState(.adam)
    try state.update(along: gradients(network), learnRate: 0.1)
    let (before, memory) = (values(network), try state.stored)
    for broken in [Float.nan, .infinity, -.infinity] {
      var tensors = try gradients(network).tensors
      tensors["fc2/bias"] = Tensor([0, broken])
      let slopes = try Gradients(tensors, for: network)
      #expect(
        message { try state.update(along: slopes, learnRate: 0.1) }.hasPrefix(
          "update: the gradient of fc2/bias is not finite. "))
    }
    #expect(try values(network).isIdentical(to: before))
    #expect(state.step == 1)
    for (name, tensor) in try state.stored.tensors {
      #expect(try tensor.isIdentical(to: #require(memory.tensors[name])))
    }
  }

  @Test("refuses rates and settings out of range")
  func ranges() throws {
    let network = try network()
    func text(_ solver: Solver, _ rate: Double = 0.1, l2: Double = 0) -> String {
      var state = SolverState(solver)
      return message { try state.update(along: gradients(network), learnRate: rate, l2: l2) }
    }
    for (rate, l2) in [(-1.0, 0.0), (.nan, 0), (.infinity, 0), (0.1, -1), (0.1, .nan)] {
      #expect(
        text(.sgd, rate, l2: l2)
          == "update: learn rate \(rate) or L2 factor \(l2) is negative or not finite. "
          + "Give 0 or more.")
    }
    #expect(
      text(.sgd(momentum: -0.1))
        == "sgd: momentum is -0.1. Give 0 or more, and less than 1.")
    #expect(text(.adam(gradientDecay: 1)).hasPrefix("adam: gradientDecay is 1.0. "))
    #expect(text(.adam(squaredGradientDecay: .nan)).hasPrefix("adam: squaredGradientDecay is nan"))
    #expect(text(.adam(epsilon: 0)) == "adam: epsilon is 0.0. Give a number above 0.")
    #expect(text(.rmsProp(squaredGradientDecay: 2)).hasPrefix("rmsProp: squaredGradientDecay"))
    #expect(text(.rmsProp(epsilon: .infinity)).hasPrefix("rmsProp: epsilon is inf"))
    let weights = try network.parameter(at: "fc1/weights")
    weights.learnRateFactor = .nan
    #expect(
      text(.sgd) == "update: the factors of fc1/weights are nan and 1.0. Give factors of 0 or more."
    )
  }
}
