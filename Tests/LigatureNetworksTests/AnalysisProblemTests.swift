import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

@Suite("Problems that an analysis finds")
struct AnalysisProblemTests {
  @Test func `every problem of a graph is found, and what can run is tried nevertheless`() throws {
    let network = Network()
    try network.addInput("a", Layout("BC", [nil, 3]))
    try network.addInput("b")
    try network.addInput("c")
    for name in ["r1", "r2", "r3", "r4", "fed"] { try network.add(ReLU(), named: name) }
    try network.add(Addition(), named: "sum")
    try network.add(Unmarked(), named: "unmarked")
    try network.connect(["r1", "r2", "r1"])
    try network.connect(["r3", "r4", "r3"])
    try network.connect(["a", "unmarked"])
    try network.connect("b", to: "fed")
    try network.add(FullyConnected(2), named: "fc")
    try network.connect("a", to: "fc")
    let analysis = analyze(network)
    #expect(
      messages(analysis) == """
        unconnectedPort: sum: input port "in1" is connected to nothing. Connect it with \
        connect(_:to: "sum/in1"), or declare a network input with addInput(_:).
        unconnectedPort: sum: input port "in2" is connected to nothing. Connect it with \
        connect(_:to: "sum/in2"), or declare a network input with addInput(_:).
        unmarkedProperty: unmarked: property `table` of Unmarked has type Tensor and is not marked, \
        so it would not be trained, counted or saved. Write @Learnable var table (or \
        @LayerState for what is not learned).
        unmarkedProperty: unmarked: property `layers` of Unmarked has type Array<Layer> and is not \
        marked, so it would not be trained, counted or saved. Write @Learnable var layers (or \
        @LayerState for what is not learned).
        unusedInput: network: network input "c" feeds nothing. Connect it with connect("c", to: \
        ...).
        cycle: r2: layers form a cycle: r2 → r1 → r2. Remove one of these connections with \
        disconnect(_:from:).
        cycle: r4: layers form a cycle: r4 → r3 → r4. Remove one of these connections with \
        disconnect(_:from:).
        unknownInput: network: the layout of input "b" is not known, so what it feeds was not \
        tried. Declare it, with Network(input: Layout(...)) or addInput("b", Layout(...)), or \
        give an example: analyze(network, example: [...]).
        """)
    #expect(analysis.layers.first { $0.path == "fc" }?.multiplyAdds == 6)
    #expect(analysis.multiplyAdds == nil)
  }

  @Test func `sizes that do not fit are found in every branch`() throws {
    let network = try mismatched()
    #expect(
      messages(analyze(network)) == """
        mismatch: fc: linear: the inner sizes differ: [2, 3] · [7, 2] (3 against 7); its input \
        is BC [2, 3] from features. Transpose an operand, or correct the size before it.
        mismatch: onImage: a fully connected layer takes features in the last axis, found BSSC \
        [2, 4, 4, 1]; its input is BSSC [2, 4, 4, 1] from image. Put Flatten() before it.
        mismatch: sum: +: shapes [2, 3] and [2, 4] do not fit; its input is BC [2, 3] from \
        features and BC [2, 4] from wider/out. Sizes must be equal or 1, counted from the last \
        axis.
        mismatch: thrice/network/fc: linear: the inner sizes differ: [2, 3] · [9, 2] (3 against \
        9). Transpose an operand, or correct the size before it.
        """)
  }

  @Test func `an example that does not fit the declared layout is refused in words`() throws {
    let network = try Network(input: Layout("BC", [nil, 3])) { ReLU() }
    #expect(
      try messages(network, [2, 4]) == """
        mismatch: network: input "input" expects BC [*, 3], found shape [2, 4]. Give data of \
        that layout, or declare another one.
        """)
    #expect(
      messages(analyze(network, example: [])) == """
        mismatch: network: takes 1 input (input) and was given 0. Give one tensor for each input.
        """)
  }

  @Test func `an input without a layout is asked for`() {
    #expect(
      messages(analyze(Network { FullyConnected(2) })) == """
        unknownInput: network: the layout of input "input" is not known, so what it feeds was \
        not tried. Declare it, with Network(input: Layout(...)) or addInput("input", \
        Layout(...)), or give an example: analyze(network, example: [...]).
        """)
  }

  @Test func `learnables that nothing reads, or nothing initialises, are named`() throws {
    let network = try Network([Idle().named("idle")])
    #expect(
      try messages(network, [2, 3]) == """
        unusedLearnable: idle/idle: no layer reads it, in prediction or in training, so it \
        never learns. Use it in predict(_:in:), or remove it.
        """)
    let forgetful = Network([Forgetful().named("forgetful")])
    #expect(
      try messages(forgetful, [2, 3]) == """
        uninitialized: forgetful/first: has no value although its layer was initialised. Assign \
        it in the layer's initialize(for:in:), or give it a value in init.
        uninitialized: forgetful/second/1: has no value although its layer was initialised. \
        Assign it in the layer's initialize(for:in:), or give it a value in init.
        """)
  }

  @Test func `names that occur twice are named`() throws {
    let chain = Network {
      ReLU().named("same")
      Tanh().named("same")
    }
    #expect(
      try messages(chain, [2, 3]) == """
        duplicateName: same: two layers of one network have this name. Give each its own.
        """)
    let hidden = Network([Derived()])
    #expect(
      try messages(hidden, [2, 3]) == """
        duplicateName: derived/scale: two learnables go by this path. Rename one of the \
        properties, in the class or in its superclass.
        """)
  }

  @Test func `problems inside nested networks have the path from the outermost`() throws {
    let inner = Network()
    try inner.addInput("x")
    try inner.add(Addition(), named: "sum")
    try inner.connect("x", to: "sum/in2")
    let network = Network([Thrice(inner).named("thrice")])
    #expect(
      try messages(network, [2, 3]) == """
        unconnectedPort: thrice/network/sum: input port "in1" is connected to nothing. Connect \
        it with connect(_:to: "sum/in1"), or declare a network input with addInput(_:).
        """)
  }

  @Test func `a network that contains itself is not run`() throws {
    let inner = Thrice(Network { ReLU() })
    let network = Network([inner.named("thrice")])
    inner.network = network
    #expect(
      try messages(network, [2, 3]) == """
        containsItself: thrice/network: the network contains itself here. Put an independent \
        network here, or one made with copy().
        """)
  }

  @Test func `a network without layers has one problem`() {
    #expect(
      messages(analyze(Network())) == """
        noLayers: network: the network has no layers. Add at least one.
        """)
  }

  @Test func `layers that are repeated by accident are named, and others are not`() throws {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    let layer = FullyConnected(3)
    try network.add(layer, named: "a")
    try network.add(layer.shared(), named: "b")
    try network.add(Pair(layer), named: "pair")
    try network.connect(["x", "a", "b", "pair"])
    #expect(
      messages(analyze(network)) == """
        accidentalTie: pair/second: is one layer with pair/first, with one set of learnables. Make \
        a layer for each property (copying a structure copies a handle), or hold it in one \
        property and call that twice.
        """)
    let twice = Network()
    try twice.addInput("x", Layout("BC", [nil, 3]))
    try twice.add(layer, named: "a")
    try twice.add(layer, named: "b")
    try twice.add(ReLU(), named: "r")
    try twice.connect(["x", "a", "b", "r"])
    #expect(
      messages(twice.analysis) == """
        accidentalTie: b: is one layer with a, with one set of learnables. Make a layer for each \
        place, or write .shared() if that is meant.
        """)
    #expect(twice.analysis.multiplyAdds == 18, "it runs nevertheless")
  }

  @Test func `branches that no data reaches are named`() throws {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    for name in ["alive", "loose", "behind", "further"] { try network.add(ReLU(), named: name) }
    try network.connect("x", to: "alive")
    try network.connect(["loose", "behind", "further"])
    #expect(
      messages(analyze(network)) == """
        unconnectedPort: loose: input port "in" is connected to nothing. Connect it with \
        connect(_:to: "loose/in"), or declare a network input with addInput(_:).
        deadBranch: behind: no data ever reaches it, nor what it feeds: it is fed by loose, which \
        cannot run. Repair loose, or remove this layer.
        """)
  }

  @Test func `branches without a gradient are named, frozen ones are not`() throws {
    let network = try Network(input: Layout("BC", [nil, 3])) { Detached().named("layer") }
    let message = """
      deadBranch: layer/side: no output depends on its weights, bias by a gradient in training, so \
      they never learn. Return what the branch computes, or remove it; what is detached, rounded or \
      compared has no gradient.
      """
    #expect(messages(analyze(network)) == message)
    try network.freeze("layer/side")
    #expect(messages(analyze(network)) == "")
  }
}

/// One layer in two properties.
private struct Pair: CustomLayer {
  @Learnable var first: FullyConnected
  @Learnable var second: FullyConnected
  init(_ layer: FullyConnected) {
    first = layer
    second = layer
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try second(first(x, in: context), in: context)
  }
}

/// Runs a layer and uses its output as a constant.
private struct Detached: CustomLayer {
  @Learnable var main = FullyConnected(3)
  @Learnable var side = FullyConnected(3)
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try main(x, in: context) + side(x, in: context).detached
  }
}

private func messages(_ network: Network, _ shape: [Int]) throws -> String {
  messages(analyze(network, example: [try .zeros(shape)]))
}

private func messages(_ analysis: NetworkAnalysis) -> String {
  analysis.problems.map { "\($0.kind.rawValue): \($0)" }.joined(separator: "\n")
}

private struct Unmarked: CustomLayer {
  let table: Tensor = .deferred
  let layers: [any Layer] = [ReLU()]
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }
}

private struct Idle: CustomLayer {
  @Learnable var idle: Tensor
  @Learnable var trained: Tensor
  init() throws {
    idle = try .ones([3])
    trained = try .ones([3])
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor { try x * trained }
}

private struct Forgetful: CustomLayer {
  @Learnable var first: Tensor = .deferred
  @Learnable var second: [Tensor] = .deferred
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }
}

private class Inherited: CustomLayer, @unchecked Sendable {
  @Learnable private final var scale: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    scale = try .ones([x.shape[1]], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * scale }
}

private final class Derived: Inherited, @unchecked Sendable {
  @Learnable private final var scale: Tensor = .deferred
  override func initialize(for x: Tensor, in context: Context) throws {
    try super.initialize(for: x, in: context)
    scale = try .ones([x.shape[1]], context.scalarType)
  }
  override func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try super.predict(x, in: context) + scale
  }
}
