import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

@Suite("Initialisation")
struct InitializationTests {
  @Test("happens by itself before the first prediction, from the data's own sizes")
  func automatic() throws {
    let network = Network {
      FullyConnected(4); ReLU(); Network { FullyConnected(2) }
    }
    #expect(network.hasDeferred)
    #expect(network.learnableCount == 0)
    #expect(try network.predict(numbers([5, 3])).shape == [5, 2])
    #expect(!network.hasDeferred)
    #expect(network.learnableCount == 3 * 4 + 4 + 4 * 2 + 2)
  }

  @Test("happens at once where the input layout is declared")
  func declared() throws {
    let network = try Network(input: Layout("BTC", [nil, nil, 3])) { FullyConnected(4) }
    #expect(network.learnableCount == 16)
  }

  @Test("needs to know a layout or an example, and tries indices where those are declared")
  func layouts() throws {
    #expect(
      message { try Network { FullyConnected(2) }.initialize() }
        == "network: the layout of input \"input\" is not known. "
        + "Declare it, with Network(input: Layout(...)) or addInput(\"input\", Layout(...)), or give "
        + "an example: initialize(for: [example]).")
    let table = try numbers([10, 4])
    let network = try Network(input: Layout("B", [nil], .int64)) {
      FunctionLayer { try table.gathered($0) }
      FullyConnected(2)
    }
    #expect(try network.predict(Tensor([3, 1])).shape == [2, 2])
    #expect(network.learnableCount == 10)
  }

  @Test("gives equal values for equal seeds, others for others")
  func seeds() throws {
    func weights(_ seed: UInt64) throws -> Tensor {
      let network = try Network(input: Layout("BC", [nil, 3]), seed: seed) { FullyConnected(4) }
      return try network.parameter(at: "fc/weights").value
    }
    #expect(try weights(7).isIdentical(to: weights(7)))
    #expect(try !weights(7).isIdentical(to: weights(8)))
  }

  @Test("starts two spellings of one network alike, nested or not, named or not")
  func spellings() throws {
    let layout = Layout("BC", [nil, 3])
    let flat = try Network(input: layout, seed: 2) {
      FullyConnected(4); ReLU(); FullyConnected(4)
    }
    let nested = try Network(input: layout, seed: 2) {
      Network {
        FullyConnected(4).named("first"); ReLU()
      }.named("encoder")
      FullyConnected(4).named("last")
    }
    let edited = Network()
    edited.seed = 2
    try edited.addInput("x", layout)
    for layer in [FullyConnected(4), ReLU(), FullyConnected(4)] as [any Layer] {
      try edited.add(layer)
    }
    try edited.connect(["x", "fc", "relu", "fc2"])
    try edited.initialize()
    for other in [nested, edited] {
      #expect(try flat.parameters.map(\.value).isIdentical(to: other.parameters.map(\.value)))
    }
    let values = flat.parameters.map(\.value)
    #expect(try !values[0].slice(0..<1).isIdentical(to: values[2].slice(0..<1)))
  }

  @Test("keeps what has a value, and the rest does not move for it")
  func keeping() throws {
    let weights = try numbers([3, 4])
    let network = try Network(input: Layout("BC", [nil, 3])) {
      FullyConnected(weights: weights)
      FullyConnected(2)
    }
    #expect(try network.parameter(at: "fc1/weights").value.isIdentical(to: weights))
    let before = network.parameters.map(\.value)
    try network.initialize(seed: 99)
    #expect(try network.parameters.map(\.value).isIdentical(to: before))
  }

  @Test("of a layer that came later draws other numbers than the layers before it did")
  func latecomers() throws {
    let network = try Network(input: Layout("BC", [nil, 3])) {
      FullyConnected(3)
      FullyConnected(3)
    }
    let before = network.parameters.map(\.value)
    try network.replace("fc2", with: FullyConnected(3))
    try network.initialize()
    let after = network.parameters.map(\.value)
    #expect(try !after[2].isIdentical(to: after[0]))
    #expect(try after.isIdentical(to: before), "it stands where the old one stood")
  }

  @Test("reaches layers that only training calls")
  func trainingOnly() throws {
    struct Guided: CustomLayer {
      @Learnable var guide = Network { FullyConnected(3) }
      func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }
      func forward(_ x: Tensor, in context: Context) throws -> Tensor {
        try x + guide(x, in: context)
      }
    }
    let network = try Network(input: Layout("BC", [nil, 3])) { Guided() }
    #expect(network.learnableCount == 12)
  }

  @Test("does not depend on the values of the example")
  func examples() throws {
    let networks = (0..<2).map { _ in
      Network {
        FullyConnected(4); BatchNormalization(); Scaling()
      }
    }
    try networks[0].initialize(for: [numbers([7, 3])])
    try networks[1].initialize(for: [.zeros([1, 3])])
    #expect(
      try networks[0].parameters.map(\.value).isIdentical(to: networks[1].parameters.map(\.value)))
  }

  @Test("initialises in the type the network was cast to")
  func scalarType() throws {
    let network = Network {
      FullyConnected(4); LayerNormalization(); BatchNormalization()
    }
    try network.cast(to: .float64)
    #expect(try network.predict(numbers([2, 3], .float64)).scalarType == .float64)
    #expect(network.parameters.allSatisfy { $0.value.scalarType == .float64 })
  }

  @Test("works with the first prediction of no observations at all")
  func emptyBatch() throws {
    let network = Network {
      FullyConnected(4); BatchNormalization()
    }
    #expect(try network.predict(Tensor.zeros([0, 3])).shape == [0, 4])
    #expect(try network.predict(numbers([2, 3])).shape == [2, 4])
  }
}

@Suite("Learnables without a value")
struct DeferredLearnableTests {
  private struct Forgetful: CustomLayer {
    @Learnable var scale: Tensor = .deferred
    @Learnable var offsets: [Tensor] = [.deferred, .deferred]
    var isRead: Bool

    func initialize(for x: Tensor, in context: Context) throws {
      offsets = [try .zeros([1]), .deferred]
    }
    func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      isRead ? try x + offsets[1] : x
    }
  }

  @Test("are an error that names path and remedy when a layer leaves them")
  func leftDeferred() throws {
    let network = Network { Network { Forgetful(isRead: false).named("absent") }.named("inner") }
    #expect(
      message { try network.predict(numbers([2, 3])) }
        == "inner/absent/scale: has no value although its layer was initialised. "
        + "Assign it in the layer's initialize(for:in:), or give it a value in init.")
  }

  @Test("are an error that names layer and property when they are read")
  func reading() throws {
    let network = Network { Network { Forgetful(isRead: true).named("absent") }.named("inner") }
    #expect(
      message { try network.predict(numbers([2, 3])) }
        == "inner/absent: +: learnable `offsets/2` is deferred: it has no value yet. "
        + "Give it one in initialize(for:in:), or run the network once on an example first.")
  }

  @Test("are an error when a pass begins before anything was initialised")
  func beforeInitialization() throws {
    let network = Network { FullyConnected(2) }
    let text = message {
      try valueAndGradients(of: network) { try network(numbers([2, 3]), in: $0).sum() }.value
    }
    #expect(
      text == "fc: linear: learnable `weights` is deferred: it has no value yet. "
        + "Give it one in initialize(for:in:), or run the network once on an example first.")
  }

  @Test("that were assigned a misfit are an error at their next use, until a fitting value comes")
  func misfit() throws {
    let layer = FullyConnected(2)
    let network = try Network(input: Layout("BC", [nil, 3])) { layer }
    layer.weights = try numbers([2, 3])
    #expect(
      message { try network.predict(numbers([2, 3])) }
        == "fc: linear: learnable `weights` was assigned a misfit (the new value is float32 [2, 3], "
        + "the present one float32 [3, 2]). Assign a value of the present shape and type.")
    layer.weights = try numbers([3, 2])
    #expect(try network.predict(numbers([2, 3])).shape == [2, 2])
  }

  @Test("whose list was assigned one of another length are an error at their next use")
  func misfitList() throws {
    let layer = WeightTyingAutoEncoderLayer(encoder: [FullyConnected(2)])
    let network = try Network(input: Layout("BC", [nil, 3])) { layer }
    layer.decoderBiases = [try .zeros([3]), try .zeros([3])]
    #expect(
      message { try network.predict(numbers([2, 3])) }
        == "autoencoder: linear: learnable `decoderBiases/1` was assigned a misfit "
        + "(a list of 1 was assigned 2 tensors). Assign a value of the present shape and type.")
  }
}
