import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureNetworks

@Suite("Changing parts of a network by path")
struct PathEditingTests {
  private func network() throws -> Network {
    let network = try Network(input: Layout("BC", [nil, 4]), seed: 1) {
      Network {
        FullyConnected(4)
        ReLU()
        FullyConnected(4)
      }.named("left")
      Network {
        FullyConnected(4)
        ReLU()
        FullyConnected(4)
      }.named("right")
      Held(part: Network { ReLU() }).named("held")
    }
    try network.initialize()
    return network
  }

  private func output(_ network: Network) throws -> [Double] {
    try network.predict(Tensor.full([1, 4], 0.5)).doubles()
  }

  @Test func `replaces a layer in a nested network`() throws {
    let network = try network()
    let before = try output(network)
    try network.replace("left/relu", with: Tanh())
    _ = try network.layer(at: "left/relu", as: Tanh.self)
    #expect(try output(network) != before)
  }

  @Test func `replaces what a layer holds by another of its type`() throws {
    let network = try network()
    try network.replace("held/part", with: Network { FullyConnected(2) })
    #expect(try network.predict(Tensor.ones([1, 4])).shape == [1, 2])
    let error = #expect(throws: LayerError.self) {
      try network.replace("held/part", with: Tanh())
    }
    #expect(
      error?.description
        == "held/part: is held in a property of Held, and is a Network, where a Tanh was given. Give "
        + "a layer of that type, or replace held itself.")
  }

  @Test func `replaces every layer that a pattern names, or none`() throws {
    let network = try network()
    #expect(
      try network.replace("**/relu") { _ in Tanh() } == [
        "left/relu", "right/relu", "held/part/relu",
      ])
    #expect(network.layers(of: ReLU.self).isEmpty)
    var count = 0
    #expect(throws: LayerError.self) {
      try network.replace("**/tanh*") { _ in Tanh() }
    }
    #expect(throws: LayerError.self) {
      try network.replace("*/relu") { _ -> any Layer in
        count += 1
        return count == 2 ? Addition() : Sigmoid()
      }
    }
    #expect(network.layers(of: Tanh.self).count == 3)
  }

  @Test func `refuses what is not there, and what would contain itself`() throws {
    let network = try network()
    let error = #expect(throws: LayerError.self) {
      try network.replace("left/rleu", with: Tanh())
    }
    #expect(error?.path == "left/rleu" || error?.path == "left")
    #expect(throws: LayerError.self) { try network.replace("left/relu", with: network) }
  }

  @Test func `ties layers, and patterns with the same stars`() throws {
    let whole = try network()
    try whole.tie("right", to: "left")
    #expect(
      Set(whole.ties.map(\.owner)) == [
        "left/fc1/weights", "left/fc1/bias", "left/fc2/weights", "left/fc2/bias",
      ])
    #expect(whole.learnableCount == 40)

    let starred = try network()
    try starred.tie("right/*/weights", to: "left/*/weights")
    #expect(starred.ties.map(\.owner) == ["left/fc1/weights", "left/fc2/weights"])
    #expect(throws: LayerError.self) { try starred.tie("right/*/bias", to: "left/fc1/bias/*/*") }
    #expect(throws: LayerError.self) { try starred.tie("nothing/*", to: "left/*") }
  }

  @Test func `ties all or nothing, and keeps values where it fails`() throws {
    let network = try network()
    try network.tie("right/fc2/bias", to: "left/fc2/bias")
    let before = try output(network)
    // The second pair is tied already.
    #expect(throws: LayerError.self) { try network.tie("right/*/bias", to: "left/*/bias") }
    #expect(network.ties.map(\.owner) == ["left/fc2/bias"])
    #expect(try output(network) == before)
  }

  @Test func `freezes the whole of a layer`() throws {
    let network = try network()
    try network.freeze("left")
    #expect(
      network.learnables.filter(\.parameter.isFrozen).map(\.path).allSatisfy {
        $0.hasPrefix("left/")
      })
    #expect(network.learnables.count { $0.parameter.isFrozen } == 4)
  }

  @Test func `patterns give what their stars stand for`() {
    #expect(PathPattern("a/*/w*").captures("a/b/weights") == ["b", "eights"])
    #expect(PathPattern("**/w").captures("a/b/w") == ["a/b"])
    #expect(PathPattern("**/w").captures("w") == [""])
    #expect(PathPattern("a/*").captures("b/c") == nil)
    #expect(PathPattern("x/**/w").path(filledWith: ["a/b"]) == "x/a/b/w")
    #expect(PathPattern("x/**/w").path(filledWith: [""]) == "x/w")
    #expect(PathPattern("x/*").path(filledWith: ["a", "b"]) == nil)
  }
}

@Suite("States by path")
struct StateValueTests {
  private func network() throws -> Network {
    let network = try Network(input: Layout("BC", [nil, 2]), seed: 1) {
      BatchNormalization().named("norm")
      FullyConnected(2)
    }
    try network.initialize()
    return network
  }

  @Test func `are read and set`() throws {
    let network = try network()
    let x = try Tensor([1, 2, 3, 4] as [Float]).reshaped(to: [2, 2])
    #expect(network.states.count == 2)
    let path = try #require(network.states.keys.sorted().first)
    let before = try network.predict(x).doubles()
    let value = try network.state(at: path)
    try network.setState(value + 1, at: path)
    #expect(try network.state(at: path).doubles() == (value + 1).doubles())
    #expect(try network.predict(x).doubles() != before)
  }

  @Test func `of each use are told apart`() throws {
    let network = try Network(input: Layout("BC", [nil, 2]), seed: 1) {
      Twice(part: Network { BatchNormalization(statistics: .perUse) }).named("twice")
    }
    let x = try Tensor([1, 2, 3, 4] as [Float]).reshaped(to: [2, 2])
    try network.initialize()
    _ = try valueAndGradients(of: network) { context in try network(x, in: context).sum() }
    let paths = network.states.keys.sorted()
    #expect(paths.count == 4, "\(paths)")
    let second = try #require(paths.first { $0.contains("#2") })
    let first = second.replacing("#2", with: "")
    #expect(paths.contains(first))
    let before = try network.state(at: first).doubles()
    try network.setState(Tensor.full([2], 9), at: second)
    #expect(try network.state(at: second).doubles() == [9, 9])
    #expect(try network.state(at: first).doubles() == before)
  }

  @Test func `that do not fit, or are not there, are refused, and nothing is set`() throws {
    let network = try network()
    let paths = network.states.keys.sorted()
    let before = try network.state(at: paths[0]).doubles()
    #expect(throws: LayerError.self) {
      try network.setStates([paths[0]: .full([2], 5), paths[1]: .full([3], 5)])
    }
    #expect(try network.state(at: paths[0]).doubles() == before)
    let error = #expect(throws: LayerError.self) {
      try network.setState(.full([2], 5), at: "nrom/" + paths[0].dropFirst(5))
    }
    #expect(error?.remedy.contains(paths[0]) == true)
  }
}

private struct Held: CustomLayer {
  @Learnable var part: Network
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try part(x, in: context) }
}

private struct Twice: CustomLayer {
  @Learnable var part: Network
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try part(part(x, in: context) * 2 + 1, in: context)
  }
}
