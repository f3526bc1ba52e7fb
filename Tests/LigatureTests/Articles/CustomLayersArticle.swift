import Foundation
import Ligature
import Testing

private let elsewhere = Network { FullyConnected(4) }

@Suite("Articles: Writing a custom layer")
struct CustomLayersArticle {
  private static let article = Article("CustomLayers")

  private let layout = Layout("BC", [nil, 4])

  /// Compares a message with the page, where each sentence has a line.
  private func compare(_ part: String, message text: String) throws {
    try Self.article.compareText(part, text.replacing(". ", with: ".\n"))
  }

  /// What a check's part of a report says.
  private func failure(_ check: String, in report: CheckReport) throws -> String {
    let text = "\(report)".replacing(#/(\d\.\d\d)\d+/#) { $0.1 + "..." }
    let parts = text.components(separatedBy: "\n\n")
    return try #require(
      parts.first { $0.hasPrefix("✗ \(check)\n") }, "\(check) has not failed:\n\(report)")
  }

  // MARK: - The layer

  // article: layer
  /// Lets a part of its input pass a network by: y = t ⊙ h(x) + (1 - t) ⊙ x, with the gate
  /// t = sigmoid(x · W + b) (Srivastava, Greff and Schmidhuber 2015).
  struct Highway: CustomLayer, Codable {
    @Learnable var transform: Network
    @Learnable var weights: Tensor = .deferred
    @Learnable(l2Factor: 0) var bias: Tensor = .deferred
    @LayerState var openness = Tensor([Float(0.5)])
    var firstBias = -1.0

    func initialize(for x: Tensor, in context: Context) throws {
      let features = x.shape[x.rank - 1]
      weights = try Initializer.glorotUniform([features, features], in: context)
      bias = try .full([features], firstBias, context.scalarType)
    }

    func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      try mixed(x, gate(x), in: context)
    }

    func forward(_ x: Tensor, in context: Context) throws -> Tensor {
      let gate = try gate(x)
      openness = try openness * 0.9 + gate.detached.mean() * 0.1
      return try mixed(x, gate, in: context)
    }

    private func gate(_ x: Tensor) throws -> Tensor {
      try sigmoid(linear(x, weights: weights, bias: bias))
    }

    private func mixed(_ x: Tensor, _ gate: Tensor, in context: Context) throws -> Tensor {
      try gate * transform(x, in: context) + (1 - gate) * x
    }
  }
  // end

  private func deep() throws -> Network {
    // article: network
    let network = try Network(input: Layout("BC", [nil, 4]), seed: 1) {
      for _ in 1...2 {
        Highway(
          transform: Network {
            FullyConnected(4)
            Tanh()
          })
      }
      FullyConnected(1)
    }
    // end
    return network
  }

  @Test("the layer in a network")
  func table() throws { try Self.article.compareText("table", "\(deep())") }

  @Test("the layer is sound")
  func sound() throws {
    // article: check
    let layer = Highway(transform: Network { FullyConnected(4) })
    try checkLayer(layer, Layout("BC", [nil, 4])).get()
    // end
    try checkLayer(
      Highway(transform: Network { FullyConnected(4) }), Layout("BTC", [nil, nil, 4])
    ).get()
  }

  @Test("the layer learns, remembers, and is stored")
  func learns() throws {
    let network = try deep()
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    var random = RandomStream(seed: 2)
    let x = try random.normal([64, 4])
    let data = try TrainingData(x, targets: (x.at(0, axis: 1) * x.at(1, axis: 1)).expandingAxis(1))
    let history = try train(
      network, on: data, loss: .meanSquaredError,
      options: TrainingOptions(epochs: 60, batchSize: 64, learnRate: 0.03, verbose: .silent))
    let losses = history.epochs.map(\.trainingLoss)
    #expect(losses[59] < losses[0] / 5, "\(losses[0]), \(losses[59])")
    // article: state
    print(try network.state(at: "highway1/openness"))
    // end
    #expect(try network.state(at: "highway1/openness").doubles() != [0.5])
    // article: registry
    try network.save(to: url)
    let registry = LayerRegistry.builtIn.adding(Highway.self)
    let restored = try Network(contentsOf: url, registry: registry)
    // end
    #expect(try restored.predict(x).isIdentical(to: network.predict(x)))
  }

  // MARK: - As a class

  // article: class
  open class Scaling: CustomLayer, @unchecked Sendable {
    open func initialize(for x: Tensor, in context: Context) throws {}
    open func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }
  }

  final class ChannelScaling: Scaling, @unchecked Sendable {
    @Learnable var scale: Tensor = .deferred

    override func initialize(for x: Tensor, in context: Context) throws {
      scale = try .ones([x.shape[x.rank - 1]], context.scalarType)
    }

    override func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * scale }
  }
  // end

  @Test("a class to build on")
  func subclass() throws {
    let network = try Network(input: layout) { ChannelScaling() }
    #expect(network.learnableCount == 4)
  }

  // article: silent base
  open class SilentScaling: CustomLayer, @unchecked Sendable {
    open func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }
  }

  final class UnheardScaling: SilentScaling, @unchecked Sendable {
    @Learnable var scale: Tensor = .deferred

    func initialize(for x: Tensor, in context: Context) throws {
      scale = try .ones([x.shape[x.rank - 1]], context.scalarType)
    }

    override func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * scale }
  }
  // end

  @Test("a base class without initialize")
  func base() throws {
    try compare("unheard", message: message { _ = try Network(input: layout) { UnheardScaling() } })
    let report = checkLayer(UnheardScaling(), layout)
    try Self.article.compareText("unheard report", failure("initialization", in: report))
  }

  // MARK: - What goes wrong

  // article: unmarked
  struct Forgotten: CustomLayer, Codable {
    var inner = FullyConnected(4)

    func predict(_ x: Tensor, in context: Context) throws -> Tensor { try inner(x, in: context) }
  }
  // end

  @Test("an unmarked property")
  func unmarked() throws {
    try compare(
      "unmarked message", message: message { _ = try Network(input: layout) { Forgotten() } })
  }

  // article: elsewhere
  struct Borrowed: CustomLayer, Codable {
    func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      try elsewhere(x, in: context)
    }
  }
  // end

  @Test("a network from elsewhere")
  func borrowed() throws {
    let text = message { _ = try Network(input: layout) { Borrowed() } }
    try compare("elsewhere message", message: text)
  }

  // article: predict
  struct Restarting: CustomLayer, Codable {
    @Learnable var inner = Network { FullyConnected(4) }

    func predict(_ x: Tensor, in context: Context) throws -> Tensor { try inner.predict(x) }
  }
  // end

  @Test("calling a network's predict")
  func restarting() throws {
    try compare(
      "predict message", message: message { _ = try Network(input: layout) { Restarting() } })
  }

  // article: layer's predict
  struct Quiet: CustomLayer, Codable {
    @Learnable var noise = Dropout(0.5)

    func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      try noise.predict(x, in: context)
    }
  }
  // end

  @Test("calling a layer's predict")
  func quiet() throws {
    let network = try Network(input: layout) { Quiet() }
    _ = try valueAndGradients(of: network) { context in
      let y = try network(.ones([2, 4]), in: context)
      #expect(try y.doubles() == [Double](repeating: 1, count: 8), "nothing is dropped")
      return try y.sum()
    }
    try Self.article.compareText(
      "layer's predict report", failure("every layer called", in: checkLayer(Quiet(), layout)))
  }

  // article: cut by a state
  struct Levelled: CustomLayer, Codable {
    @Learnable var weights: Tensor = .deferred
    @LayerState var level = Tensor([Float(1)])

    func initialize(for x: Tensor, in context: Context) throws {
      weights = try .ones([x.shape[1]], context.scalarType)
    }

    func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * level }

    func forward(_ x: Tensor, in context: Context) throws -> Tensor {
      level = try (x * weights).mean().reshaped(to: [1])
      return try x * level
    }
  }
  // end

  @Test("a state that cuts gradients")
  func cut() throws {
    let report = checkLayer(Levelled(), layout)
    try Self.article.compareText("cut report", failure("every learnable used", in: report))
  }

  @Test("a value in place of a state")
  func uncut() throws {
    struct Levelled: CustomLayer, Codable {
      @Learnable var weights: Tensor = .deferred
      @LayerState var level = Tensor([Float(1)])

      func initialize(for x: Tensor, in context: Context) throws {
        weights = try .ones([x.shape[1]], context.scalarType)
      }

      func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * level }

      // article: not cut
      func forward(_ x: Tensor, in context: Context) throws -> Tensor {
        let present = try (x * weights).mean().reshaped(to: [1])
        level = present
        return try x * present
      }
      // end
    }
    try checkLayer(Levelled(), layout).get()
  }

  // article: numbers
  struct Numbers: CustomLayer, Codable {
    @Learnable var rate = Tensor([Float(1)])

    func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * rate.item() }
  }
  // end

  @Test("numbers that leave the pass")
  func numbersLeave() throws {
    let report = checkLayer(Numbers(), layout)
    try Self.article.compareText("numbers report", failure("gradient values", in: report))
  }

  @Test("sizes that do not fit")
  func sizes() throws {
    // article: sizes
    struct Square: CustomLayer, Codable {
      @Learnable var weights: Tensor = .deferred

      func initialize(for x: Tensor, in context: Context) throws {
        weights = try Initializer.glorotUniform([3, 3], in: context)
      }

      func predict(_ x: Tensor, in context: Context) throws -> Tensor { try matmul(x, weights) }
    }
    // end
    try compare(
      "sizes message",
      message: message {
        _ = try Network(input: layout) {
          Network { Square() }.named("encoder")
        }
      })
  }

  @Test("a layer that cannot be copied")
  func copying() throws {
    struct Plain: CustomLayer {
      @Learnable var rate = Tensor([Float(1)])

      func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * rate }
    }
    let network = try Network(input: layout) { Plain() }
    try compare("copy message", message: message { _ = try network.copy() })
  }
}
