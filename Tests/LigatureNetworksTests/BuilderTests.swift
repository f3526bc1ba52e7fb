import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

@Suite("Building a chain")
struct BuilderTests {
  @Test("takes conditions, loops and lists, and numbers names that occur twice")
  func spelling() throws {
    let isDeep = true
    let extra: [any Layer] = [Tanh(), FullyConnected(2)]
    let network = Network {
      FullyConnected(3)
      if isDeep { ReLU() } else { Tanh() }
      if !isDeep { Sigmoid() }
      for size in [5, 4] {
        FullyConnected(size)
        ReLU()
      }
      extra
      Softmax().named("probabilities")
    }
    #expect(
      network.graph.nodes.map(\.name) == [
        "fc1", "relu1", "fc2", "relu2", "fc3", "relu3", "tanh", "fc4", "probabilities",
      ])
    #expect(network.inputNames == ["input"])
    #expect(network.outputNames == ["probabilities"])
    #expect(try network.predict(numbers([2, 6])).shape == [2, 2])
  }

  @Test("runs each layer on what the one before it gives")
  func order() throws {
    let network = Network {
      FunctionLayer { try $0 + 1 }
      FunctionLayer { try $0 * 3 }
      FunctionLayer { try $0 - 2 }
    }
    #expect(try network.predict(Tensor([Float(2)])).doubles() == [7])
  }

  @Test("begins with an input layer's layout")
  func inputLayer() throws {
    let network = Network {
      ImageInput([2, 2, 1]); Flatten(); FullyConnected(3)
    }
    try network.initialize()
    #expect(network.inputNames == ["input"])
    #expect(
      message { try network.predict(numbers([4, 3, 2, 1])) }
        == "network: input \"input\" expects BSSC [*, 2, 2, 1], found shape [4, 3, 2, 1]. "
        + "Give data of that layout, or declare another one.")
  }

  @Test("refuses two layers of one name, an unusable name, and layers of several inputs")
  func refusals() throws {
    let input = try numbers([2, 3])
    #expect(
      message {
        try Network {
          ReLU().named("a"); Tanh().named("a")
        }.predict(input)
      }
        == "a: two layers of one network have this name. Give each its own.")
    #expect(
      message { try Network { ReLU().named("a/b") }.predict(input) }
        == "a/b: a name must not be empty or contain \"/\", \"*\" or a new line. Give another name."
    )
    #expect(
      message { try Network([ReLU(), Addition(2)]).predict(input) }
        == "addition: has 2 inputs, and a chain hands on 1. Build the network with add(_:named:) and "
        + "connect(_:to:).")
    #expect(
      message { try Network {}.predict(input) }
        == "network: the network has no layers. Add at least one.")
  }

  @Test("leaves a network that was declared wrongly unusable, in words")
  func wrongSizes() throws {
    #expect(
      message {
        try Network(input: Layout("BC", [nil, 3])) {
          FullyConnected(weights: try numbers([4, 2]))
        }
      }.hasPrefix("fc: linear: the inner sizes differ: [2, 3] · [4, 2] (3 against 4)."))
  }
}

@Suite("An input layer in a chain")
struct ChainInputTests {
  @Test("stands first")
  func middle() {
    let network = Network {
      FullyConnected(3)
      FeatureInput(3)
    }
    let error = #expect(throws: (any Error).self) { try network.predict(Tensor.zeros([2, 3])) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("in the middle of a chain"))
  }

  @Test("has the layout that the network is declared for")
  func layout() {
    let error = #expect(throws: (any Error).self) {
      try Network(input: Layout("BC", [nil, 4])) {
        FeatureInput(3)
        FullyConnected(2)
      }
    }
    #expect(
      "\(error.map { "\($0)" } ?? "")".contains(
        "takes BC [*, 3], and the network is declared for BC [*, 4]"))
  }
}
