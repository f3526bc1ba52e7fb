import LigatureTensors
import Testing

@testable import LigatureLayers

/// Wires and aliases in every way that they could be broken.
@Suite("Wires and aliases hold")
struct WireLimitTests {
  /// Square layers in a row, named in order.
  private func row(_ names: [String], size: Int = 3, bias: Bool = false) throws -> Network {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, size]))
    for name in names { try network.add(FullyConnected(size, bias: bias), named: name) }
    try network.connect(["x"] + names)
    return network
  }

  private func transposing(_ name: String, in network: Network, _ from: String, _ to: String) throws
  {
    try network.add(Permute([1, 0]), named: name)
    try network.connect(from, to: name)
    try network.connect(name, to: to)
  }

  private func expectSum(_ network: Network, _ powers: (Tensor) throws -> Tensor) throws {
    let x = try numbers([2, 3])
    let weights = try #require(network.parameters.first).value
    #expect(try network.predict(x).isClose(to: matmul(x, powers(weights)), relative: 1e-5))
    #expect(network.learnableCount == 9)
  }

  // MARK: Chains and circles

  @Test("a wire of a wire leads to the owner, made in either order", arguments: [false, true])
  func chains(backwards: Bool) throws {
    let network = try row(["a", "b", "c"])
    let wires = [("a/weights", "b/weights"), ("b/weights", "c/weights")]
    for (source, target) in backwards ? wires.reversed() : wires {
      try network.connect(source, to: target)
    }
    try network.initialize()
    #expect(network.learnables[0].aliases == ["b/weights", "c/weights"])
    try expectSum(network) { try matmul($0, matmul($0, $0)) }
    try network.disconnect("a/weights", from: "b/weights")
    try network.initialize()
    #expect(network.ties.map(\.owner) == ["b/weights"])
  }

  @Test("a wire of a wire goes through both permutations")
  func transposedChain() throws {
    let network = try row(["a", "b", "c"])
    try transposing("t1", in: network, "a/weights", "b/weights")
    try transposing("t2", in: network, "b/weights", "c/weights")
    try network.initialize()
    #expect(network.learnables[0].transforms["c/weights"] == "t1, t2")
    try expectSum(network) { try matmul($0, matmul($0.transposed, $0)) }
    #expect(analyze(network).problems.isEmpty)
  }

  @Test("wires that go round are refused, or found before anything runs")
  func circles() throws {
    let network = try row(["a", "b"])
    try network.connect("a/weights", to: "b/weights")
    #expect(
      message { try network.connect("b/weights", to: "a/weights") }
        == "a: weights would be wired to itself: a/weights is made of it. "
        + "Connect another learnable, or none.")
    let through = try row(["a", "b"])
    try transposing("t1", in: through, "a/weights", "b/weights")
    try through.add(Permute([1, 0]), named: "t2")
    try through.connect("t2", to: "a/weights")
    try through.connect("b/weights", to: "t2")
    #expect(message { try through.predict(.zeros([1, 3])) }.contains("layers form a cycle"))
    #expect("\(through)".contains("layers form a cycle"))
    #expect(analyze(through).problems.contains { $0.kind == .cycle })
  }

  @Test("a wire from an alias of its own target is refused")
  func aliasCircle() throws {
    let network = try row(["a", "b"])
    try network.tie("b/weights", to: "a/weights")
    #expect(
      message { try network.connect("b/weights", to: "a/weights") }
        .hasPrefix("a: weights would be wired to itself"))
    let inner = try row(["p", "q"])
    try inner.connect("p/weights", to: "q/weights")
    let outer = Network()
    try outer.add(inner, named: "inner")
    #expect(
      message { try outer.connect("inner/q/weights", to: "inner/p/weights") }
        .hasPrefix("inner: p/weights would be wired to itself"))
  }

  @Test("an alias of a wired learnable is the wire's owner's")
  func aliasOfWired() throws {
    let network = try row(["a", "b", "c"])
    try network.tie("c/weights", to: "b/weights", transform: .transpose)
    try network.connect("a/weights", to: "b/weights")
    try network.initialize()
    #expect(network.learnables[0].aliases == ["b/weights", "c/weights"])
    #expect(network.learnables[0].transforms == ["c/weights": "transpose"])
    try expectSum(network) { try matmul($0, matmul($0, $0.transposed)) }
  }

  // MARK: Layers at several places

  @Test("a wire reaches a layer wherever it stands")
  func sharedTarget() throws {
    let network = try row(["a", "b"])
    let shared: FullyConnected = try network.layer(at: "b")
    try network.add(shared.shared(), named: "again")
    try network.connect("b", to: "again")
    try network.connect("a/weights", to: "b/weights")
    try network.initialize()
    try expectSum(network) { try matmul($0, matmul($0, $0)) }
    try network.add(FullyConnected(3), named: "other")
    #expect(
      message { try network.connect("other/weights", to: "again/weights") }
        == "again: weights is one learnable with b/weights, which is wired to a/weights. "
        + "Wire both to the same, or put a copy of the layer at one of the places.")
  }

  @Test("a permuted wire has to be made at each place, and says so")
  func permutedSharedTarget() throws {
    let network = try row(["a", "b"])
    let shared: FullyConnected = try network.layer(at: "b")
    try network.add(shared.shared(), named: "again")
    try network.connect("b", to: "again")
    try transposing("t", in: network, "a/weights", "b/weights")
    #expect(
      message { try network.initialize() }.contains(
        "a learnable that is wired to a/weights through t was read where it is not connected. "
          + "Connect it at this place too"))
    try network.connect("t", to: "again/weights")
    try network.initialize()
    try expectSum(network) { try matmul($0, matmul($0.transposed, $0.transposed)) }
  }

  @Test("a layer is not wired to itself at another place")
  func sameLayer() throws {
    let network = try row(["a"])
    let layer: FullyConnected = try network.layer(at: "a")
    try network.add(layer.shared(), named: "again")
    #expect(
      message { try network.connect("a/weights", to: "again/weights") }
        .hasPrefix("again: weights would be wired to itself"))
  }

  @Test("two networks that share a layer share what it is tied to")
  func acrossNetworks() throws {
    let shared = FullyConnected(3, bias: false)
    let first = Network {
      FullyConnected(3, bias: false).named("own"); shared.named("shared")
    }
    let second = Network { shared.named("shared") }
    try first.initialize(for: [.zeros([1, 3])])
    try first.tie("shared/weights", to: "own/weights", transform: .transpose)
    let owner = try first.parameter(at: "own/weights")
    #expect(second.parameters.map { $0 === owner } == [true])
    let x = try numbers([2, 3])
    #expect(try second.predict(x).isClose(to: matmul(x, owner.value.transposed), relative: 1e-5))
    let snapshot = second.snapshot()
    let before = try second.predict(x)
    try owner.set(owner.value + 1)
    snapshot.restore()
    #expect(try second.predict(x).isIdentical(to: before))
    let copy = try second.copy()
    try owner.set(owner.value + 1)
    #expect(try copy.predict(x).isIdentical(to: before))
  }

  // MARK: Editing

  @Test("a copy can be untied without the original noticing")
  func copyThenUntie() throws {
    let network = try row(["a", "b"])
    try network.tie("b/weights", to: "a/weights", transform: .transpose)
    try network.initialize()
    let copy = try network.copy()
    try copy.untie("b/weights")
    #expect(copy.ties.isEmpty && network.ties.count == 1)
    #expect(try copy.predict(numbers([2, 3])).isIdentical(to: network.predict(numbers([2, 3]))))
  }

  @Test("taking a node on the way out is named before anything runs")
  func removedOnTheWay() throws {
    let network = try row(["a", "b"])
    try transposing("t", in: network, "a/weights", "b/weights")
    try network.initialize()
    #expect(message { try network.remove("a") }.contains("goes through t to other layers"))
    try network.remove("t")
    #expect(
      message { try network.predict(.zeros([1, 3])) }
        == "b: its weights is wired to t/out, which does not exist. Connect it anew.")
    #expect("\(network)".contains("wired to t/out, which does not exist"))
    try network.copy().connect("a/weights", to: "b/weights")
    try network.disconnect("t", from: "b/weights")
    try network.initialize()
    #expect(network.learnableCount == 18)
  }

  @Test("a replaced layer is free of the wires of its place")
  func replacedTarget() throws {
    let network = try row(["a", "b"])
    try network.connect("a/weights", to: "b/weights")
    let former: FullyConnected = try network.layer(at: "b")
    try network.replace("b", with: FullyConnected(3, bias: false))
    try network.initialize()
    try expectSum(network) { try matmul($0, $0) }
    let alone = Network { former }
    try alone.initialize(for: [.zeros([1, 3])])
    #expect(alone.learnableCount == 9)
    #expect(try alone.parameters[0] !== network.parameters[0])
  }

  @Test("a layer put into a nested network gets the wire of its place")
  func replacedInside() throws {
    let network = try row(["a"])
    let inner = Network { FullyConnected(3, bias: false) }
    try network.add(inner, named: "inner")
    try network.connect("a", to: "inner")
    try network.connect("a/weights", to: "inner/fc/weights")
    try network.initialize()
    try inner.replace("fc", with: FullyConnected(weights: .ones([3, 3])))
    try expectSumAfterPredicting(network) { try matmul($0, $0) }
  }

  private func expectSumAfterPredicting(
    _ network: Network, _ powers: (Tensor) throws -> Tensor
  ) throws {
    _ = try network.predict(.zeros([1, 3]))
    try expectSum(network, powers)
  }

  @Test("an owner that is removed hands on what it was tied to itself")
  func removedAlias() throws {
    let network = try row(["z", "a", "b"])
    try network.tie("a/weights", to: "z/weights", transform: .transpose)
    try network.connect("a/weights", to: "b/weights")
    try network.initialize()
    try network.remove("a")
    try network.connect("z", to: "b")
    #expect(network.ties.map(\.aliases) == [["b/weights"]])
    try expectSum(network) { try matmul($0, $0.transposed) }
  }

  @Test("an owner that is removed at one of its places stays the owner")
  func removedTwin() throws {
    let network = try row(["a", "b"])
    let shared: FullyConnected = try network.layer(at: "a")
    try network.add(shared.shared(), named: "twin")
    try network.connect("b", to: "twin")
    try network.connect("a/weights", to: "b/weights")
    try network.initialize()
    let owner = try network.parameter(at: "a/weights")
    try network.remove("a")
    try network.connect("x", to: "b")
    #expect(network.learnables.map(\.path) == ["twin/weights"])
    #expect(try network.parameter(at: "b/weights") === owner)
    try expectSum(network) { try matmul($0, $0) }
  }

  @Test("a snapshot brings aliases back as they were, and leaves wires to the graph")
  func snapshots() throws {
    let network = try row(["a", "b", "c"])
    try network.initialize()
    let (x, apart) = (try numbers([2, 3]), network.snapshot())
    let before = try network.predict(x)
    try network.tie("b/weights", to: "a/weights", transform: .transpose)
    let (tied, together) = (try network.predict(x), network.snapshot())
    try network.untie("b/weights")
    try network.parameter(at: "b/weights").set(.ones([3, 3]))
    together.restore()
    #expect(network.ties.map(\.aliases) == [["b/weights"]])
    #expect(try network.predict(x).isIdentical(to: tied))
    apart.restore()
    #expect(network.ties.isEmpty)
    #expect(try network.predict(x).isIdentical(to: before))
    try network.connect("a/weights", to: "c/weights")
    apart.restore()
    _ = try network.predict(x)
    #expect(network.ties.map(\.aliases) == [["c/weights"]])
    let wired = network.snapshot()
    try network.disconnect("a/weights", from: "c/weights")
    try network.initialize()
    wired.restore()
    #expect(network.ties.isEmpty && network.learnableCount == 27)
    _ = try network.predict(x)
  }

  @Test("editing while another task predicts gives results or errors, and never ends the program")
  func concurrentEditing() async throws {
    let network = try row(["a", "b"])
    try network.initialize()
    let x = try numbers([2, 3])
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<2 {
        group.addTask { for _ in 0..<60 { _ = try? network.predict(x) } }
      }
      group.addTask {
        for _ in 0..<20 {
          try? network.tie("b/weights", to: "a/weights", transform: .transpose)
          try? network.untie("b/weights")
          try? network.connect("a/weights", to: "b/weights")
          try? network.disconnect("a/weights", from: "b/weights")
        }
      }
    }
    #expect(try network.predict(x).shape == [2, 3])
  }

  // MARK: First values

  @Test("a learnable is deferred behind its aliases until its owner runs")
  func deferredOwner() throws {
    let network = try row(["a", "b"])
    try network.tie(
      "a/weights", to: "b/weights", transform: .function("doubled") { try $0 * 2 })
    #expect("\(network)".contains("a = ") == false)
    #expect(message { try network.initialize() }.hasPrefix("a: linear: a learnable is deferred"))

    try network.parameter(at: "b/weights").set(.ones([3, 3]))
    try network.initialize()
    try expectSum(network) { try matmul($0 * 2, $0) }
  }

  @Test("a list that gets its length keeps ties and factors given before")
  func growingList() throws {
    let layer = WeightTyingAutoEncoderLayer(encoder: [FullyConnected(3), FullyConnected(3)])
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    try network.add(FullyConnected(3), named: "fc")
    try network.add(layer, named: "autoencoder")
    try network.connect(["x", "fc", "autoencoder"])
    try network.tie("autoencoder/decoderBiases/1", to: "fc/bias")
    try network.initialize()
    #expect(layer.decoderBiases.count == 2)
    #expect(
      network.ties.first { $0.owner == "fc/bias" }?.aliases == ["autoencoder/decoderBiases/1"])
    _ = analyze(network)
    #expect(layer.decoderBiases.count == 2)

    let wired = WeightTyingAutoEncoderLayer(encoder: [FullyConnected(3), FullyConnected(3)])
    let other = Network()
    try other.addInput("x", Layout("BC", [nil, 3]))
    try other.add(FullyConnected(3), named: "fc")
    try other.add(wired, named: "autoencoder")
    try other.connect(["x", "fc", "autoencoder"])
    try other.connect("fc/bias", to: "autoencoder/decoderBiases/1")
    let analysis = analyze(other)
    #expect(analysis.problems.isEmpty, "\(analysis)")
    try other.initialize()
    #expect(other.ties.first { $0.owner == "fc/bias" }?.aliases == ["autoencoder/decoderBiases/1"])
    #expect(other.learnables.contains { $0.path == "autoencoder/decoderBiases/2" })
  }

  @Test("looking at a network and printing it change nothing")
  func looking() throws {
    let network = try row(["a", "b", "c"])
    try network.tie("b/weights", to: "c/weights", transform: .transpose)
    try transposing("t", in: network, "c/weights", "a/weights")
    _ = ("\(network)", analyze(network))
    #expect(network.hasDeferred)
    let other = try row(["a", "b", "c"])
    try other.tie("b/weights", to: "a/weights", transform: .transpose)
    try transposing("t", in: other, "a/weights", "c/weights")
    let analysis = analyze(other)
    #expect(analysis.problems.isEmpty && other.hasDeferred)
    #expect("\(other)".contains("weights = a/weights (transpose)"))
    #expect("\(other)".contains("weights = a/weights (t)"))
    try other.initialize()
    #expect("\(other)".contains("weights = a/weights (t)"))
  }

  // MARK: Other ways of learning

  /// A product with a backward of its own.
  private struct HandMade: CustomBackward, Codable {
    @Learnable var weights: Tensor = .deferred

    func initialize(for x: Tensor, in context: Context) throws {
      weights = try .ones([3, 3], context.scalarType)
    }
    func forward(
      remembering x: Tensor, in context: Context
    ) throws -> (output: Tensor, memory: [Tensor]) { (try matmul(x, weights), [x, weights]) }
    func backward(_ gradients: [Tensor], memory: [Tensor]) throws -> LayerGradients {
      LayerGradients(
        inputs: [try matmul(gradients[0], memory[1].transposed)],
        learnables: ["weights": try matmul(memory[0].transposed, gradients[0])])
    }
  }

  @Test("a backward written by hand reaches owners", arguments: ["alias", "wire"])
  func handMade(way: String) throws {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    try network.add(FullyConnected(3, bias: false), named: "a")
    try network.add(HandMade(), named: "b")
    try network.connect(["x", "a", "b"])
    if way == "alias" {
      try network.tie("b/weights", to: "a/weights", transform: .transpose)
    } else {
      try transposing("t", in: network, "a/weights", "b/weights")
    }
    try network.cast(to: .float64)
    try network.initialize()
    let (x, weights) = (try numbers([2, 3], .float64), network.parameters[0].value)
    let (_, gradients) = try valueAndGradients(of: network) { try [network(x, in: $0)].projected() }
    let numeric = try FiniteDifferences.gradient(at: [weights], index: 0) {
      try [matmul(matmul(x, $0[0]), $0[0].transposed)].projected()
    }
    let found = try #require(gradients[network.parameters[0]])
    #expect(try FiniteDifferences.relativeError(found, numeric) < 1e-7)
    #expect(gradients.count == 1)
  }

  @Test("learnables of a closure are tied and wired by their keys")
  func closures() throws {
    func scaling() throws -> FunctionLayer {
      try FunctionLayer(name: "scaling", learnables: ["scale": .ones([3]), "shift": .zeros([3])]) {
        x, learnables, _ in try x * learnables["scale"]! + learnables["shift"]!
      }
    }
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    try network.add(scaling(), named: "a")
    try network.add(scaling(), named: "b")
    try network.connect(["x", "a", "b"])
    try network.connect("a/learnables/scale", to: "b/learnables/scale")
    try network.tie("b/learnables/shift", to: "a/learnables/shift")
    try network.initialize()
    try network.parameter(at: "b/learnables/scale").set(.full([3], 2))
    try network.parameter(at: "b/learnables/shift").set(.full([3], 1))
    #expect(try network.predict(.ones([1, 3])).doubles() == [7, 7, 7])
    #expect(network.learnableCount == 6)
    let copy = try network.copy()
    #expect(copy.ties == network.ties)
    #expect(try copy.predict(.ones([1, 3])).doubles() == [7, 7, 7])
  }

  @Test("a bias that is not there has no port, one that is there has")
  func optionalBias() throws {
    let network = try row(["a", "b"], bias: true)
    try network.add(FullyConnected(3, bias: false), named: "c")
    #expect(
      message { try network.connect("a/bias", to: "c/bias") }
        == "c: has no input port \"bias\". Its input ports are in, its learnables weights.")
    try network.connect("a/bias", to: "b/bias")
    try network.remove("c")
    try network.initialize()
    #expect(network.learnableCount == 9 + 9 + 3)
  }

  @Test("a misfit that was assigned to an alias is forgotten once a fit is")
  func misfits() throws {
    let network = try row(["a", "b"])
    try network.tie("b/weights", to: "a/weights", transform: .transpose)
    try network.initialize()
    let layer: FullyConnected = try network.layer(at: "b")
    layer.weights = try .ones([2, 2])
    #expect(message { try network.predict(.ones([1, 3])) }.contains("misfit"))
    layer.weights = try .ones([3, 3])
    #expect(try network.predict(.ones([1, 3])).doubles() == [9, 9, 9])
  }

  @Test("weights that are made of data are not mixed up between uses")
  func dataWires() throws {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    try network.add(FullyConnected(3, bias: false), named: "main")
    try network.add(ReLU(), named: "made")
    try network.connect("x", to: "main")
    try network.connect("x", to: "made")
    try network.connect("made", to: "main/weights")
    #expect(!network.isObservationWise)
    #expect(network.learnables.isEmpty)
    let inputs = try (0..<3).map { try numbers([3, 3], seed: UInt64($0)) }
    let mapped = try network.inference { try network(mapping: inputs, in: $0) }
    for (one, x) in zip(mapped, inputs) {
      #expect(try one.isClose(to: matmul(x, relu(x)), relative: 1e-5))
    }
  }

  @Test("a copy keeps which layers are meant to be shared")
  func markedCopies() throws {
    let fc = FullyConnected(3)
    let network = Network {
      fc; fc.shared().named("again")
    }
    let copy = try network.copy()
    #expect(copy.graph.nodes.map(\.entry.isMeantToBeShared) == [false, true])
  }

  @Test(
    "recurrent layers share their weights by wire and by declaration", arguments: [true, false])
  func recurrent(isWired: Bool) throws {
    let network = Network()
    try network.addInput("x", Layout("BTC", [nil, nil, 3]))
    try network.add(LSTM(3), named: "first")
    try network.add(LSTM(3), named: "second")
    try network.connect(["x", "first", "second"])
    let paths = try #require(network.graph.node("first")?.entry.parameterPaths)
    for path in paths {
      if isWired {
        try network.connect("first/\(path)", to: "second/\(path)")
      } else {
        try network.tie("second/\(path)", to: "first/\(path)")
      }
    }
    try network.cast(to: .float64)
    try network.initialize()
    let first: LSTM = try network.layer(at: "first")
    let twin = Network {
      first; first.shared()
    }
    try twin.initialize(for: [.zeros([1, 2, 3], .float64)])
    let x = try numbers([2, 4, 3], .float64)
    #expect(try network.predict(x).isIdentical(to: twin.predict(x)))
    let gradients = try [network, twin].map { network in
      try valueAndGradients(of: network) { try [network(x, in: $0)].projected() }.gradients
    }
    #expect(gradients[0].count == paths.count)
    for parameter in twin.parameters {
      #expect(
        try #require(gradients[0][parameter]).isClose(
          to: #require(gradients[1][parameter]), relative: 1e-12, absolute: 1e-14))
    }
  }

  @Test("a copy of what was wired from outside says what it lacks")
  func copiedInside() throws {
    let network = try row(["a"])
    let inner = Network { FullyConnected(3, bias: false) }
    try network.add(inner, named: "inner")
    try network.connect("a", to: "inner")
    try network.connect("a/weights", to: "inner/fc/weights")
    try network.initialize()
    // Straight wires hold wherever the layer runs.
    let (x, weights) = (try numbers([2, 3]), network.parameters[0])
    #expect(try inner.predict(x).isClose(to: matmul(x, weights.value), relative: 1e-5))
    #expect(inner.parameters.map { $0 === weights } == [true])
    let copy = try inner.copy()
    #expect(
      message { try copy.predict(x) }
        == "fc: takes its weights from another layer, and none is connected. "
        + "Connect one: connect(\"owner/weights\", to: \"fc/weights\").")
    #expect(try network.copy().predict(x).isIdentical(to: network.predict(x)))
  }

  @Test("a network that stands twice is wired by either name")
  func sharedNetwork() throws {
    let network = try row(["a"])
    let inner = Network { FullyConnected(3, bias: false) }
    try network.add(inner, named: "one")
    try network.add(inner.shared(), named: "two")
    try network.connect(["a", "one", "two"])
    try network.connect("a/weights", to: "two/fc/weights")
    try network.initialize()
    #expect(network.learnables[0].aliases == ["one/fc/weights", "two/fc/weights"])
    try expectSum(network) { try matmul($0, matmul($0, $0)) }
    try network.remove("two")
    try network.initialize()
    #expect(network.learnableCount == 18)
  }

  @Test("a wire to a learnable whose layer was replaced inside is named")
  func replacedOwnerInside() throws {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    let inner = Network { FullyConnected(3, bias: false).named("fc") }
    try network.add(inner, named: "inner")
    try network.add(FullyConnected(3, bias: false), named: "b")
    try network.connect(["x", "inner", "b"])
    try network.connect("inner/fc/weights", to: "b/weights")
    try network.initialize()
    try inner.replace("fc", with: FullyConnected(weights: .ones([3, 3])))
    let x = try Tensor.ones([1, 3])
    #expect(try network.predict(x).doubles() == [9, 9, 9])
    #expect(network.learnableCount == 9)
    #expect(network.ties.map(\.owner) == ["inner/fc/weights"])
  }
}
