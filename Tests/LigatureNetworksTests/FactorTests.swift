import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

@Suite("Learn-rate and L2 factors")
struct FactorTests {
  /// Two layers of which the first stands in the graph twice.
  private func network() throws -> Network {
    let shared = FullyConnected(3)
    return try Network(input: Layout("BC", [nil, 3])) {
      Network {
        shared; Tanh()
      }.named("encoder")
      shared.named("again")
      FullyConnected(2).named("head")
    }
  }

  @Test("begin with 1, but for biases, which have no L2 penalty")
  func defaults() throws {
    let network = try network()
    #expect(Set(network.learnRateFactors.values) == [1])
    #expect(
      network.l2Factors == [
        "encoder/fc/weights": 1, "encoder/fc/bias": 0, "head/weights": 1, "head/bias": 0,
      ])
  }

  @Test("are set by path, by pattern, and by an alias")
  func patterns() throws {
    let network = try network()
    try network.setLearnRateFactor(0.5, for: "again/*")
    #expect(network.learnRateFactors["encoder/fc/weights"] == 0.5)
    #expect(network.learnRateFactors["encoder/fc/bias"] == 0.5)
    try network.setL2Factor(3, for: "**/bias")
    #expect(network.l2Factors["head/bias"] == 3 && network.l2Factors["encoder/fc/bias"] == 3)
    try network.setLearnRateFactors(["encoder/**": 0.25, "h*/w*s": 2])
    #expect(
      network.learnRateFactors == [
        "encoder/fc/weights": 0.25, "encoder/fc/bias": 0.25, "head/weights": 2, "head/bias": 1,
      ])
  }

  @Test("that contradict each other for one shared learnable are an error, and set nothing")
  func contradictions() throws {
    let network = try network()
    #expect(
      message { try network.setLearnRateFactors(["again/weights": 0, "encoder/fc/weights": 1]) }
        == "encoder/fc/weights: \"again/weights\" gives it factor 0.0 and \"encoder/fc/weights\" 1.0. "
        + "A shared learnable has one factor, whatever the path it is named by.")
    #expect(Set(network.learnRateFactors.values) == [1])
    try network.setLearnRateFactors(["again/weights": 2, "encoder/fc/weights": 2])
    #expect(network.learnRateFactors["encoder/fc/weights"] == 2)
  }

  @Test("are set for all of a layer by the path of the layer")
  func layers() throws {
    let network = try network()
    try network.freeze("encoder")
    #expect(network.learnRateFactors["encoder/fc/weights"] == 0)
    #expect(network.learnRateFactors["head/weights"] == 1)
    try network.unfreeze("again")
    try network.freeze("h*")
    #expect(network.learnRateFactors["encoder/fc/bias"] == 1)
    #expect(network.learnRateFactors["head/bias"] == 0)
    let (_, gradients) = try valueAndGradients(of: network) { context in
      try network(numbers([2, 3]), in: context).sum()
    }
    #expect(try gradients.filtered(by: "encoder").count == 2)
    #expect(
      message { try network.freeze("enc") }
        == "enc: no learnable has a path like this, and no layer with learnables. print(network) "
        + "lists them; * stands for a name, ** for several.")
  }

  @Test("for paths that do not exist, or that are no factors, are an error")
  func refusals() throws {
    let network = try network()
    #expect(
      message { try network.freeze("encodr/**") }
        == "encodr/**: no learnable has a path like this, and no layer with learnables. "
        + "print(network) lists them; * stands for a name, ** for several.")
    #expect(
      message { try network.setL2Factor(-1, for: "**") }
        == "**: the factor is -1.0. Give a finite number of 0 or more.")
    #expect(message { try network.setL2Factor(.nan, for: "**") }.hasPrefix("**: the factor is nan"))
  }

  @Test(
    "match stars within names and double stars over them",
    arguments: [
      ("**", "a/b/c", true), ("a/**", "a", true), ("a/*", "a/b/c", false), ("*/b", "a/b", true),
      ("**/c", "c", true), ("**/c", "a/b/cc", false), ("a*c/x", "abc/x", true),
      ("a*c/x", "abd/x", false), ("**/b/**", "a/b/c", true), ("*", "", false),
    ])
  func matching(pattern: String, path: String, isMatch: Bool) {
    #expect(PathPattern(pattern).matches(path) == isMatch)
  }
}

@Suite("Frozen learnables")
struct FreezingTests {
  private func work(
    _ network: Network, _ x: Tensor
  ) throws -> (gradients: Gradients, multiplyAdds: Int) {
    let (result, count) = try OperationCount.counting(true) {
      try valueAndGradients(of: network) { try network(x, in: $0).sum() }
    }
    return (result.gradients, count)
  }

  @Test("get no gradient, and no product is computed for them")
  func work() throws {
    let network = try Network(input: Layout("BC", [nil, 6])) {
      FullyConnected(5)
      Tanh()
      FullyConnected(4)
    }
    let x = try numbers([10, 6])
    let (first, second) = (10 * 6 * 5, 10 * 5 * 4)
    // Forward both; backward the weights of both and the input of the second.
    #expect(try work(network, x).multiplyAdds == (first + second) + (first + second) + second)
    try network.freeze("fc1/*")
    let partly = try work(network, x)
    #expect(partly.multiplyAdds == (first + second) + second)
    #expect(partly.gradients[try network.parameter(at: "fc1/weights")] == nil)
    #expect(partly.gradients.count == 2)
    try network.freeze()
    #expect(try work(network, x).multiplyAdds == first + second)
    try network.unfreeze("fc1/weights")
    let first1 = try work(network, x)
    #expect(first1.multiplyAdds == (first + second) + first + second)
    #expect(first1.gradients.count == 1)
  }

  @Test("cost nothing in a tied decoder either")
  func tied() throws {
    let network = try Network(input: Layout("BC", [nil, 6])) {
      WeightTyingAutoEncoderLayer(encoder: [FullyConnected(4), ReLU(), FullyConnected(3)])
    }
    let x = try numbers([10, 6])
    let all = try work(network, x).multiplyAdds
    try network.freeze("**/fc1/weights")
    // Its share is one product as a part of the encoder and one as a part of the decoder.
    #expect(try work(network, x).multiplyAdds == all - 2 * 10 * 6 * 4)
  }
}
