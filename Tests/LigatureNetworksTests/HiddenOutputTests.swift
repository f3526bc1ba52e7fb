import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

@Suite("Outputs of layers within a network")
struct HiddenOutputTests {
  private func chain() throws -> Network {
    try Network(input: Layout("BC", [nil, 3]), seed: 3) {
      Network {
        FullyConnected(4)
        Tanh()
      }.named("encoder")
      FullyConnected(2).named("out")
    }
  }

  private func input(_ count: Int) throws -> Tensor {
    var random = RandomStream(seed: 1)
    return try random.normal([count, 3])
  }

  @Test func `are those that the rest of the network is given, in the order of the paths`() throws {
    let network = try chain()
    let x = try input(5)
    let found = try network.predict(x, outputs: ["out", "encoder/tanh", "encoder/fc", "encoder"])
    #expect(try found[0].doubles() == network.predict(x).doubles())
    #expect(try found[1].doubles() == tanh(found[2]).doubles())
    #expect(try found[1].doubles() == found[3].doubles())
    #expect(found.map(\.shape) == [[5, 2], [5, 4], [5, 4], [5, 4]])
  }

  @Test func `do not depend on the size of batches`() throws {
    let network = try chain()
    let x = try input(7)
    let whole = try network.predict(x, outputs: ["encoder/fc"])
    let parts = try network.predict(x, outputs: ["encoder/fc"], batchSize: 3)
    #expect(try whole[0].doubles() == parts[0].doubles())
  }

  @Test func `of each use of a layer have a path of their own`() throws {
    let network = try Network(input: Layout("BC", [nil, 3]), seed: 3) {
      Walk(Network { FullyConnected(3) }).named("walk")
    }
    let x = try input(2)
    let uses = ["walk/step/fc", "walk/step#2/fc", "walk/step#3/fc", "walk/step#1/fc"]
    let found = try network.predict(x, outputs: uses).map { try $0.doubles() }
    #expect(found[0] == found[3])
    #expect(Set(found).count == 3)
    #expect(try found[2] == network.predict(x).doubles())
  }

  @Test func `of uses that otherwise run as one batch are told apart`() throws {
    let network = try Network(input: Layout("BC", [nil, 3]), seed: 3) {
      Mapped(part: Network { FullyConnected(3) }).named("mapped")
    }
    let x = try input(2)
    let found = try network.predict(x, outputs: ["mapped/part", "mapped/part#2"])
    #expect(try found[0].doubles() != found[1].doubles())
  }

  @Test func `of several ports are named by port`() throws {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    try network.add(Thrice(Network { FullyConnected(2) }), named: "thrice")
    try network.connect("x", to: "thrice")
    let x = try input(2)
    let found = try network.predict(x, outputs: ["thrice/b", "thrice/network"])
    #expect(try found[0].doubles() == found[1].doubles())
    let error = #expect(throws: LayerError.self) {
      try network.predict(x, outputs: ["thrice"])
    }
    #expect(
      error?.description
        == "thrice: has 3 outputs, and one was asked for. Name one: thrice/a, thrice/b, thrice/c.")
  }

  @Test func `that there are not are refused with names near them`() throws {
    let network = try chain()
    let x = try input(2)
    func refusal(_ path: String) -> String? {
      #expect(throws: LayerError.self) { try network.predict(x, outputs: [path]) }?.description
    }
    #expect(
      refusal("fc") == "fc: the prediction calls no such layer. Near it are encoder/fc.")
    #expect(
      refusal("encodre/tanh")
        == "encodre/tanh: the prediction calls no such layer. Near it are encoder/tanh.")
    #expect(
      refusal("something/else/entirely")
        == "something/else/entirely: the prediction calls no such layer. There are encoder/fc, "
        + "encoder/tanh, encoder, out.")
  }
}

/// Three steps of one network.
private struct Walk: CustomLayer {
  @Learnable var step: Network
  init(_ step: Network) { self.step = step }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try step(step(step(x, in: context), in: context), in: context)
  }
}

private struct Mapped: CustomLayer {
  @Learnable var part: Network
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let parts = try part(mapping: [x, x * 2], in: context)
    return try parts[0] + parts[1]
  }
}
