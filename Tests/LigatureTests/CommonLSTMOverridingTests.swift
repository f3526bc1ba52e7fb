import Ligature
import Testing

@Suite("A subclass of the built-in common LSTM")
struct CommonLSTMOverridingTests {
  class Sub: CommonLSTMLayer, @unchecked Sendable {
    convenience init() { self.init(hiddenUnits: 2, outputs: 2) }
  }

  private func input() throws -> Tensor { try numbers([3, 4, 2]) }

  private func network(_ layer: CommonLSTMLayer, seed: UInt64 = 1) throws -> Network {
    let network = Network()
    network.seed = seed
    try network.addInput("x", Layout("BTC", [nil, nil, 2]))
    try network.add(layer)
    try network.connect("x", to: "\(layer.defaultName)/\(layer.inputNames[0])")
    try network.initialize()
    return network
  }

  private func plain() throws -> [Tensor] { try network(Sub()).predict([input()]) }

  private func trained(_ network: Network) throws -> [Tensor] {
    var outputs: [Tensor] = []
    _ = try valueAndGradients(of: network) { context in
      outputs = try network([input()], in: context)
      return try outputs[0].sum()
    }
    return outputs.map(\.detached)
  }

  private func expectIdentical(
    _ found: [Tensor], _ wanted: [Tensor], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(found.count == wanted.count, sourceLocation: sourceLocation)
    for (one, other) in zip(found, wanted) {
      let isIdentical = try one.isIdentical(to: other)
      #expect(isIdentical, sourceLocation: sourceLocation)
    }
  }

  final class Predicting: Sub, @unchecked Sendable {
    override func predict(_ inputs: [Tensor], in context: Context) throws -> [Tensor] {
      try super.predict(inputs, in: context).map { try $0 + 1 }
    }
  }

  final class Forwarding: Sub, @unchecked Sendable {
    override func forward(_ inputs: [Tensor], in context: Context) throws -> [Tensor] {
      try super.forward(inputs, in: context).map { try $0 * 2 }
    }
  }

  final class Splitting: Sub, @unchecked Sendable {
    override func sequences(_ inputs: [Tensor], in context: Context) throws -> [Tensor] {
      try super.sequences(inputs, in: context).reversed()
    }
  }

  final class Initializing: Sub, @unchecked Sendable {
    override func initialize(for inputs: [Tensor], in context: Context) throws {
      _ = try network(.zeros([1, 1, 1]), in: context)
      for lstm in network.layers(of: LSTM.self) { lstm.bias = try .full([8], 0.5) }
    }
  }

  @Test("may override predict, forward, and how sequences are split")
  func running() throws {
    let wanted = try plain()
    try expectIdentical(
      network(Predicting()).predict([input()]), wanted.map { try $0 + 1 })
    try expectIdentical(trained(network(Predicting())), wanted.map { try $0 + 1 })
    try expectIdentical(network(Forwarding()).predict([input()]), wanted)
    try expectIdentical(trained(network(Forwarding())), wanted.map { try $0 * 2 })
    try expectIdentical(network(Splitting()).predict([input()]), wanted.reversed())
  }

  @Test("may override initialize, and finds the network's values there")
  func initialize() throws {
    let network = try network(Initializing())
    #expect(network.learnableCount == 32)
    #expect(try network.predict([input()]).map(\.shape) == [[3, 4, 2], [3, 4, 2]])
  }

  final class Naming: Sub, @unchecked Sendable {
    override var defaultName: String { "reader" }
    override var inputNames: [String] { ["recording"] }
    override var outputNames: [String] { ["left", "right"] }
  }

  final class Validating: Sub, @unchecked Sendable {
    override func validate(_ inputs: [Layout]) throws {
      throw LayerError("", "takes no \(inputs[0])", remedy: "Give something else")
    }
  }

  final class Labelling: Sub, @unchecked Sendable {
    override func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
      shapes.map { Layout("BUU", $0) }
    }
    override var isObservationWise: Bool { true }
  }

  @Test("may override its names, its ports, what it takes, and what it says of its outputs")
  func declarations() throws {
    let named = try network(Naming())
    try named.add(FullyConnected(1), named: "fc")
    try named.connect("reader/right", to: "fc")
    #expect(try named.predict([input()]).map(\.shape) == [[3, 4, 2], [3, 4, 1]])
    #expect(
      message { try network(Validating()) } == "lstm: takes no BTC [2, 2, 2]. Give something else."
        || message { try network(Validating()) }.hasPrefix("lstm: takes no BTC ["))
    #expect("\(try network(Labelling()))".contains("BUU"))
    #expect(try network(Labelling()).isObservationWise)
    #expect(try !network(Sub()).isObservationWise)
  }

  @Test("is copied as what it is, and learns with the shared learnables stepped once")
  func steps() throws {
    let original = try network(Predicting())
    let copy = try original.copy()
    #expect(copy.layers(of: Predicting.self).count == 1)
    try expectIdentical(copy.predict([input()]), original.predict([input()]))
    let data = try TrainingData(
      inputs: [input()], targets: [.zeros([3, 4, 2]), .ones([3, 4, 2])])
    let before = copy.parameters.map(\.value)
    try train(
      copy, on: data, loss: .meanSquaredError,
      options: TrainingOptions(.adam, epochs: 1, batchSize: 3, learnRate: 0.125))
    // Adam's first step is the learn rate whatever the gradient: taken twice it would be more.
    for (value, old) in zip(copy.parameters.map(\.value), before) {
      let moves = try abs(value - old).doubles()
      #expect(moves.allSatisfy { Swift.abs($0 - 0.125) < 1e-3 }, "\(moves)")
    }
  }
}
