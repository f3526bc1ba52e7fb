import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

/// Wires and aliases in every way that they could be broken.
@Suite("Wires and aliases hold")
struct WireLimitTests {
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

  @Test("a permuted wire reaches a layer wherever it stands, and what is tied to it")
  func permutedSharedTarget() throws {
    let network = try row(["a", "b", "c"])
    let shared: FullyConnected = try network.layer(at: "b")
    try network.add(shared.shared(), named: "again")
    try network.connect("c", to: "again")
    try network.tie("c/weights", to: "b/weights", transform: .transpose)
    try transposing("t", in: network, "a/weights", "b/weights")
    try network.initialize()
    try expectSum(network) { w in
      try matmul(matmul(w, w.transposed), matmul(w, w.transposed))
    }
    #expect(network.ties.map(\.aliases) == [["b/weights", "c/weights", "again/weights"]])
  }

  @Test("a wire through other layers has to be made at each place, and says so")
  func computedSharedTarget() throws {
    let network = try row(["a", "b"])
    let shared: FullyConnected = try network.layer(at: "b")
    try network.add(shared.shared(), named: "again")
    try network.connect("b", to: "again")
    try network.add(Tanh(), named: "t")
    try network.connect("a/weights", to: "t")
    try network.connect("t", to: "b/weights")
    #expect(
      message { try network.initialize() }.contains(
        "a learnable that is wired to a/weights through t was read where it is not connected. "
          + "Connect it at this place too"))
    try network.connect("t", to: "again/weights")
    try network.initialize()
    try expectSum(network) { try matmul($0, matmul(tanh($0), tanh($0))) }
  }

  @Test("what others are tied to is not wired through layers that they would not see")
  func tiedTarget() throws {
    let network = try row(["a", "b", "c"])
    try network.tie("c/weights", to: "b/weights")
    try network.add(Tanh(), named: "t")
    try network.connect("a/weights", to: "t")
    #expect(
      message { try network.connect("t", to: "b/weights") }
        == "b: weights would be made of t/out by layers, and c/weights is tied to it. "
        + "Untie that first: untie(\"c/weights\").")
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
}
