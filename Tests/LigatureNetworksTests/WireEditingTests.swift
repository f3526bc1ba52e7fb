import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

/// Edits, copies and snapshots of what is wired and tied.
@Suite("Wires and aliases hold while networks change")
struct WireEditingTests {
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
    #expect(alone.parameters[0] !== network.parameters[0])
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
    _ = try network.predict(.zeros([1, 3]))
    try expectSum(network) { try matmul($0, $0) }
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
  func removedAtOnePlace() throws {
    let network = try row(["a", "b"])
    let shared: FullyConnected = try network.layer(at: "a")
    try network.add(shared.shared(), named: "again")
    try network.connect("b", to: "again")
    try network.connect("a/weights", to: "b/weights")
    try network.initialize()
    let owner = try network.parameter(at: "a/weights")
    try network.remove("a")
    try network.connect("x", to: "b")
    #expect(network.learnables.map(\.path) == ["again/weights"])
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
}
