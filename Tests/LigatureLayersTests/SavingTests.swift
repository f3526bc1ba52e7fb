import Foundation
import LigatureFiles
import LigatureTensors
import Testing

@testable import LigatureInterchange
@testable import LigatureLayers
@testable import LigatureNetworks

@Suite("Saving a network")
struct SavingTests {
  private static let storable = LayerFixture.all.filter {
    !$0.type.hasSuffix("FunctionLayer")
  }

  @Test("and making one of the file gives the same outputs, paths and ties", arguments: storable)
  func roundTrip(_ fixture: LayerFixture) throws {
    let network = try fixture.network()
    let file = try SafetensorsFile(bytes: network.savedBytes(), name: "test")
    try expectEqual(try Network(file), network, fixture)
  }

  @Test("and loading it into an equal one gives the same outputs", arguments: storable)
  func loading(_ fixture: LayerFixture) throws {
    let network = try fixture.network()
    let file = try SafetensorsFile(bytes: network.savedBytes(architecture: false), name: "test")
    let restored = try network.copy()
    for parameter in restored.parameters { try parameter.set(parameter.value * 0) }
    restored.visitStates { _, slot in slot.reset(to: (try? slot.value(for: nil) * 0) ?? .deferred) }
    let parameters = restored.parameters.map { ObjectIdentifier($0) }
    let report = try restored.load(from: file)
    #expect(report.leftOut == [] && report.converted == [])
    #expect(restored.parameters.map { ObjectIdentifier($0) } == parameters)
    try expectEqual(restored, network, fixture)
  }

  private func expectEqual(
    _ found: Network, _ network: Network, _ fixture: LayerFixture
  ) throws {
    #expect(found.learnables.map(\.path) == network.learnables.map(\.path))
    #expect(found.learnables.map(\.aliases) == network.learnables.map(\.aliases))
    #expect(found.scalarType == network.scalarType && !found.hasDeferred)
    let inputs = try fixture.inputs(batch: 3)
    for phase in Phase.allCases {
      let one = try LayerFixture.outputs(of: found, inputs, phase).values
      let other = try LayerFixture.outputs(of: network, inputs, phase).values
      #expect(try zip(one, other).allSatisfy { try $0.isIdentical(to: $1) })
    }
    #expect(try found.savedBytes() == network.savedBytes())
  }

  @Test("knows every built-in layer")
  func registry() throws {
    for fixture in Self.storable {
      let layer = try fixture.make()
      guard !(layer is Network) else { continue }
      let name = try LayerRegistry.builtIn.name(of: type(of: layer as any Layer))
      #expect(LayerRegistry.builtIn.type(named: name) != nil, "add \(name) to builtIn")
    }
  }

  @Test("with a closure names it, and what to do instead")
  func closures() throws {
    let network = Network {
      ReLU(); Network { FunctionLayer { x in x } }.named("inner")
    }
    #expect(
      message { try network.savedBytes() }
        == "inner/function: FunctionLayer cannot be stored with its architecture, because it is a "
        + "closure. Make it a CustomLayer, Codable, or save values only: save(to:architecture: "
        + "false).")
    #expect(throws: Never.self) { try network.savedBytes(architecture: false) }
  }

  private struct Uncodable: CustomLayer {
    func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }
  }

  @Test("with a layer that is not Codable names it")
  func uncodable() {
    let network = Network { Uncodable().named("mine") }
    #expect(message { try network.savedBytes() }.hasPrefix("mine: Uncodable cannot be") == true)
  }

  struct Doubled: CustomLayer, Codable {
    @Learnable var part: Network
    @Learnable var scale: Tensor = .deferred
    @Learnable var others: [String: [Tensor]] = [:]
    @Learnable var maybe: Tensor?
    var note = "a \"note\""

    init(part: Network) {
      self.part = part
      maybe = nil
    }

    func initialize(for x: Tensor, in context: Context) throws {
      scale = try .full([x.shape[1]], 2, context.scalarType)
      others = ["b": [scale], "a": []]
    }

    func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      try part(part(x, in: context), in: context) * scale
    }
  }

  @Test("that shares a network between two custom layers keeps it one, by registration")
  func shared() throws {
    let part = Network {
      FullyConnected(3); BatchNormalization()
    }
    let network = try Network(input: Layout("BC", [nil, 3])) {
      Doubled(part: part).named("first"); Doubled(part: part).named("second")
    }
    try network.freeze("**/bias")
    try network.setL2Factor(0.25, for: "first/part/fc/weights")
    network.seed = .max
    let x = try numbers([4, 3])
    _ = try valueAndGradients(of: network) { context in
      try network(x, in: context).sum()
    }
    let bytes = try network.savedBytes()
    let file = try SafetensorsFile(bytes: bytes, name: "test")
    #expect(file.names.filter { $0.hasSuffix("weights") } == ["first/part/fc/weights"])
    let restored = try Network(file, registry: .builtIn.adding(Doubled.self))
    #expect(
      restored.ties.map(\.owner) == restored.learnables.filter { !$0.aliases.isEmpty }.map(\.path))
    #expect(restored.learnables.map(\.aliases) == network.learnables.map(\.aliases))
    #expect(restored.learnRateFactors == network.learnRateFactors)
    #expect(restored.l2Factors == network.l2Factors && restored.seed == .max)
    #expect(restored.layers(of: Doubled.self).map(\.note) == ["a \"note\"", "a \"note\""])
    #expect(try restored.predict(x).isIdentical(to: network.predict(x)))
    let parts = restored.layers(of: Doubled.self).map { ObjectIdentifier($0.part) }
    #expect(parts[0] == parts[1])
    #expect(
      message { try Network(file) }
        == "first: its type \"Doubled\" is not known. Register it: Network(contentsOf: url, "
        + "registry: .builtIn.adding(Doubled.self)).")
  }

  @Test("keeps graphs, ports and input layouts")
  func graphs() throws {
    let network = Network()
    try network.addInput("a", Layout("BC", [nil, 3]))
    try network.addInput("b", Layout("BTC", [nil, 2, 3], .float64))
    let weights = FullyConnected(4)
    try network.add(weights, named: "one")
    try network.add(weights, named: "two")
    try network.add(Addition(3), named: "sum")
    try network.connect("a", to: "one")
    try network.connect("a", to: "two")
    try network.connect("one", to: "sum/in1")
    try network.connect("two", to: "sum/in3")
    try network.connect("a", to: "sum/in2")
    let restored = try Network(SafetensorsFile(bytes: network.savedBytes(), name: "test"))
    #expect(try restored.architecture { "\($0)" } == network.architecture { "\($0)" })
    #expect(restored.inputNames == ["a", "b"] && restored.outputNames == ["sum"])
    #expect(restored.graph.inputs.map(\.layout) == network.graph.inputs.map(\.layout))
    #expect(restored.learnables.map(\.aliases) == [["two/weights"], ["two/bias"]])
    #expect(restored.hasDeferred)
  }

  @Test("before it has values keeps its seed, so that both begin with the same ones")
  func deferred() throws {
    let network = Network {
      FullyConnected(4); WeightTyingAutoEncoderLayer(encoder: [FullyConnected(2)])
    }
    network.seed = 9
    let restored = try Network(SafetensorsFile(bytes: network.savedBytes(), name: "test"))
    let x = try numbers([2, 3])
    #expect(try restored.predict(x).isIdentical(to: network.predict(x)))
  }

  private final class Loud: WeightTyingAutoEncoderLayer, @unchecked Sendable {
    override func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      try super.predict(x, in: context) * 2
    }
  }

  @Test("keeps a subclass what it is, and one object at two places one object")
  func subclass() throws {
    let layer: WeightTyingAutoEncoderLayer = Loud(encoder: [FullyConnected(2)])
    let network = Network {
      layer.named("a"); layer.named("b")
    }
    let x = try numbers([2, 3])
    let expected = try network.predict(x)
    let registry = LayerRegistry.builtIn.adding(Loud.self, as: "loud")
    let file = try SafetensorsFile(bytes: network.savedBytes(registry: registry), name: "test")
    let restored = try Network(file, registry: registry)
    #expect(try restored.predict(x).isIdentical(to: expected))
    let objects = restored.graph.nodes.map { ObjectIdentifier($0.layer as AnyObject) }
    #expect(objects[0] == objects[1])
  }

  @Test("refuses two types of one name")
  func names() {
    let registry = LayerRegistry.builtIn.adding(ReLU.self, as: "x").adding(GELU.self, as: "x")
    let network = Network {
      ReLU(); GELU()
    }
    #expect(
      message { try network.savedBytes(registry: registry) }.contains(
        "ReLU would be called \"x\" in the file, which is LigatureLayers.GELU in the registry"))
  }

  @Test("keeps strings of one's own beside its own")
  func metadata() throws {
    let folder = FileManager.default.temporaryDirectory
    let url = folder.appending(path: "\(UUID()).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    let network = Network { ReLU() }
    try network.save(to: url, metadata: ["author": "me"])
    let file = try SafetensorsFile(contentsOf: url)
    #expect(file.metadata["author"] == "me" && file.metadata["ligature"] == "1")
    #expect(try Network(contentsOf: url).layers(of: ReLU.self).count == 1)
    #expect(throws: LayerError.self) { try network.save(to: url, metadata: ["ligature.x": ""]) }
  }
}
