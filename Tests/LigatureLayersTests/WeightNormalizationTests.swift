import LigatureTensors
import TestSupport
import Testing

@testable import LigatureLayers
@testable import LigatureNetworks

@Suite("Networks of normalised weights")
struct WeightNormalizationTests {
  /// A layer whose result is what it read.
  private struct Tied: CustomLayer, Codable {
    @Learnable var encode = FullyConnected(3, bias: false)
    func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      try matmul(encode(x, in: context), encode.weights.transposed)
    }
  }

  private func initialized(_ layer: any Layer, _ shape: [Int]) throws -> Network {
    let network = Network()
    try network.addInput("x")
    try network.add(layer, named: "norm")
    try network.connect("x", to: "norm")
    try network.initialize(for: [Tensor.zeros(shape)])
    try network.cast(to: .float64)
    return network
  }

  @Test("begin as the network would without, and then are magnitude times direction")
  func values() throws {
    let network = try initialized(WeightNormalization { FullyConnected(3) }, [2, 4])
    #expect(
      network.learnables.map(\.path) == [
        "norm/magnitudes/1", "norm/network/fc/weights", "norm/network/fc/bias",
      ])
    let x = try numbers([2, 4], seed: 2, .float64)
    let weights = try network.parameter(at: "norm/network/fc/weights")
    let plain = try matmul(x, weights.value)
    #expect(try network.predict(x).isClose(to: plain, relative: 1e-6, absolute: 1e-6))
    // The length of what is stored makes no difference, and its direction does.
    let before = try network.predict(x)
    try weights.set(weights.value * 7)
    #expect(try network.predict(x).isClose(to: before, relative: 1e-12))
    let magnitudes = try network.parameter(at: "norm/magnitudes/1")
    try magnitudes.set(Tensor([1.0, 2, 0]))
    let lengths = try weights.value.norm(0)
    let wanted = try matmul(x, weights.value / lengths * Tensor([1.0, 2, 0]))
    #expect(try network.predict(x).isClose(to: wanted, relative: 1e-12, absolute: 1e-14))
  }

  @Test("normalise what is tied to the weights within, transposed or not")
  func ties() throws {
    let layer = WeightNormalization(of: "**/encode/weights", network: Network { Tied() })
    let network = try initialized(layer, [2, 4])
    let x = try numbers([2, 4], seed: 2, .float64)
    let weights = try network.parameter(at: "norm/network/tied/encode/weights")
    try weights.set(numbers([4, 3], seed: 9, .float64))
    try network.parameter(at: "norm/magnitudes/1").set(Tensor([0.5, 1, 2]))
    let effective = try weights.value / weights.value.norm(0) * Tensor([0.5, 1, 2])
    let wanted = try matmul(matmul(x, effective), effective.transposed)
    #expect(try network.predict(x).isClose(to: wanted, relative: 1e-12))

    // Declared aliases, one of which stands for an owner outside.
    let inner = Network {
      FullyConnected(3, bias: false).named("a"); FullyConnected(4, bias: false).named("b")
    }
    let outer = Network {
      FullyConnected(4, bias: false).named("first")
      WeightNormalization(of: "b/weights", network: inner).named("norm")
    }
    try outer.initialize(for: [Tensor.zeros([2, 3])])
    try outer.cast(to: .float64)
    try outer.tie("norm/network/b/weights", to: "first/weights")
    let first = try outer.parameter(at: "first/weights").value
    let a = try outer.parameter(at: "norm/network/a/weights").value
    try outer.parameter(at: "norm/magnitudes/1").set(Tensor([1.0, 1, 1, 1]))
    let y = try numbers([2, 3], seed: 4, .float64)
    let expected = try matmul(matmul(matmul(y, first), a), first / first.norm(0))
    #expect(try outer.predict(y).isClose(to: expected, relative: 1e-12))
  }

  @Test("count each reading of the weights where it is")
  func counts() throws {
    let network = try initialized(WeightNormalization { FullyConnected(3) }, [2, 4])
    #expect(network.learnableCount == 12 + 3 + 3)
    #expect(network.untiedLearnableCount == 12 + 3 + 3)
    let weights = try #require(network.learnables.first { $0.path.hasSuffix("fc/weights") })
    #expect(network.uses(of: weights) == ["norm/network/fc"])
  }

  @Test("of a spectrum have singular values up to 1, and predict the same again")
  func spectrum() throws {
    let network = try initialized(SpectralNormalization { FullyConnected(2, bias: false) }, [1, 3])
    let weights = try network.parameter(at: "norm/network/fc/weights")
    try weights.set(Tensor([3.0, 0, 0, 4, 0, 0], shape: [3, 2]))
    let x = try numbers([2, 3], seed: 2, .float64)
    for iteration in 0..<60 {
      _ = try valueAndGradients(of: network, iteration: iteration) { try network(x, in: $0).sum() }
    }
    let found = try network.predict(x)
    #expect(try found.isClose(to: matmul(x, weights.value) / 4, relative: 1e-10))
    #expect(try network.predict(x).isIdentical(to: found))
    let layer = network.layers(of: SpectralNormalization.self)[0]
    #expect(try abs(layer.directions).isClose(to: Tensor([0.0, 1]), absolute: 1e-6))
    // Starting values come back, and with them the first singular value is no worse than it was.
    network.resetStatistics()
    #expect(try network.predict(x).isFinite())
  }

  @Test("say what is wrong with a name that is none, and with what is no matrix")
  func refusals() throws {
    let unknown = Network { WeightNormalization(of: "fc/weight") { FullyConnected(2) } }
    #expect(
      message { try unknown.predict(numbers([2, 3])) }
        == "weightNorm: no learnable of its network is called \"fc/weight\". Name one of fc/weights, "
        + "fc/bias, or several by * and **.")
    let vector = Network { SpectralNormalization(of: "*/bias") { FullyConnected(2) } }
    #expect(
      message { try vector.predict(numbers([2, 3])) }
        == "spectralNorm: \"fc/bias\" has shape [2], and is to be normalised. Name weights of two "
        + "axes or more, with elements.")
  }

  @Test("hand the lengths of sequences on, also where their number of steps changes")
  func lengths() throws {
    let network = Network {
      WeightNormalization { Convolution([2], filters: 3) }
      SpectralNormalization { Convolution([2], filters: 3) }
      GRU(2, .last)
    }
    let x = try numbers([2, 5, 4], seed: 6)
    let whole = try network.predict(x, sequenceLengths: [5, 3])
    let short = try network.predict(x.slice(1..<2).slice(0..<3, axis: 1))
    #expect(try whole.slice(1..<2).isClose(to: short, relative: 1e-5, absolute: 1e-6))
  }
}
