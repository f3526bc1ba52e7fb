import Ligature

extension SoundLayer {
  /// Layers whose learnables have a domain of their own, act in one phase alone, or have factors.
  static let domains: [SoundLayer] = [
    SoundLayer("a learnable of half the learn rate") { Factored() },
    SoundLayer("a network whose biases learn twice as fast") {
      let network = Network {
        FullyConnected(4); Tanh(); FullyConnected(2)
      }
      try network.initialize(for: [.zeros([1, 5])])
      try network.setLearnRateFactor(2, for: "**/bias")
      return network
    },
    SoundLayer("a small variance that is learned") { Starting(at: 0.05) { try $0 / sqrt($1) } },
    SoundLayer("a logarithm of something learned") { Starting(at: 0.1) { try $0 * log($1) } },
    SoundLayer("a narrow bell") {
      Starting(at: 0.02) { try log(1 + square($0) / $1) }
    },
    SoundLayer("a learned scale that begins small") { Starting(at: 1e-3) { try $0 * $1 } },
    SoundLayer("noise whose size is learned, in training", CheckOptions(phasesDiffer: true)) {
      OnePhase(.training) { x, scale, context in
        var stream = context.randomStream()
        return try x + scale * stream.normal(x.shape, x.scalarType)
      }
    },
    SoundLayer("a learned shift in training", CheckOptions(phasesDiffer: true)) {
      OnePhase(.training) { x, shift, _ in try x + shift }
    },
    SoundLayer(
      "a learned divisor in inference",
      CheckOptions(phasesDiffer: true, exceptions: [.unusedLearnables])
    ) {
      OnePhase(.inference) { x, divisor, _ in try x / divisor }
    },
    SoundLayer("a block that is left out at times", CheckOptions(phasesDiffer: true)) {
      StochasticDepth()
    },
    SoundLayer(
      "a learnable for later use", CheckOptions(exceptions: [.unusedLearnables])
    ) {
      Starting(at: 0.5) { try $0 + $1 * 0 }
    },
    SoundLayer("a distance of two encoded inputs", on: [.features, .features], exceptUnused) {
      Siamese()
    },
    SoundLayer(
      "single precision throughout", CheckOptions(exceptions: [.changesScalarType])
    ) {
      FunctionLayer { try $0.cast(to: .float32) * 2 }
    },
    SoundLayer("plain cells in both directions", on: [.sequences]) { Bidirectional(RNN(2)) },
    SoundLayer("a layer with a name") { FullyConnected(3).named("named") },
    SoundLayer("a layer for several places") { FullyConnected(3).shared() },
    SoundLayer("images of any size", on: [Layout("BSSC", [nil, nil, nil, 2])]) {
      FunctionLayer { try $0.mean(1, 2) }
    },
  ]

  private static let exceptUnused = CheckOptions(exceptions: [.unusedLearnables])
}

private struct Factored: CustomLayer, Codable {
  @Learnable(learnRateFactor: 0.5) var gain: Tensor = .deferred

  func initialize(for x: Tensor, in context: Context) throws {
    gain = try Initializer.heNormal([5], in: context)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain }
}

/// A function of the input and of five learned numbers that begin as one.
private struct Starting: CustomLayer {
  typealias Body = @Sendable (Tensor, Tensor, Context) throws -> Tensor
  @Learnable var numbers: Tensor = .deferred
  private let start: Double
  private let body: Body

  init(at start: Double, _ body: @escaping Body) { (self.start, self.body) = (start, body) }
  init(at start: Double, _ body: @escaping @Sendable (Tensor, Tensor) throws -> Tensor) {
    self.init(at: start) { x, numbers, _ in try body(x, numbers) }
  }

  func initialize(for x: Tensor, in context: Context) throws {
    numbers = try .full([5], start, context.scalarType)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try body(x, numbers, context)
  }
}

/// A function of the input and of five learned numbers in one phase, and the input in the other.
private struct OnePhase: CustomLayer {
  @Learnable var numbers: Tensor = .deferred
  private let phase: Phase
  private let body: Starting.Body

  init(_ phase: Phase, _ body: @escaping Starting.Body) { (self.phase, self.body) = (phase, body) }

  func initialize(for x: Tensor, in context: Context) throws {
    numbers = try .full([5], 0.5, context.scalarType)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    context.phase == phase ? try body(x, numbers, context) : x
  }
}

/// A residual block of which training leaves half of the passes out (Huang et al. 2016).
private struct StochasticDepth: CustomLayer, Codable {
  @Learnable var block = FullyConnected(5)

  func initialize(for x: Tensor, in context: Context) throws { _ = try block(x, in: context) }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    guard context.isTraining else { return try x + block(x, in: context) * 0.5 }
    var stream = context.randomStream()
    let isThere = try stream.uniform([1]).item() < 0.5
    return isThere ? try x + block(x, in: context) : x
  }
}

/// The distance of what one network makes of two inputs; its last bias cancels.
private struct Siamese: CustomLayer, Codable {
  @Learnable var encoder = Network {
    FullyConnected(4); Tanh(); FullyConnected(3)
  }

  func predict(_ inputs: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    let (a, b) = inputs.elements
    let difference = try encoder(a, in: context) - encoder(b, in: context)
    return try sqrt(square(difference).sum(-1, keepingAxes: true) + 1e-6)
  }
}
