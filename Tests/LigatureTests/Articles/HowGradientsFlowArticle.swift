import Ligature
import Testing

@Suite("Articles: How gradients flow")
struct HowGradientsFlowArticle {
  private static let article = Article("HowGradientsFlow")

  private func makeNetwork() throws -> Network {
    try Network(input: Layout("BC", [nil, 3]), seed: 1) {
      FullyConnected(4)
      Tanh()
      FullyConnected(1)
    }
  }

  @Test("values and gradients")
  func asking() throws {
    let (network, x, targets) = (
      try makeNetwork(), try Tensor.ones([2, 3]), try Tensor.zeros([2, 1])
    )
    // article: asking
    // Gradients of the learnables that a network reads: a training pass.
    let (loss, gradients) = try valueAndGradients(of: network) { context in
      try meanSquaredError(network(x, in: context), targets)
    }

    // Gradients in tensors.
    let (value, slopes) = try valueAndGradients(at: [x]) { inputs in
      try network.inference { try network(inputs[0], in: $0).sum() }
    }
    // end
    #expect(try loss.item() > 0 && gradients.entries.count == 4)
    #expect(try value.item() != 0 && slopes[0]?.shape == [2, 3])
  }

  @Test("gradients meet where a value is used twice")
  func twice() throws {
    // article: twice
    let x = Tensor([Float(3)])
    let (_, gradients) = try valueAndGradients(at: [x]) { inputs in
      let square = try inputs[0] * inputs[0]
      return try (square + inputs[0]).sum()
    }
    let slope = try gradients[0]?.item()  // 2 · 3 + 1
    // end
    #expect(slope == 7)
  }

  @Test("gradients end where they are told to")
  func detached() throws {
    // article: detached
    let x = Tensor([Float(3)])
    let (_, gradients) = try valueAndGradients(at: [x]) { inputs in
      try (inputs[0].detached * inputs[0]).sum()
    }
    let slope = try gradients[0]?.item()  // 3, and not 2 · 3
    // end
    #expect(slope == 3)
  }

  @Test("a second derivative")
  func second() throws {
    // article: second
    let x = Tensor([Float(2)])
    let (slope, curvatures) = try valueAndGradients(at: [x]) { outer in
      let inner = try valueAndGradients(at: [outer[0]]) { try ($0[0] * $0[0] * $0[0]).sum() }
      return try inner.gradients[0]!.sum()
    }
    let curvature = try curvatures[0]?.item()  // x³ has slope 3 x², which is 12, and curvature 6 x.
    // end
    #expect(try slope.item() == 12 && curvature == 12)
  }

  @Test("a gradient penalty")
  func penalty() throws {
    let (critic, x) = (try makeNetwork(), try Tensor.ones([2, 3]))
    // article: penalty
    let (loss, gradients) = try valueAndGradients(of: critic) { context in
      let slopes = try valueAndGradients(at: [x]) { try critic($0[0], in: context).sum() }.gradients
      let norms = try slopes[0]!.norm(1)
      return try critic(x, in: context).mean() + square(norms - 1).mean() * 10
    }
    // end
    #expect(try loss.isFinite() && gradients.entries.count == 4)
  }

  // article: custom backward
  struct ReversedGradient: CustomBackward, Codable {
    var strength = 1.0

    func forward(
      remembering x: Tensor, in context: Context
    ) throws -> (output: Tensor, memory: Tensor) { (x, x) }

    func backward(_ gradients: [Tensor], memory: Tensor) throws -> LayerGradients {
      LayerGradients(inputs: [try gradients[0] * -strength])
    }
  }
  // end

  @Test("a backward of one's own")
  func custom() throws {
    let network = try Network(input: Layout("BC", [nil, 2])) { ReversedGradient(strength: 2) }
    let (_, gradients) = try valueAndGradients(at: [Tensor.ones([1, 2])]) { inputs in
      try network.inference { try network(inputs[0], in: $0).sum() }
    }
    #expect(try gradients[0]?.doubles() == [-2, -2])
  }

  @Test("a trace")
  func trace() throws {
    struct Tied: CustomLayer, Codable {
      @Learnable var code = FullyConnected(2)

      func predict(_ x: Tensor, in context: Context) throws -> Tensor {
        try matmul(code(x, in: context), code.weights.transposed)
      }
    }
    let network = try Network(input: Layout("BC", [nil, 3])) { Tied() }
    let trace = try network.trace(for: [Tensor.ones([4, 3])])
    try Self.article.compareText("trace", "\(trace)")
  }
}
