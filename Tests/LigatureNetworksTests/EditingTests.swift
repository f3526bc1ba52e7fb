import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

@Suite("Editing a network")
struct EditingTests {
  /// in → fc → sum ← in2, with two outputs of `parts` besides.
  private func branched() throws -> Network {
    let network = Network()
    try network.addInput("a", Layout("BC", [nil, 3]))
    try network.addInput("b", Layout("BC", [nil, 3]))
    try network.add(SumAndDifference(), named: "parts")
    try network.add(FullyConnected(3), named: "fc")
    try network.add(Addition(), named: "sum")
    try network.connect("a", to: "parts/in1")
    try network.connect("b", to: "parts/in2")
    try network.connect("parts/out1", to: "fc")
    try network.connect("fc", to: "sum/in1")
    try network.connect("b", to: "sum/in2")
    return network
  }

  @Test("connects several inputs and outputs by port")
  func ports() throws {
    let network = try branched()
    #expect(network.inputNames == ["a", "b"])
    #expect(network.outputNames == ["parts/out2", "sum"])
    let (a, b) = (try numbers([2, 3], seed: 1), try numbers([2, 3], seed: 2))
    let outputs = try network.predict([a, b])
    #expect(try outputs[0].isIdentical(to: a - b))
    let weights = try network.parameter(at: "fc/weights").value
    #expect(try outputs[1].isClose(to: matmul(a + b, weights) + b))
  }

  @Test("runs layers in the order of their connections, not of their names or arrival")
  func order() throws {
    let network = Network()
    try network.addInput("x")
    try network.add(FunctionLayer { try $0 * 2 }, named: "second")
    try network.add(FunctionLayer { try $0 + 1 }, named: "first")
    try network.connect(["x", "first", "second"])
    #expect(try network.predict(Tensor([Float(3)])).doubles() == [8])
  }

  @Test("numbers names by itself, and returns them")
  func names() throws {
    let network = Network()
    #expect(try network.add(ReLU()) == "relu")
    #expect(try network.add(ReLU()) == "relu2")
    #expect(try network.add(ReLU().named("mine")) == "mine")
    #expect(try network.add(FeatureInput(3)) == "input")
    #expect(network.inputNames == ["input"])
  }

  @Test("replaces a layer under its name and connections")
  func replacing() throws {
    let network = Network {
      FullyConnected(3); Tanh(); FullyConnected(2)
    }
    try network.initialize(for: [.zeros([1, 4])])
    try network.replace("tanh", with: FunctionLayer { try $0 * 0 })
    #expect(try network.predict(numbers([2, 4])).doubles() == [0, 0, 0, 0])
    try network.replace("fc2", with: FullyConnected(5))
    #expect(try network.predict(numbers([2, 4])).shape == [2, 5])
  }

  @Test("replaces an input layer, a network by a layer, and a layer by a network")
  func replacingOtherwise() throws {
    let network = Network {
      FeatureInput(3); Network { Tanh() }.named("core"); FullyConnected(2)
    }
    try network.initialize()
    try network.replace("core", with: ReLU())
    try network.replace(
      "core",
      with: Network {
        FullyConnected(3); ReLU()
      })
    #expect(try network.predict(numbers([5, 3])).shape == [5, 2])
    try network.replace("input", with: FeatureInput(4))
    #expect(
      message { try network.predict(numbers([5, 3])) }
        == "network: input \"input\" expects BC [*, 4], found shape [5, 3]. "
        + "Give data of that layout, or declare another one.")
  }

  @Test("disconnects and removes, which leaves ports free for others")
  func removing() throws {
    let network = Network {
      FullyConnected(3); Tanh(); FullyConnected(2)
    }
    try network.remove("tanh")
    #expect(
      message { try network.predict(numbers([2, 4])) }
        == "fc2: input port \"in\" is connected to nothing. Connect it with connect(_:to: \"fc2/in\"), "
        + "or declare a network input with addInput(_:).")
    try network.connect("fc1", to: "fc2")
    #expect(try network.predict(numbers([2, 4])).shape == [2, 2])
    try network.disconnect("fc1", from: "fc2")
    try network.add(ReLU())
    try network.connect(["fc1", "relu", "fc2"])
    #expect(try network.predict(numbers([2, 4])).shape == [2, 2])
  }

  @Test("keeps two edited networks apart that share a layer")
  func sharedLayer() throws {
    let layer = FullyConnected(3)
    let (first, second) = (
      Network { layer },
      Network {
        layer; ReLU()
      }
    )
    try first.initialize(for: [.zeros([1, 4])])
    #expect(second.learnableCount == 15)
    #expect(try second.parameter(at: "fc/weights") === first.parameter(at: "fc/weights"))
    try second.remove("fc")
    #expect(first.learnableCount == 15)
  }

  @Test("takes lists, tuples and single tensors as a layer's input, and refuses wrong numbers")
  func arity() throws {
    let network = try branched()
    #expect(
      message { try network.predict(numbers([2, 3])) }
        == "network: takes 2 inputs (a, b) and was given 1. Give one tensor for each input.")
    let inputs = [try numbers([2, 3]), try numbers([2, 3])]
    #expect(try network.predict(inputs).count == 2)
    let outer = Network()
    try outer.addInput("x", Layout("BC", [nil, 3]))
    try outer.add(network, named: "inner")
    try outer.connect("x", to: "inner/a")
    try outer.connect("x", to: "inner/b")
    #expect(outer.outputNames == ["inner/parts/out2", "inner/sum"])
    try outer.add(Tanh())
    try outer.connect("inner/parts/out2", to: "tanh")
    #expect(try outer.predict([numbers([2, 3])])[1].doubles() == [Double](repeating: 0, count: 6))
  }
}
