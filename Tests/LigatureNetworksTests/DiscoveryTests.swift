import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

@Suite("What a layer stores")
struct DiscoveryTests {
  private struct Nested: CustomLayer, Codable {
    @Learnable var list: [FullyConnected] = [FullyConnected(3), FullyConnected(3)]
    @Learnable var maybe: FullyConnected? = FullyConnected(3)
    @Learnable var absent: FullyConnected?
    @Learnable var table: [String: Network] = [
      "b": Network { FullyConnected(3) },
      "a": Network {
        Tanh(); FullyConnected(3)
      },
    ]
    @Learnable var grid: [[String: Tensor?]] = [["x": .some(.deferred)], ["y": nil]]
    @Learnable var title: NamedLayer<FullyConnected> = FullyConnected(3).named("head")

    init() { _absent = Learnable(wrappedValue: nil) }

    func initialize(for x: Tensor, in context: Context) throws {
      grid = [["x": try .ones([3])], ["y": nil]]
    }

    func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      var x = try list[1](list[0](x, in: context), in: context)
      if let maybe { x = try maybe(x, in: context) }
      x = try table["a"]!(table["b"]!(x, in: context), in: context)
      return try title(x, in: context) * (grid[0]["x"]!)!
    }
  }

  @Test("is found in arrays, optionals, dictionaries and named layers, at any depth")
  func nesting() throws {
    let network = try Network(input: Layout("BC", [nil, 3])) { Nested() }
    #expect(
      network.learnables.map(\.path) == [
        "nested/grid/1/x",
        "nested/list/1/weights", "nested/list/1/bias", "nested/list/2/weights",
        "nested/list/2/bias",
        "nested/maybe/weights", "nested/maybe/bias",
        "nested/table/a/fc/weights", "nested/table/a/fc/bias",
        "nested/table/b/fc/weights", "nested/table/b/fc/bias",
        "nested/title/head/weights", "nested/title/head/bias",
      ])
    let x = try numbers([2, 3])
    #expect(try network.copy().predict(x).isIdentical(to: network.predict(x)))
    let uses = network.learnables.flatMap { network.uses(of: $0) }
    #expect(
      Set(uses.dropFirst())
        == Set(
          network.learnables.dropFirst().map {
            String($0.path[..<$0.path.lastIndex(of: "/")!])
          }))
    #expect(network.layers(of: FullyConnected.self).count == 6)
    #expect(try network.layer(at: "nested/table/b/fc", as: FullyConnected.self).outputSize == 3)
  }

  @Test("is found in superclasses first")
  func inheritance() throws {
    class Base: CustomLayer, @unchecked Sendable {
      @Learnable final var first: Tensor
      init() { _first = Learnable(wrappedValue: Tensor([Float(1)])) }
      func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * first }
    }
    final class Derived: Base, @unchecked Sendable {
      @Learnable var second: Tensor = Tensor([Float(2)])
      override func predict(_ x: Tensor, in context: Context) throws -> Tensor {
        try super.predict(x, in: context) + second
      }
    }
    let network = Network { Derived().named("derived") }
    #expect(network.learnables.map(\.path) == ["derived/first", "derived/second"])
    #expect(try network.predict(Tensor([Float(3)], shape: [1, 1])).item() == 5)
  }

  private struct PlainTensor: CustomLayer {
    var scale = Tensor([Float(1)])
    func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * scale }
  }
  private struct PlainLayers: CustomLayer {
    let steps: [String: [FullyConnected]?] = ["a": [FullyConnected(2)]]
    func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }
  }

  @Test("is named when it should have been marked and is not")
  func unmarked() throws {
    let input = try numbers([2, 3])
    #expect(
      message { try Network { PlainTensor() }.predict(input) }
        == "plainTensor: property `scale` of PlainTensor has type Tensor and is not marked, so it "
        + "would not be trained, counted or saved. Write @Learnable var scale (or @LayerState for "
        + "what is not learned).")
    #expect(
      message {
        try Network {
          FullyConnected(3); Network { PlainLayers() }
        }.predict(input)
      }
        == "network/plainLayers: property `steps` of PlainLayers has type "
        + "Dictionary<String, Optional<Array<FullyConnected>>> and is not marked, so it would not "
        + "be trained, counted or saved. Write @Learnable var steps (or @LayerState for what is not "
        + "learned).")
  }

  private struct Gates: Sendable {
    let input = Tensor([Float(1)])
  }
  private struct Marked: Sendable {
    @Learnable var gain = Tensor([Float(1)])
  }
  private struct Hidden<Value: Sendable>: CustomLayer {
    let value: Value
    func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }
  }

  @Test("is named when it is inside of what is stored, where no mark counts")
  func hidden() throws {
    let input = try numbers([2, 3])
    #expect(
      message { try Network { Hidden(value: [Gates()]) }.predict(input) }
        == "hidden: property `value` of Hidden<Array<Gates>> has type Array<Gates>, whose `input` "
        + "has type Tensor and is reached by no mark of the layer, so it would not be trained, "
        + "counted or saved. Store it in a property of the layer, marked @Learnable (or @LayerState "
        + "for what is not learned).")
    #expect(
      message { try Network { Hidden(value: Marked()) }.predict(input) }
        == "hidden: property `value` of Hidden<Marked> has type Marked, whose `gain` has type "
        + "Learnable<Tensor> and is not found, since only a layer's own properties are looked at "
        + "for marks, so it would not be trained, counted or saved. Move it into the layer, or make "
        + "its type a CustomLayer and write @Learnable var value.")
    #expect(try Network { Hidden(value: (1, "a")) }.predict(input).isIdentical(to: input))
  }

  @Test("keeps its identity when it is written to")
  func identity() throws {
    let layer = FullyConnected(2)
    let network = try Network(input: Layout("BC", [nil, 3])) { layer }
    let parameter = try network.parameter(at: "fc/weights")
    layer.weights = try numbers([3, 2], seed: 9)
    #expect(try network.parameter(at: "fc/weights") === parameter)
    #expect(try parameter.value.isIdentical(to: numbers([3, 2], seed: 9)))
    #expect(layer.$weights.parameters.first === parameter)
  }

  @Test("may be unknown by name, and the error lists what there is")
  func unknownPaths() throws {
    let network = try Network(input: Layout("BC", [nil, 3])) { FullyConnected(2) }
    #expect(
      message { try network.parameter(at: "fc/wieghts") }
        == "fc/wieghts: there is no such learnable. Paths are fc/weights, fc/bias.")
    #expect(
      message { try network.layer(at: "fc", as: ReLU.self) }
        == "fc: is a FullyConnected, not a ReLU. print(network) lists the layers.")
    #expect(
      message { try network.layer(at: "fd", as: ReLU.self) }
        == "fd: there is no such layer. print(network) lists the layers.")
  }
}
