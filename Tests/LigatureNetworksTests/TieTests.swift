import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

/// The rules T1, T2, T4 and T5 of ties; what solvers make of them is tested with the solvers.
@Suite("A shared network")
struct TieTests {
  private static let uses = [1, 2, 3, 5, 8, 9]

  private func core() -> Network {
    Network {
      FullyConnected(3); Tanh(); FullyConnected(3)
    }
  }

  private func initialised(_ layer: any Layer, _ type: ScalarType = .float64) throws -> Network {
    let network = Network([layer])
    try network.cast(to: type)
    try network.initialize(for: [.zeros([1, 3], type)])
    return network
  }

  private func gradients(_ network: Network, _ x: Tensor) throws -> (
    value: Tensor, gradients: Gradients
  ) {
    try valueAndGradients(of: network) { try [network(x, in: $0)].projected() }
  }

  @Test("gets a gradient that is the sum over untied clones", arguments: uses)
  func sumOverUses(count: Int) throws {
    let shared = core()
    let tied = try initialised(Repeating(shared, count: count))
    let clones = try (0..<count).map { _ in try shared.copy() }
    let untied = try initialised(Unrolled(clones))
    let x = try numbers([4, 3], .float64)
    let (value, sum) = try gradients(tied, x)
    let (other, parts) = try gradients(untied, x)
    #expect(try value.isClose(to: other, relative: 1e-14))
    #expect(parts.count == count * sum.count)
    for (index, parameter) in shared.parameters.enumerated() {
      let shares = try clones.map { try #require(parts[$0.parameters[index]]) }
      let expected = try shares.dropFirst().reduce(shares[0]) { try $0 + $1 }
      #expect(try #require(sum[parameter]).isClose(to: expected, relative: 1e-12, absolute: 1e-13))
    }
  }

  @Test("gets exactly twice the gradient when two recordings are added", arguments: uses)
  func doubling(count: Int) throws {
    let shared = core()
    let network = try initialised(Repeating(shared, count: count), .float32)
    let x = try numbers([4, 3])
    let (first, second) = (try gradients(network, x).gradients, try gradients(network, x).gradients)
    let sum = try first + second
    #expect(sum.count == first.count)
    for parameter in network.parameters {
      let once = try #require(first[parameter])
      #expect(try #require(sum[parameter]).isIdentical(to: once * 2))
    }
    #expect(try sum.norm() == 2 * first.norm())
    #expect(try (first + Gradients()).norm() == first.norm())
  }

  @Test("counts once, and lists its uses")
  func counting() throws {
    let shared = core()
    let network = try initialised(Repeating(shared, count: 3))
    #expect(network.learnableCount == 24)
    #expect(network.untiedLearnableCount == 72)
    let fc1 = "repeating/network/fc1"
    #expect(
      network.ties.first
        == Tie(owner: fc1 + "/weights", aliases: [], uses: [fc1, fc1, fc1]))
    #expect(network.ties.count == 4)
  }

  @Test("has its uses counted anew after a tie, also one made in a network within")
  func recounting() throws {
    let inner = try Network(input: Layout("BC", [nil, 3])) {
      FullyConnected(3).named("a"); FullyConnected(3).named("b"); FullyConnected(3).named("c")
    }
    let network = Network([inner, FullyConnected(3)])
    try network.initialize(for: [.zeros([1, 3])])
    func uses() throws -> [String] {
      let found = network.learnables.first { $0.path.hasSuffix("network/a/bias") }
      return network.uses(of: try #require(found))
    }
    #expect(try uses() == ["network/a"])
    try inner.tie("b/bias", to: "a/bias")
    // Not known before the next example: its paths stand for them.
    #expect(try uses() == ["network/a/bias", "network/b/bias"])
    try network.initialize(for: [.zeros([1, 3])])
    #expect(try uses() == ["network/a", "network/b"])
    // The same with a copy, and with ties in another network.
    let other = try inner.copy()
    try other.tie("c/weights", to: "a/weights")
    #expect(try uses() == ["network/a", "network/b"])
    let copy = try network.copy()
    #expect(copy.untiedLearnableCount == network.untiedLearnableCount)
    try inner.untie("b/bias")
    #expect(try uses() == ["network/a/bias"])
    #expect(copy.uses(of: copy.learnables[1]) == ["network/a", "network/b"])
  }

  @Test("that stands at two places of a graph has one owner and an alias")
  func aliases() throws {
    let shared = FullyConnected(3)
    let network = try Network(input: Layout("BC", [nil, 3])) {
      shared.named("first")
      Tanh()
      Network { shared.named("again") }.named("inner")
    }
    #expect(network.learnableCount == 12)
    #expect(network.untiedLearnableCount == 24)
    #expect(
      network.ties.map(\.description) == [
        "first/weights = inner/again/weights (used by first, inner/again)",
        "first/bias = inner/again/bias (used by first, inner/again)",
      ])
    #expect(try network.parameter(at: "inner/again/bias") === network.parameter(at: "first/bias"))
    #expect(network.layers(of: FullyConnected.self).count == 1)
  }

  @Test("is not tied to another layer with equal values")
  func equalValues() throws {
    let weights = try numbers([3, 3])
    let network = Network {
      FullyConnected(weights: weights); FullyConnected(weights: weights)
    }
    #expect(network.ties.isEmpty)
    #expect(network.learnableCount == 18)
  }

  @Test("keeps its groups of ties in a copy, which is independent")
  func copies() throws {
    let network = try initialised(Repeating(core(), count: 2))
    try network.add(
      network.layer(at: "repeating/network/fc1", as: FullyConnected.self), named: "alias")
    try network.connect("repeating", to: "alias")
    try network.initialize(for: [.zeros([1, 3], .float64)])
    let copy = try network.copy()
    let x = try numbers([4, 3], .float64)
    #expect(copy.untiedLearnableCount == network.untiedLearnableCount)
    #expect(copy.ties == network.ties)
    let before = try copy.predict(x)
    #expect(try before.isIdentical(to: network.predict(x)))
    #expect(copy.ties[0].aliases == ["alias/weights"])

    let owner = try network.parameter(at: "alias/weights")
    try owner.set(owner.value + 1)
    #expect(try !network.predict(x).isIdentical(to: before))
    #expect(try copy.predict(x).isIdentical(to: before))
    let other = try copy.parameter(at: "repeating/network/fc1/weights")
    try other.set(other.value + 1)
    #expect(try copy.predict(x).isIdentical(to: network.predict(x)))
  }

  @Test("shows a change of its weights through every alias, a transposed one too")
  func transposedAlias() throws {
    let layer = WeightTyingAutoEncoderLayer(encoder: [FullyConnected(2, bias: false)])
    let network = try Network(input: Layout("BC", [nil, 3])) { layer }
    let weights = try #require(layer.tiedLayers.first).weights
    try network.parameter(at: "autoencoder/encoder/fc/weights").set(weights * 2)
    let x = try numbers([2, 3])
    let expected = try sigmoid(matmul(matmul(x, weights * 2), (weights * 2).transposed))
    #expect(try network.predict(x).isClose(to: expected, relative: 1e-6))
  }

  @Test("stays tied when the network is cast, frozen and unfrozen, or edited elsewhere")
  func persistence() throws {
    let shared = FullyConnected(3)
    let network = try Network(input: Layout("BC", [nil, 3])) {
      shared.named("first")
      Tanh().named("middle")
      shared.named("second")
    }
    let ties = network.ties
    let parameters = network.parameters
    try network.cast(to: .float64)
    try network.freeze()
    try network.unfreeze()
    try network.replace(
      "middle",
      with: Network {
        FullyConnected(3); ReLU()
      })
    try network.initialize()
    #expect(network.ties == ties)
    #expect(zip(network.parameters, parameters).allSatisfy { $0 === $1 })
    try network.replace("second", with: FullyConnected(3))
    try network.initialize()
    #expect(network.ties.isEmpty)
  }
}
