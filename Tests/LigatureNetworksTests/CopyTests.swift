import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

@Suite("Copying a network")
struct CopyTests {
  private struct Uncodable: CustomLayer {
    func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }
  }

  @Test("that holds a layer which is not Codable is an error that names it")
  func uncodable() {
    let network = Network {
      ReLU(); Network { Uncodable().named("mine") }.named("inner")
    }
    #expect(
      message { try network.copy() }
        == "inner/mine: Uncodable cannot be copied, because it is not Codable. "
        + "Declare it Codable: Uncodable: CustomLayer, Codable.")
  }

  private final class Loud: WeightTyingAutoEncoderLayer, @unchecked Sendable {
    override func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      try super.predict(x, in: context) * 2
    }
  }

  @Test("keeps a subclass what it is, however it was declared")
  func subclass() throws {
    let layer: WeightTyingAutoEncoderLayer = Loud(encoder: [FullyConnected(2)])
    let network = Network { layer }
    let x = try numbers([2, 3])
    let expected = try network.predict(x)
    let copy = try network.copy()
    #expect(copy.layers(of: Loud.self).count == 1)
    #expect(try copy.predict(x).isIdentical(to: expected))
  }

  @Test("keeps one object at two places one object")
  func sharedObject() throws {
    let layer = WeightTyingAutoEncoderLayer(encoder: [FullyConnected(2)])
    let copy = try Network {
      layer.named("a"); layer.shared().named("b")
    }.copy()
    let copies = copy.graph.nodes.map { ObjectIdentifier($0.layer as AnyObject) }
    #expect(copies[0] == copies[1])
    #expect(copies[0] != ObjectIdentifier(layer))
  }

  @Test("before it is initialised copies seed and deferred learnables")
  func deferred() throws {
    let network = Network {
      FullyConnected(4); FunctionLayer(learnables: ["a": .deferred]) { x, _, _ in x }
    }
    network.seed = 5
    let copy = try network.copy()
    #expect(copy.seed == 5 && copy.hasDeferred)
    let plain = Network { FullyConnected(4) }
    plain.seed = 5
    let second = try plain.copy()
    let x = try numbers([2, 3])
    #expect(try second.predict(x).isIdentical(to: plain.predict(x)))
  }

  @Test("keeps frozen and factored learnables so")
  func factors() throws {
    let network = try Network(input: Layout("BC", [nil, 3])) { FullyConnected(4) }
    try network.freeze("**/bias")
    try network.setL2Factor(0.5, for: "**/weights")
    let copy = try network.copy()
    #expect(copy.learnRateFactors == ["fc/weights": 1, "fc/bias": 0])
    #expect(copy.l2Factors == ["fc/weights": 0.5, "fc/bias": 0])
  }
}
