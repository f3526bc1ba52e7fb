import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

/// Where values and gradients of what is wired and tied come from.
@Suite("Wires and aliases hold for all ways of learning")
struct WireValueTests {
  @Test("a learnable is deferred behind its aliases until its owner runs")
  func deferredOwner() throws {
    let network = try row(["a", "b"])
    try network.tie(
      "a/weights", to: "b/weights", transform: .function("doubled") { try $0 * 2 })
    #expect("\(network)".contains("a = ") == false)
    #expect(message { try network.initialize() }.hasPrefix("a: linear: a learnable is deferred"))

    try network.parameter(at: "b/weights").set(.ones([3, 3]))
    try network.initialize()
    try expectSum(network) { try matmul($0 * 2, $0) }
  }

  @Test("a list that gets its length keeps ties and factors given before")
  func growingList() throws {
    let layer = WeightTyingAutoEncoderLayer(encoder: [FullyConnected(3), FullyConnected(3)])
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    try network.add(FullyConnected(3), named: "fc")
    try network.add(layer, named: "autoencoder")
    try network.connect(["x", "fc", "autoencoder"])
    try network.tie("autoencoder/decoderBiases/1", to: "fc/bias")
    try network.initialize()
    #expect(layer.decoderBiases.count == 2)
    #expect(
      network.ties.first { $0.owner == "fc/bias" }?.aliases == ["autoencoder/decoderBiases/1"])
    _ = analyze(network)
    #expect(layer.decoderBiases.count == 2)

    let wired = WeightTyingAutoEncoderLayer(encoder: [FullyConnected(3), FullyConnected(3)])
    let other = Network()
    try other.addInput("x", Layout("BC", [nil, 3]))
    try other.add(FullyConnected(3), named: "fc")
    try other.add(wired, named: "autoencoder")
    try other.connect(["x", "fc", "autoencoder"])
    try other.connect("fc/bias", to: "autoencoder/decoderBiases/1")
    let analysis = analyze(other)
    #expect(analysis.problems.isEmpty, "\(analysis)")
    try other.initialize()
    #expect(other.ties.first { $0.owner == "fc/bias" }?.aliases == ["autoencoder/decoderBiases/1"])
    #expect(other.learnables.contains { $0.path == "autoencoder/decoderBiases/2" })
  }

  @Test("looking at a network and printing it change nothing")
  func looking() throws {
    let network = try row(["a", "b", "c"])
    try network.tie("b/weights", to: "c/weights", transform: .transpose)
    try transposing("t", in: network, "c/weights", "a/weights")
    _ = ("\(network)", analyze(network))
    #expect(network.hasDeferred)
    let other = try row(["a", "b", "c"])
    try other.tie("b/weights", to: "a/weights", transform: .transpose)
    try transposing("t", in: other, "a/weights", "c/weights")
    let analysis = analyze(other)
    #expect(analysis.problems.isEmpty && other.hasDeferred)
    #expect("\(other)".contains("weights = a/weights (transpose)"))
    #expect("\(other)".contains("weights = a/weights (t)"))
    try other.initialize()
    #expect("\(other)".contains("weights = a/weights (t)"))
  }

  /// A product with a backward of its own.
  private struct HandMade: CustomBackward, Codable {
    @Learnable var weights: Tensor = .deferred

    func initialize(for x: Tensor, in context: Context) throws {
      weights = try .ones([3, 3], context.scalarType)
    }
    func forward(
      remembering x: Tensor, in context: Context
    ) throws -> (output: Tensor, memory: [Tensor]) { (try matmul(x, weights), [x, weights]) }
    func backward(_ gradients: [Tensor], memory: [Tensor]) throws -> LayerGradients {
      LayerGradients(
        inputs: [try matmul(gradients[0], memory[1].transposed)],
        learnables: ["weights": try matmul(memory[0].transposed, gradients[0])])
    }
  }

  @Test("a backward written by hand reaches owners", arguments: ["alias", "wire"])
  func handMade(way: String) throws {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    try network.add(FullyConnected(3, bias: false), named: "a")
    try network.add(HandMade(), named: "b")
    try network.connect(["x", "a", "b"])
    if way == "alias" {
      try network.tie("b/weights", to: "a/weights", transform: .transpose)
    } else {
      try transposing("t", in: network, "a/weights", "b/weights")
    }
    try network.cast(to: .float64)
    try network.initialize()
    let (x, weights) = (try numbers([2, 3], .float64), network.parameters[0].value)
    let (_, gradients) = try valueAndGradients(of: network) { try [network(x, in: $0)].projected() }
    let numeric = try FiniteDifferences.gradient(at: [weights], index: 0) {
      try [matmul(matmul(x, $0[0]), $0[0].transposed)].projected()
    }
    let found = try #require(gradients[network.parameters[0]])
    #expect(try FiniteDifferences.relativeError(found, numeric) < 1e-7)
    #expect(gradients.count == 1)
  }

  @Test("learnables of a closure are tied and wired by their keys")
  func closures() throws {
    func scaling() throws -> FunctionLayer {
      try FunctionLayer(name: "scaling", learnables: ["scale": .ones([3]), "shift": .zeros([3])]) {
        x, learnables, _ in try x * learnables["scale"]! + learnables["shift"]!
      }
    }
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    try network.add(scaling(), named: "a")
    try network.add(scaling(), named: "b")
    try network.connect(["x", "a", "b"])
    try network.connect("a/learnables/scale", to: "b/learnables/scale")
    try network.tie("b/learnables/shift", to: "a/learnables/shift")
    try network.initialize()
    try network.parameter(at: "b/learnables/scale").set(.full([3], 2))
    try network.parameter(at: "b/learnables/shift").set(.full([3], 1))
    #expect(try network.predict(.ones([1, 3])).doubles() == [7, 7, 7])
    #expect(network.learnableCount == 6)
    let copy = try network.copy()
    #expect(copy.ties == network.ties)
    #expect(try copy.predict(.ones([1, 3])).doubles() == [7, 7, 7])
  }

  @Test("a bias that is not there has no port, one that is there has")
  func optionalBias() throws {
    let network = try row(["a", "b"], bias: true)
    try network.add(FullyConnected(3, bias: false), named: "c")
    #expect(
      message { try network.connect("a/bias", to: "c/bias") }
        == "c: has no input port \"bias\". Its input ports are in, its learnables weights.")
    try network.connect("a/bias", to: "b/bias")
    try network.remove("c")
    try network.initialize()
    #expect(network.learnableCount == 9 + 9 + 3)
  }

  @Test("a misfit that was assigned to an alias is forgotten once a fit is")
  func misfits() throws {
    let network = try row(["a", "b"])
    try network.tie("b/weights", to: "a/weights", transform: .transpose)
    try network.initialize()
    let layer: FullyConnected = try network.layer(at: "b")
    layer.weights = try .ones([2, 2])
    #expect(message { try network.predict(.ones([1, 3])) }.contains("misfit"))
    layer.weights = try .ones([3, 3])
    #expect(try network.predict(.ones([1, 3])).doubles() == [9, 9, 9])
  }

  @Test("weights that are made of data are not mixed up between uses")
  func dataWires() throws {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    try network.add(FullyConnected(3, bias: false), named: "main")
    try network.add(ReLU(), named: "made")
    try network.connect("x", to: "main")
    try network.connect("x", to: "made")
    try network.connect("made", to: "main/weights")
    #expect(!network.isObservationWise)
    #expect(network.learnables.isEmpty)
    let inputs = try (0..<3).map { try numbers([3, 3], seed: UInt64($0)) }
    let mapped = try network.inference { try network(mapping: inputs, in: $0) }
    for (one, x) in zip(mapped, inputs) {
      #expect(try one.isClose(to: matmul(x, relu(x)), relative: 1e-5))
    }
  }

  @Test("a copy keeps which layers are meant to be shared")
  func markedCopies() throws {
    let fc = FullyConnected(3)
    let network = Network {
      fc; fc.shared().named("again")
    }
    let copy = try network.copy()
    #expect(copy.graph.nodes.map(\.entry.isMeantToBeShared) == [false, true])
  }

  @Test(
    "recurrent layers share their weights by wire and by declaration", arguments: [true, false])
  func recurrent(isWired: Bool) throws {
    let network = Network()
    try network.addInput("x", Layout("BTC", [nil, nil, 3]))
    try network.add(LSTM(3), named: "first")
    try network.add(LSTM(3), named: "second")
    try network.connect(["x", "first", "second"])
    let paths = try #require(network.graph.node("first")?.entry.parameterPaths)
    for path in paths {
      if isWired {
        try network.connect("first/\(path)", to: "second/\(path)")
      } else {
        try network.tie("second/\(path)", to: "first/\(path)")
      }
    }
    try network.cast(to: .float64)
    try network.initialize()
    let first: LSTM = try network.layer(at: "first")
    let reference = Network {
      first; first.shared()
    }
    try reference.initialize(for: [.zeros([1, 2, 3], .float64)])
    let x = try numbers([2, 4, 3], .float64)
    #expect(try network.predict(x).isIdentical(to: reference.predict(x)))
    let gradients = try [network, reference].map { network in
      try valueAndGradients(of: network) { try [network(x, in: $0)].projected() }.gradients
    }
    #expect(gradients[0].count == paths.count)
    for parameter in reference.parameters {
      #expect(
        try #require(gradients[0][parameter]).isClose(
          to: #require(gradients[1][parameter]), relative: 1e-12, absolute: 1e-14))
    }
  }

  @Test("a copy of what was wired from outside says what it lacks")
  func copiedInside() throws {
    let network = try row(["a"])
    let inner = Network { FullyConnected(3, bias: false) }
    try network.add(inner, named: "inner")
    try network.connect("a", to: "inner")
    try network.connect("a/weights", to: "inner/fc/weights")
    try network.initialize()
    // Straight wires hold wherever the layer runs.
    let (x, weights) = (try numbers([2, 3]), network.parameters[0])
    #expect(try inner.predict(x).isClose(to: matmul(x, weights.value), relative: 1e-5))
    #expect(inner.parameters.map { $0 === weights } == [true])
    let copy = try inner.copy()
    #expect(
      message { try copy.predict(x) }
        == "fc: takes its weights from another layer, and none is connected. "
        + "Connect one: connect(\"owner/weights\", to: \"fc/weights\").")
    #expect(try network.copy().predict(x).isIdentical(to: network.predict(x)))
  }

  @Test("a network that stands twice is wired by either name")
  func sharedNetwork() throws {
    let network = try row(["a"])
    let inner = Network { FullyConnected(3, bias: false) }
    try network.add(inner, named: "one")
    try network.add(inner.shared(), named: "two")
    try network.connect(["a", "one", "two"])
    try network.connect("a/weights", to: "two/fc/weights")
    try network.initialize()
    #expect(network.learnables[0].aliases == ["one/fc/weights", "two/fc/weights"])
    try expectSum(network) { try matmul($0, matmul($0, $0)) }
    try network.remove("two")
    try network.initialize()
    #expect(network.learnableCount == 18)
  }

  @Test("a wire to a learnable whose layer was replaced inside is named")
  func replacedOwnerInside() throws {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    let inner = Network { FullyConnected(3, bias: false).named("fc") }
    try network.add(inner, named: "inner")
    try network.add(FullyConnected(3, bias: false), named: "b")
    try network.connect(["x", "inner", "b"])
    try network.connect("inner/fc/weights", to: "b/weights")
    try network.initialize()
    try inner.replace("fc", with: FullyConnected(weights: .ones([3, 3])))
    let x = try Tensor.ones([1, 3])
    #expect(try network.predict(x).doubles() == [9, 9, 9])
    #expect(network.learnableCount == 9)
    #expect(network.ties.map(\.owner) == ["inner/fc/weights"])
  }
}
