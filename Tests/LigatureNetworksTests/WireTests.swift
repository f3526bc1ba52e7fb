import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

@Suite("A learnable as a port")
struct WireTests {
  /// Two fully connected layers in a row, the second with the weights of the first.
  private func pair(_ second: FullyConnected = FullyConnected(3)) throws -> Network {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    try network.add(FullyConnected(3), named: "a")
    try network.add(second, named: "b")
    try network.connect(["x", "a", "b"])
    try network.connect("a/weights", to: "b/weights")
    return network
  }

  @Test("gives one layer the weights of another, which are stored once")
  func straight() throws {
    let network = try pair()
    try network.initialize()
    #expect(network.learnables.map(\.path) == ["a/weights", "a/bias", "b/bias"])
    #expect(network.learnables[0].aliases == ["b/weights"])
    let x = try numbers([2, 3])
    let weights = try network.parameter(at: "b/weights").value
    #expect(try network.predict(x).isClose(to: matmul(matmul(x, weights), weights)))
  }

  @Test("goes through a layer that learns, whose gradient it reaches")
  func computed() throws {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    try network.add(FullyConnected(3, bias: false), named: "a")
    try network.add(FullyConnected(3, bias: false), named: "mix")
    try network.add(FullyConnected(3, bias: false), named: "b")
    try network.connect(["x", "a", "b"])
    try network.connect("a/weights", to: "mix")
    try network.connect("mix", to: "b/weights")
    try network.cast(to: .float64)
    try network.initialize()
    let x = try numbers([2, 3], .float64)
    let values = network.parameters.map(\.value)
    #expect(values.count == 2)
    func expected(_ v: [Tensor]) throws -> Tensor {
      try [matmul(matmul(x, v[0]), matmul(v[0], v[1]))].projected()
    }
    let (_, gradients) = try valueAndGradients(of: network) { try [network(x, in: $0)].projected() }
    for (index, parameter) in network.parameters.enumerated() {
      let numeric = try FiniteDifferences.gradient(at: values, index: index, of: expected)
      let found = try #require(gradients[parameter])
      #expect(try FiniteDifferences.relativeError(found, numeric) < 1e-7)
    }
  }

  @Test("reaches into nested networks and lists of a custom layer")
  func deep() throws {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 2]))
    try network.add(
      Network { Network { FullyConnected(2).named("fc") }.named("inner") }, named: "outer")
    try network.add(FullyConnected(2), named: "b")
    try network.connect(["x", "outer", "b"])
    try network.connect("outer/inner/fc/weights", to: "b/weights")
    try network.connect("b/bias", to: "outer/inner/fc/bias")
    #expect(
      message { try network.initialize() }
        == "b/bias: has no value when another layer needs it. "
        + "Let the layer that runs first own the learnable, and wire the later one to it.")
    try network.disconnect("b/bias", from: "outer/inner/fc/bias")
    try network.initialize()
    #expect(network.learnableCount == 8)
    #expect(network.ties.map(\.owner) == ["outer/inner/fc/weights"])
  }

  @Test("is required where a layer says that it takes one")
  func required() throws {
    let network = Network {
      FullyConnected(3)
      FullyConnected(3, inputLearnables: [.weights], name: "second")
    }
    #expect(
      message { try network.predict(.zeros([1, 3])) }
        == "second: takes its weights from another layer, and none is connected. "
        + "Connect one: connect(\"owner/weights\", to: \"second/weights\").")
    try network.connect("fc/weights", to: "second/weights")
    #expect(try network.predict(.zeros([1, 3])).shape == [1, 3])
    #expect(network.learnableCount == 15)
  }

  @Test("refuses what makes no sense, in words")
  func errors() throws {
    let network = try pair()
    #expect(
      message { try network.connect("a/weights", to: "b/weights") }
        == "b: weights is wired to a/weights already. Disconnect it first.")
    #expect(
      message { try network.connect("a/bias", to: "a/bias") }
        == "a: bias would be wired to itself. Leave it alone.")
    #expect(
      message { try network.connect("a/wieghts", to: "b/bias") }
        == "a: has no output port \"wieghts\". Its output ports are out, its learnables weights, bias."
    )
    #expect(
      message { try network.disconnect("a/bias", from: "b/weights") }
        == "b: weights is not wired to a/bias. It is wired to a/weights.")
    try network.initialize()
    let layer: FullyConnected = try network.layer(at: "b")
    #expect(
      message { try layer.weights + 1 }
        == "+: a learnable that is wired to a/weights was read outside a pass. "
        + "Read it within a pass of its network, or read the learnable that it is wired to.")
    #expect(
      message { try network.parameter(at: "b/weights").set(.zeros([2, 2])) }
        == "Parameter.set: the new value is float32 [2, 2], the present one float32 [3, 3]. "
        + "Give a tensor of the parameter's shape and type.")
  }

  @Test("that does not fit is refused where it is used")
  func misfit() throws {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    try network.add(FullyConnected(2), named: "a")
    try network.add(FullyConnected(3), named: "b")
    try network.connect(["x", "a", "b"])
    try network.connect("a/weights", to: "b/weights")
    #expect(
      message { try network.initialize() }
        == "b: has weights [3, 2], and 3 outputs. "
        + "Give weights [inputs, 3], or make it FullyConnected(2).")
  }

  @Test("of a layer that goes stays with the layer that took it")
  func removal() throws {
    let network = try pair()
    try network.initialize()
    let weights = try network.parameter(at: "a/weights").value
    try network.remove("a")
    try network.connect("x", to: "b")
    #expect(network.learnables.map(\.path) == ["b/weights", "b/bias"])
    #expect(try network.parameter(at: "b/weights").value.isIdentical(to: weights))
    #expect(try network.predict(.zeros([1, 3])).shape == [1, 3])
  }

  @Test("comes from the new layer when its owner is replaced")
  func replacement() throws {
    let network = try pair()
    try network.initialize()
    try network.replace("a", with: FullyConnected(weights: .ones([3, 3])))
    let x = try Tensor.ones([1, 3])
    #expect(try network.predict(x).doubles() == [9, 9, 9])
    #expect(
      message { try network.replace("a", with: ReLU()) }
        == "a: the new layer has no learnable \"weights\", which is connected. "
        + "Disconnect it first, or give a layer that has it.")
    try network.disconnect("a/weights", from: "b/weights")
    try network.initialize()
    #expect(network.ties.isEmpty)
  }

  @Test("stands in the table of the network")
  func table() throws {
    let network = try pair()
    try network.initialize()
    let text = "\(network)"
    #expect(text.contains("weights = a/weights"))
  }

  @Test("is the same for every use of a mapped network")
  func mapped() throws {
    let network = try pair()
    try network.initialize()
    let inputs = try (0..<3).map { try numbers([2, 3], seed: UInt64($0)) }
    let mapped = try network.inference { try network(mapping: inputs, in: $0) }
    for (one, input) in zip(mapped, inputs) {
      #expect(try one.isIdentical(to: network.predict(input)))
    }
  }
}
