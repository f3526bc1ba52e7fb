import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

@Suite("A declared alias")
struct DeclaredTieTests {
  private func network() throws -> Network {
    try Network(input: Layout("BC", [nil, 3])) {
      FullyConnected(4).named("a")
      FullyConnected(3).named("b")
    }
  }

  @Test("has no storage, and follows its owner through the transform")
  func transposed() throws {
    let network = try network()
    try network.tie("b/weights", to: "a/weights", transform: .transpose)
    #expect(network.learnables.map(\.path) == ["a/weights", "a/bias", "b/bias"])
    #expect(network.learnables[0].aliases == ["b/weights"])
    let layer: FullyConnected = try network.layer(at: "b")
    let owner = try network.parameter(at: "a/weights")
    #expect(try layer.weights.isIdentical(to: owner.value.transposed))
    try owner.set(owner.value + 1)
    #expect(try layer.weights.isIdentical(to: owner.value.transposed))
    layer.weights = try .ones([4, 3])
    #expect(try owner.value.isIdentical(to: .ones([3, 4])))
    #expect("\(network)".contains("weights = a/weights (transpose)"))
  }

  @Test("may be any differentiable function of its owner")
  func function() throws {
    let network = Network {
      FullyConnected(3, bias: false).named("a")
      FullyConnected(3, bias: false).named("b")
    }
    try network.cast(to: .float64)
    try network.initialize(for: [.zeros([1, 3], .float64)])
    try network.tie(
      "b/weights", to: "a/weights", transform: .function("squared") { try square($0) })
    let x = try numbers([2, 3], .float64)
    let value = try network.parameter(at: "a/weights").value
    func expected(_ v: [Tensor]) throws -> Tensor {
      try [matmul(matmul(x, v[0]), square(v[0]))].projected()
    }
    let (_, gradients) = try valueAndGradients(of: network) { try [network(x, in: $0)].projected() }
    let numeric = try FiniteDifferences.gradient(at: [value], index: 0, of: expected)
    let found = try #require(gradients[network.parameters[0]])
    #expect(try FiniteDifferences.relativeError(found, numeric) < 1e-7)
    #expect(network.learnableCount == 9)
    let layer: FullyConnected = try network.layer(at: "b")
    layer.weights = try .ones([3, 3], .float64)
    #expect(message { try layer.weights + 1 }.contains("alias through \"squared\""))
  }

  @Test("becomes independent when it is untied, with its value and factors")
  func untying() throws {
    let network = try network()
    try network.tie("b/weights", to: "a/weights", transform: .transpose)
    try network.freeze("b/weights")
    let before = try network.predict(.ones([1, 3]))
    try network.untie("b/weights")
    #expect(try network.predict(.ones([1, 3])).isIdentical(to: before))
    #expect(network.learnables.count == 4)
    #expect(network.ties.isEmpty)
    let (a, b) = (
      try network.parameter(at: "a/weights"), try network.parameter(at: "b/weights")
    )
    #expect(a.isFrozen && b.isFrozen)
    try a.set(a.value + 1)
    #expect(try !b.value.isIdentical(to: a.value.transposed))
  }

  @Test("keeps what it is tied to when the owner's layer goes")
  func removal() throws {
    let network = try network()
    try network.tie("b/weights", to: "a/weights", transform: .transpose)
    let layer: FullyConnected = try network.layer(at: "b")
    let before = layer.weights
    try network.replace("a", with: FullyConnected(weights: .ones([3, 4])))
    #expect(try layer.weights.isIdentical(to: before))
    #expect(network.learnables.map(\.path) == ["a/weights", "b/bias", "b/weights"])
    #expect(network.ties.isEmpty)
    #expect(network.learnableCount == 12 + 3 + 12)
  }

  @Test("may stand before its owner, and in a chain of aliases")
  func chains() throws {
    let network = Network {
      FullyConnected(3, bias: false).named("a")
      FullyConnected(3, bias: false).named("b")
      FullyConnected(3, bias: false).named("c")
    }
    try network.tie("a/weights", to: "b/weights", transform: .transpose)
    try network.tie("b/weights", to: "c/weights", transform: .transpose)
    try network.initialize(for: [.zeros([1, 3])])
    #expect(network.learnables.map(\.path) == ["c/weights"])
    #expect(network.learnables[0].aliases == ["a/weights", "b/weights"])
    #expect(network.ties[0].uses == ["a", "b", "c"])
    #expect(
      message { try network.tie("c/weights", to: "a/weights") }
        == "c/weights: is the same learnable as a/weights already. "
        + "Leave it, or untie one of them first.")
  }

  @Test("is refused in words where it does not fit")
  func errors() throws {
    let network = try network()
    #expect(
      message { try network.tie("b/weights", to: "a/weights") }
        == "b/weights: is float32 [4, 3], and a/weights is float32 [3, 4]. "
        + "Tie it with transform: .transpose, or without.")
    #expect(
      message { try network.tie("b/wieghts", to: "a/weights") }.hasPrefix(
        "b/wieghts: there is no such learnable."))
    #expect(
      message { try network.untie("b/weights") }
        == "b/weights: is not an alias: it stores its value itself. "
        + "Untie the aliases of it, or replace a shared layer by a copy of it.")
    try network.tie("b/weights", to: "a/weights", transform: .transpose)
    #expect(
      message { try network.tie("b/weights", to: "a/bias") }
        == "b/weights: is tied to another learnable already. Untie it first: untie(\"b/weights\").")
  }
}
