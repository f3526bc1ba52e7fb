import Ligature
import Testing

extension SilentFault {
  static let derivatives = [
    SilentFault(
      "the result of an inner pass is no constant to the outer one",
      [
        .gives([12], "d(Σ d(x³)/dx)/dx = 6x at 2") {
          try gradient(at: Tensor([2.0])) { x in
            try gradients(of: (x * x * x).sum(), withRespectTo: [x])[0]?.sum() ?? x.sum()
          }
        },
        .gives([3, 5, 7], "w + Σx with w = Σx² of an inner pass: 2x + 1 at 1, 2, 3") {
          try gradient(at: Tensor([1.0, 2, 3])) { x in
            let inner = try valueAndGradients(at: [x]) { try square($0[0]).sum() }
            return try inner.value + x.sum()
          }
        },
        .gives([48], "d²(x⁴)/dx² = 12x² at 2, by two nested passes") {
          try gradient(at: Tensor([2.0])) { x in
            try valueAndGradients(at: [x]) { try square(square($0[0])).sum() }.gradients[0]?.sum()
              ?? x.sum()
          }
        },
      ]),
    SilentFault(
      "a gradient that is not finite moves nothing",
      [
        .refuses("is not finite", "the root of a squared distance of equal inputs") {
          try stepped { try sqrt(square($0 - $0).sum()) + $0.sum() }
        },
        .refuses("is not finite", "a logarithm of 0 that is multiplied by 0") {
          try stepped { try (log($0 * 0 + 1e-300) * 0 + sqrt($0 * 0)).sum() }
        },
        .gives([1, 1], "learnables stand where they were") {
          let network = try scaling()
          _ = try? stepped(network) { try sqrt(square($0 - $0).sum()) + $0.sum() }
          return try network.parameters[0].value.doubles()
        },
        .refuses("broken: its step makes scaling/scale not finite", "a solver that divides by 0") {
          try stepped(solver: Solver("broken") { $0.value = try $0.value / ($0.gradient - 1) }) {
            try $0.sum()
          }
        },
        .refuses("not finite", "an infinite gradient that a threshold would cut off") {
          let network = try scaling()
          let scale = network.layers(of: Scaling.self)[0]
          let (_, gradients) = try valueAndGradients(of: network) { _ in
            try sqrt(scale.scale - 1).sum()
          }
          _ = try gradients.clipped(byValue: 1)
          return []
        },
        .refuses("is not finite", "the only step of a training") {
          let network = try scaling()
          let data = try TrainingData(.ones([1, 2]), targets: .ones([1, 2]))
          let loss = Loss("distance") { outputs, targets in
            try sqrt(square(outputs[0] - targets[0]).sum())
          }
          try train(network, on: data, loss: loss, options: TrainingOptions(epochs: 1))
          return []
        },
      ]),
    SilentFault(
      "what a custom gradient does not know of is refused",
      [
        .refuses("not among its inputs", "a learnable read in its forward") {
          try stepped { scale in
            try withCustomGradient("scaled", [Tensor([Float(1), 2])]) { inputs in
              ([try inputs[0] * scale], 0)
            } backward: { _, gradients in
              [gradients[0]]
            }[0].sum()
          }
        },
        .refuses("not among its inputs", "a tensor of the pass caught by a checkpoint") {
          try gradient(at: Tensor([2.0])) { x in
            try checkpoint([Tensor([1.0])]) { [try $0[0] * x] }[0].sum()
          }
        },
        .refuses("can give no gradient", "a network inside a layer with a backward of its own") {
          let network = try Network(input: Layout("BC", [nil, 2])) { Straight(inner: net(2)) }
          try network.initialize()
          _ = try valueAndGradients(of: network) { try network(.ones([3, 2]), in: $0).sum() }
          return []
        },
        .gives([0, 3], "a constant is no gradient lost") {
          try gradient(at: Tensor([2.0, 3])) { x in
            try withCustomGradient("gated", [x]) { inputs in
              ([try inputs[0] * x.detached], x.detached)
            } backward: { memory, gradients in
              [try gradients[0] * (memory .> 2.5) * memory]
            }[0].sum()
          }
        },
      ]),
  ]

  /// The gradient of a number in one tensor.
  private static func gradient(
    at x: Tensor, _ body: (Tensor) throws -> Tensor
  ) throws -> [Double] {
    try valueAndGradients(at: [x]) { try body($0[0]) }.gradients[0]?.doubles() ?? []
  }

  /// Multiplies two features by learnables that are 1.
  static func scaling() throws -> Network {
    let network = try Network(input: Layout("BC", [nil, 2])) { Scaling() }
    try network.initialize()
    return network
  }

  /// One step of a solver along the gradient of a number made of the learnables.
  @discardableResult
  private static func stepped(
    _ network: Network? = nil, solver: Solver = .sgd(), _ body: (Tensor) throws -> Tensor
  ) throws -> [Double] {
    let network = try network ?? scaling()
    let scale = try #require(network.layers(of: Scaling.self).first)
    let (_, gradients) = try valueAndGradients(of: network) { _ in try body(scale.scale) }
    var solver = SolverState(solver)
    try solver.update(along: gradients, learnRate: 0.1)
    return try network.parameters[0].value.doubles()
  }

  /// A network of one fully connected layer.
  static func net(_ outputs: Int) -> Network { Network { FullyConnected(outputs) } }
}

/// x · scale.
struct Scaling: CustomLayer, Codable {
  @Learnable var scale: Tensor = .deferred

  func initialize(for x: Tensor, in context: Context) throws {
    scale = try .ones([x.shape.last ?? 1], context.scalarType)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * scale }
}

/// Runs a network and hands gradients straight through.
private struct Straight: CustomBackward, Codable {
  @Learnable var inner: Network

  func forward(
    remembering x: Tensor, in context: Context
  ) throws -> (output: Tensor, memory: Int) {
    (try inner(x, in: context), 0)
  }

  func backward(_ gradients: [Tensor], memory: Int) throws -> LayerGradients {
    LayerGradients(inputs: gradients)
  }
}
