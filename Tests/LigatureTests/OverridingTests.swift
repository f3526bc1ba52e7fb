import Ligature
import Testing

@Suite("A subclass of the built-in autoencoder")
struct OverridingTests {
  class Sub: WeightTyingAutoEncoderLayer, @unchecked Sendable {
    convenience init() {
      self.init(
        encoder: Network {
          FullyConnected(2); Tanh()
        })
    }
  }

  private let x = try? numbers([3, 4])

  private func network(_ layer: Sub, seed: UInt64 = 1) throws -> Network {
    try Network(input: Layout("BC", [nil, 4]), seed: seed) { layer }
  }

  private func input() throws -> Tensor { try #require(x) }

  private func plain() throws -> Tensor { try network(Sub()).predict(input()) }

  private func trained(_ network: Network) throws -> Tensor {
    var output: Tensor = .deferred
    _ = try valueAndGradients(of: network) { context in
      output = try network(input(), in: context)
      return try output.sum()
    }
    return output.detached
  }

  final class Predicting: Sub, @unchecked Sendable {
    override func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      try super.predict(x, in: context) + 1
    }
  }

  @Test("may override predict, which training then uses too")
  func predict() throws {
    let network = try network(Predicting())
    let expected = try plain() + 1
    #expect(try network.predict(input()).isIdentical(to: expected))
    #expect(try trained(network).isIdentical(to: expected))
  }

  final class Forwarding: Sub, @unchecked Sendable {
    override func forward(_ x: Tensor, in context: Context) throws -> Tensor {
      try super.forward(x, in: context) * 2
    }
  }

  @Test("may override forward, which only training uses")
  func forward() throws {
    let network = try network(Forwarding())
    #expect(try network.predict(input()).isIdentical(to: plain()))
    #expect(try trained(network).isIdentical(to: plain() * 2))
  }

  final class Initializing: Sub, @unchecked Sendable {
    override func initialize(for x: Tensor, in context: Context) throws {
      decoderBiases = [try .full([x.shape[1]], 0.5)]
      try super.initialize(for: x, in: context)
    }
  }

  @Test("may override initialize, and what it sets first stays")
  func initialize() throws {
    let network = try network(Initializing())
    let biases = try network.parameter(at: "autoencoder/decoderBiases/1").value
    #expect(try biases.doubles() == [0.5, 0.5, 0.5, 0.5])
  }

  final class Encoding: Sub, @unchecked Sendable {
    override func encode(_ x: Tensor, in context: Context) throws -> Tensor {
      try super.encode(x, in: context) * 0
    }
  }

  @Test("may override encode")
  func encode() throws {
    let output = try network(Encoding()).predict(input())
    #expect(try output.doubles() == [Double](repeating: 0.5, count: 12))
  }

  final class Decoding: Sub, @unchecked Sendable {
    override func decode(_ code: Tensor, in context: Context) throws -> Tensor {
      try super.decode(code, in: context) - 1
    }
  }

  @Test("may override decode")
  func decode() throws {
    #expect(try network(Decoding()).predict(input()).isIdentical(to: plain() - 1))
  }

  final class Naming: Sub, @unchecked Sendable {
    override var defaultName: String { "squeezer" }
    override var inputNames: [String] { ["image"] }
    override var outputNames: [String] { ["picture"] }
  }

  @Test("may override names of itself and of its ports")
  func names() throws {
    let network = Network()
    try network.addInput("x")
    #expect(try network.add(Naming()) == "squeezer")
    try network.connect("x", to: "squeezer/image")
    try network.add(ReLU())
    try network.connect("squeezer/picture", to: "relu")
    #expect(try network.predict(input()).shape == [3, 4])
  }

  final class Validating: Sub, @unchecked Sendable {
    override func validate(_ inputs: [Layout]) throws {
      throw LayerError("", "takes no \(inputs[0])", remedy: "Give something else")
    }
  }

  @Test("may override validate")
  func validate() {
    #expect(
      message { try network(Validating()) }
        == "autoencoder: takes no BC [2, 4]. Give something else.")
  }

  final class Relabelling: Sub, @unchecked Sendable {
    override func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
      shapes.map { Layout("BS", $0) }
    }
  }

  @Test("may override the layouts of its outputs")
  func outputLayouts() {
    let text = message {
      try Network(input: Layout("BC", [nil, 4])) {
        Relabelling(); FullyConnected(2)
      }
    }
    #expect(
      text.hasPrefix("fc: a fully connected layer takes features in the last axis, found BS "))
  }

  final class Observing: Sub, @unchecked Sendable {
    override var isObservationWise: Bool { true }
  }

  @Test("may override whether observations meet in it")
  func isObservationWise() {
    #expect(
      Network {
        Observing(); ReLU()
      }.isObservationWise)
    #expect(
      !Network {
        Sub(); ReLU()
      }.isObservationWise)
  }

  @Test("is initialised by its own type, and keeps it in a copy")
  func copying() throws {
    let layer: WeightTyingAutoEncoderLayer = Predicting()
    let network = try Network(input: Layout("BC", [nil, 4]), seed: 1) { layer }
    let copy = try network.copy()
    #expect(try copy.predict(input()).isIdentical(to: network.predict(input())))
    #expect(copy.layers(of: Predicting.self).count == 1)
  }
}
