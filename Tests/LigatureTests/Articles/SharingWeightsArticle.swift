import Ligature
import Testing

/// The programs of the page; see ``Article``.
@Suite("Articles: Sharing weights")
struct SharingWeightsArticle {
  private static let article = Article("SharingWeights")

  @Test("nesting")
  func nesting() throws {
    // article: nesting
    struct Siamese: CustomLayer, Codable {
      @Learnable var tower: Network

      func predict(_ pair: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
        let (a, b) = pair.elements
        return try abs(tower(a, in: context) - tower(b, in: context))
      }
    }

    let siamese = Siamese(
      tower: Network {
        FullyConnected(16)
        Tanh()
        FullyConnected(4)
        Tanh()
      })
    // end
    let report = checkLayer(siamese, Layout("BC", [nil, 8]), Layout("BC", [nil, 8]))
    try report.get()
  }

  @Test("nesting with the weights of an inner layer")
  func inner() throws {
    // article: inner
    struct Tied: CustomLayer, Codable {
      @Learnable var encoder = FullyConnected(4)

      func predict(_ x: Tensor, in context: Context) throws -> Tensor {
        let code = try tanh(encoder(x, in: context))
        return try matmul(code, encoder.weights.transposed)
      }
    }
    // end
    try checkLayer(Tied(), Layout("BC", [nil, 6])).get()
  }

  private func wired() throws -> Network {
    // article: wiring
    let network = Network()
    try network.addInput("image", Layout("BC", [nil, 6]))
    try network.add(FullyConnected(4, outputLearnables: [.weights], name: "encode"))
    try network.add(FullyConnected(6, inputLearnables: [.weights], name: "decode"))
    try network.connect(["image", "encode", "decode"])

    try network.add(Permute([1, 0]), named: "transpose")
    try network.connect("encode/weights", to: "transpose")
    try network.connect("transpose", to: "decode/weights")
    try network.initialize(seed: 1)
    // end
    return network
  }

  @Test("wiring")
  func wiring() throws {
    let network = try wired()
    #expect(network.learnableCount == 24 + 4 + 6)
    try checkLayer(network, Layout("BC", [nil, 6])).get()
  }

  private func declared() throws -> Network {
    // article: declaring
    let network = try Network(input: Layout("BC", [nil, 6]), seed: 1) {
      FullyConnected(4).named("encode")
      FullyConnected(6).named("decode")
    }
    try network.tie("decode/weights", to: "encode/weights", transform: .transpose)
    // end
    return network
  }

  @Test("declaring")
  func declaring() throws {
    let network = try declared()
    let x = try numbers([2, 6])
    #expect(try network.predict(x).isIdentical(to: wired().predict(x)))
    // article: untying
    try network.untie("decode/weights")
    // end
    #expect(network.ties.isEmpty)
  }

  @Test("states")
  func states() throws {
    // article: states
    struct Counter: CustomLayer, Codable {
      @LayerState var calls = Tensor([Float(0)])
      @LayerState(.shared) var allCalls = Tensor([Float(0)])

      func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }

      func forward(_ x: Tensor, in context: Context) throws -> Tensor {
        calls = try calls + 1
        allCalls = try allCalls + 1
        return x
      }
    }
    // end
    struct Thrice: CustomLayer {
      @Learnable var network: Network
      func predict(_ x: Tensor, in context: Context) throws -> Tensor {
        try (0..<3).reduce(x) { x, _ in try network(x, in: context) }
      }
    }
    let counter = Counter()
    let network = Network {
      Thrice(network: Network { counter })
      FullyConnected(1)
    }
    _ = try network.predict(.ones([1, 2]))
    _ = try valueAndGradients(of: network) { try network(.ones([1, 2]), in: $0).sum() }
    #expect(try counter.calls.doubles() == [1] && counter.allCalls.doubles() == [3])
  }

  @Test("accidents")
  func accidents() throws {
    // article: accidents
    let layer = FullyConnected(8)
    let twice = Network {
      layer
      Tanh()
      layer.shared()  // Meant: without it, the network warns.
    }
    let blocks = (0..<4).map { _ in FullyConnected(8) }  // Four layers, not one four times.
    // end
    try twice.initialize(for: [.zeros([1, 8])])
    let apart = Network(blocks)
    try apart.initialize(for: [.zeros([1, 8])])
    #expect(twice.learnableCount == 72 && apart.learnableCount == 4 * 72)
  }

  @Test("looking")
  func looking() throws {
    let network = try wired()
    try Self.article.compareText("table", "\(network)")
    var printed: [String] = []
    func print(_ value: Any) { printed.append("\(value)") }
    // article: looking
    for tie in network.ties { print(tie) }
    print(network.learnables.map(\.path))
    print(network.learnableCount)
    print(network.untiedLearnableCount)
    // end
    try Self.article.compareText("looked", printed.joined(separator: "\n"))
  }

  @Test("factors and copies")
  func factors() throws {
    let network = try wired()
    // article: factors
    try network.freeze("decode/weights")  // Freezes encode/weights: they are one.
    try network.unfreeze("encode/weights")
    try network.setLearnRateFactor(0.1, for: "**/weights")

    let copy = try network.copy()  // The same ties, and nothing of the original.
    // end
    #expect(copy.ties == network.ties)
    #expect(copy.parameters[0] !== network.parameters[0])
    #expect(copy.parameters[0].learnRateFactor == 0.1)
    let text = message {
      // article: contradiction
      try network.setLearnRateFactors(["encode/weights": 1, "decode/weights": 0])
      // end
    }
    try Self.article.compareText("contradicted", text.replacing(". A shared", with: ".\nA shared"))
  }
}
