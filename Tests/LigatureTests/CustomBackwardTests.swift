import Ligature
import Testing

@Suite("A layer with a backward of its own")
struct CustomBackwardTests {
  struct Mishap: Error {}

  /// scale · x³, and the mistakes one can make in its backward.
  struct Cube: CustomBackward, Codable {
    enum Mistake: String, Codable {
      case none, wrongShape, unknownName, wrongCount, oneMissing, throwing
    }
    @Learnable var scale: Tensor
    var mistake = Mistake.none

    init(_ mistake: Mistake = .none) {
      _scale = Learnable(wrappedValue: Tensor([Float(2), -1, 0.5]))
      self.mistake = mistake
    }

    func forward(remembering x: Tensor, in context: Context) throws -> (
      output: Tensor, memory: Tensor
    ) {
      (try pow(x, 3) * scale, x)
    }

    func backward(_ gradients: [Tensor], memory x: Tensor) throws -> LayerGradients {
      let input = try gradients[0] * square(x) * scale * 3
      let learnable = try (gradients[0] * pow(x, 3)).sum(0)
      switch mistake {
      case .none: return LayerGradients(inputs: [input], learnables: ["scale": learnable])
      case .wrongShape: return LayerGradients(inputs: [try input.sum(0)])
      case .unknownName: return LayerGradients(inputs: [input], learnables: ["scales": learnable])
      case .wrongCount: return LayerGradients(inputs: [input, input])
      case .throwing: throw Mishap()
      case .oneMissing: return LayerGradients(inputs: [nil], learnables: ["scale": learnable])
      }
    }
  }

  /// The same without one.
  struct PlainCube: CustomLayer {
    @Learnable var scale: Tensor
    init() { _scale = Learnable(wrappedValue: Tensor([Float(2), -1, 0.5])) }
    func predict(_ x: Tensor, in context: Context) throws -> Tensor { try pow(x, 3) * scale }
  }

  /// A fully connected layer before the cube, so that the gradient has to come through.
  private func run(_ layer: any Layer, frozen: Bool = false) throws -> (Network, Tensor, Gradients)
  {
    let network = Network([FullyConnected(3), layer, Tanh()])
    let x = try numbers([4, 2])
    try network.initialize(for: [x])
    if frozen { try network.freeze("**/scale") }
    let (value, gradients) = try valueAndGradients(of: network) { try network(x, in: $0).sum() }
    return (network, value, gradients)
  }

  @Test("gets the gradients that automatic differentiation finds", arguments: [false, true])
  func agreement(frozen: Bool) throws {
    let (network, value, gradients) = try run(Cube(), frozen: frozen)
    let (plain, expected, others) = try run(PlainCube(), frozen: frozen)
    #expect(try value.isIdentical(to: expected))
    #expect(gradients.count == (frozen ? 2 : 3) && others.count == gradients.count)
    for (mine, other) in zip(network.parameters, plain.parameters) {
      guard let wanted = others[other] else { continue }
      #expect(try #require(gradients[mine]).isClose(to: wanted, relative: 1e-5, absolute: 1e-6))
    }
  }

  @Test("predicts, is copied and is used several times like any other layer")
  func asALayer() throws {
    let cube = Cube()
    let network = Network {
      cube.named("a"); Tanh(); cube.shared().named("b")
    }
    let x = try numbers([4, 3])
    let copy = try network.copy()
    #expect(try copy.predict(x).isIdentical(to: network.predict(x)))
    let plain = PlainCube()
    let other = Network {
      plain.named("a"); Tanh(); plain.shared().named("b")
    }
    func gradient(_ network: Network) throws -> Tensor {
      let result = try valueAndGradients(of: network) { try network(x, in: $0).sum() }
      return try #require(result.gradients[network.parameters[0]])
    }
    #expect(try gradient(network).isClose(to: gradient(other), relative: 1e-5, absolute: 1e-5))
  }

  @Test("may give no gradient for an input")
  func missing() throws {
    let (network, _, gradients) = try run(Cube(.oneMissing))
    #expect(gradients.count == 1)
    #expect(gradients[network.parameters[2]] != nil)
  }

  @Test("that is wrong is told so, by the place and what was expected")
  func mistakes() {
    #expect(
      message { try run(Cube(.wrongShape)).1 }
        == "cube: its backward returned float32 [3] for input in, which is float32 [4, 3]. "
        + "A gradient has the shape and type of what it belongs to.")
    #expect(
      message { try run(Cube(.unknownName)).1 }
        == "cube: its backward returned a gradient for \"scales\", which it does not learn. "
        + "Its learnables are scale.")
    #expect(message { try run(Cube(.throwing)).1 } == "cube: threw Mishap().")
    #expect(
      message { try run(Cube(.wrongCount)).1 }
        == "cube: its backward returned 2 gradients for 1 input. "
        + "Return one gradient, or nil, for each input.")
  }
}

@Suite("A closure as a layer")
struct FunctionLayerTests {
  @Test("learns what it is given to learn")
  func learning() throws {
    let layer = try FunctionLayer(
      name: "line", learnables: ["slope": .ones([1]), "offset": .zeros([1])]
    ) {
      x, learnables, _ in
      try x * learnables["slope"]! + learnables["offset"]!
    }
    let network = Network { layer }
    #expect(network.learnables.map(\.path) == ["line/learnables/offset", "line/learnables/slope"])
    let x = try numbers([64, 1])
    try train(
      network, on: TrainingData(x, targets: x * 3 - 1), loss: .meanSquaredError,
      options: TrainingOptions(.sgd(momentum: 0), epochs: 100, batchSize: 32, learnRate: 0.2))
    #expect(abs(try #require(layer.learnables["slope"]).item() - 3) < 1e-3)
    #expect(abs(try #require(layer.learnables["offset"]).item() + 1) < 1e-3)
  }

  @Test("knows the phase of the pass and takes random numbers from it")
  func context() throws {
    let network = Network {
      FunctionLayer(learnables: [:]) { x, _, context in
        guard context.isTraining else { return x }
        var stream = context.randomStream()
        return try x + stream.uniform(x.shape)
      }
    }
    let x = try numbers([3, 3])
    #expect(try network.predict(x).isIdentical(to: x))
    func trained(_ iteration: Int) throws -> Tensor {
      try valueAndGradients(of: network, iteration: iteration) { try network(x, in: $0).sum() }
        .value
    }
    #expect(try trained(1).isIdentical(to: trained(1)))
    #expect(try !trained(1).isIdentical(to: trained(2)))
  }
}
