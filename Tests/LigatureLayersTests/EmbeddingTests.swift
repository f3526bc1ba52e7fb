import LigatureTensors
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

@Suite("Embeddings")
struct EmbeddingTests {
  private static let vectors = (0..<8).map { Double($0) - 2.5 }

  @Test(
    "take class numbers of any type that holds them",
    arguments: [ScalarType.int64, .int32, .uint8, .float32, .float64])
  func types(type: ScalarType) throws {
    let vectors = try Tensor(Self.vectors, shape: [4, 2])
    let network = try Network(input: Layout("BT", [nil, 3], type)) { Embedding(weights: vectors) }
    try network.cast(to: .float64)
    let x = try Tensor([3.0, 0, 1, 1, 2, 0], shape: [2, 3]).cast(to: type)
    let found = try network.predict(x)
    #expect(found.scalarType == .float64)
    #expect(
      try found.isIdentical(
        to: stack([3, 0, 1, 1, 2, 0].map { try vectors[$0] })
          .reshaped(to: [2, 3, 2])))
  }

  @Test("with padding give zeros there, and its row gets no gradient and keeps its value")
  func padding() throws {
    let network = Network { Embedding(4, dimension: 3, paddingIndex: 2) }
    let x = try Tensor([2.0, 0, 2, 3], shape: [2, 2]).cast(to: .float32)
    let found = try network.predict(x)
    #expect(try found[0][0].doubles() == [0, 0, 0])
    #expect(try found[1][1].doubles().contains { $0 != 0 })
    let parameter = network.parameters[0]
    #expect(try parameter.value[2].doubles() == [0, 0, 0])
    let pass = try valueAndGradients(of: network) { try square(network(x, in: $0)).sum() }
    let gradient = try #require(pass.gradients[parameter])
    #expect(try gradient[2].doubles() == [0, 0, 0] && gradient[1].doubles() == [0, 0, 0])
    #expect(try gradient[0].doubles().allSatisfy { $0 != 0 })
    // Given vectors count as zeros there, whatever they are.
    let ones = try Tensor.ones([4, 3])
    let given = Network { Embedding(weights: ones, paddingIndex: 2) }
    #expect(try given.predict(x).sum().item() == 6)
  }

  @Test("name the observation and the step of an index that is none")
  func refusals() throws {
    let network = Network { Embedding(4, dimension: 3).named("words") }
    func words(_ numbers: [Double]) -> String {
      message { try network.predict(Tensor(numbers, shape: [2, 2])) }
    }
    #expect(
      words([0, 1, 4, 2])
        == "words: embedding: the index of observation 1, step 0 is 4, of 4 numbers from 0 on. "
        + "Number classes from 0 to 3.")
    #expect(
      words([0, -1, 0, 2]).hasPrefix("words: embedding: the index of observation 0, step 1 is -1,"))
    #expect(
      words([0, 1, .nan, 2]).contains("observation 1, step 0 is nan, which is no whole number"))
    #expect(
      message { try network.predict(.zeros([2, 3, 2])) }
        == "words: takes class numbers [batch], [batch, time] or [batch, ..., 1], found shape "
        + "[2, 3, 2]. Give one channel of class numbers, or reshape it to two axes.")
    let wrong = Network { Embedding(4, dimension: 3, paddingIndex: 4).named("words") }
    #expect(
      message { try wrong.predict(.zeros([1])) }
        == "words: has the padding index 4, and 4 classes. Give one of 0...3.")
  }

  @Test("tied to an output layer learn from both, and are stored once")
  func ties() throws {
    let network = try Network(input: Layout("BT", [nil, 3], .int64)) {
      Embedding(5, dimension: 4).named("embedding")
      GRU(4, .last)
      FullyConnected(5, bias: false).named("out")
    }
    let x = try Tensor([1, 4, 0, 2, 2, 3], shape: [2, 3]).cast(to: .int64)
    try network.initialize(for: [x])
    try network.tie("out/weights", to: "embedding/weights", transform: .transpose)
    #expect(
      network.learnables.filter { $0.path.hasSuffix("weights") }.map(\.path).contains("out/weights")
        == false)
    try network.cast(to: .float64)
    let embedding = try #require(network.parameters.first { $0.value.shape == [5, 4] })
    func loss(_ context: Context) throws -> Tensor { try square(network(x, in: context)).sum() }
    let found = try #require(try valueAndGradients(of: network, loss).gradients[embedding])
    let value = embedding.value
    let numeric = try FiniteDifferences.gradient(at: [value], index: 0) {
      try embedding.set($0[0])
      return try square(network.predict(x)).sum()
    }
    #expect(try FiniteDifferences.relativeError(found, numeric) < 1e-7)
  }

  @Test("hand the lengths of sequences on, be they declared with a channel or without")
  func lengths() throws {
    let vectors = try numbers([8, 3], seed: 3)
    for (layout, shape) in [
      (Layout("BT", [nil, nil]), [2, 4]), (Layout("BTC", [nil, nil, 1]), [2, 4, 1]),
    ] {
      let network = try Network(input: layout) {
        Embedding(weights: vectors)
        LSTM(2, .last)
      }
      let x = try Tensor([1, 7, 2, 5, 3, 0, 6, 4], shape: shape).cast(to: .float32)
      let found = try network.predict(x, sequenceLengths: [2, 3])
      let first = try network.predict(x.slice(0..<1).slice(0..<2, axis: 1))
      #expect(try found.slice(0..<1).isClose(to: first))
    }
  }

  @Test("of one hot number are what the function gives")
  func oneHots() throws {
    let network = Network { OneHot(3) }
    let x = try Tensor([2, 0, 1, 1] as [Float], shape: [2, 2])
    let found = try network.predict(x)
    #expect(found.shape == [2, 2, 3])
    #expect(try found.isIdentical(to: oneHot(x.cast(to: .int64), classes: 3)))
  }
}
