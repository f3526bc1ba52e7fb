import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureInterchange
@testable import LigatureNetworks

/// What an alias is once its owner's layer is gone, or was never in the network at hand.
@Suite("An alias stands for an owner that is not in the network")
struct OwnershipTests {
  private func loaded(_ network: Network) throws -> Network {
    try Network(SafetensorsFile(bytes: network.savedBytes(), name: "test"))
  }

  /// `a` of `[3, 4]`, and aliases of it: `b` and `d` are the transpose, `c` is the same.
  private func network() throws -> Network {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    for (name, size) in [("a", 4), ("b", 3), ("c", 4), ("d", 3)] {
      try network.add(FullyConnected(size, bias: false), named: name)
    }
    try network.connect(["x", "a", "b", "c", "d"])
    try network.tie("b/weights", to: "a/weights", transform: .transpose)
    try network.tie("c/weights", to: "a/weights")
    try network.tie("d/weights", to: "b/weights")
    try network.initialize(seed: 3)
    return network
  }

  /// The same without `a`.
  private func orphaned() throws -> Network {
    let network = try network()
    try network.remove("a")
    try network.addInput("y", Layout("BC", [nil, 4]))
    try network.connect("y", to: "b")
    try network.add(Tanh(), named: "end")
    try network.connect("x", to: "end")
    return network
  }

  private let inputs: [Tensor]

  init() throws { inputs = [try numbers([2, 3]), try numbers([2, 4])] }

  @Test("with its shape, and the others told from it")
  func relations() throws {
    let network = try orphaned()
    _ = try network.predict(inputs)
    let owner = try #require(network.learnables.first)
    #expect(network.learnables.count == 1)
    #expect(owner.path == "b/weights" && owner.aliases == ["c/weights", "d/weights"])
    #expect(owner.transforms == ["c/weights": "transpose"])
    #expect(owner.value.shape == [4, 3])
    #expect(
      network.ties.map(\.description).first?.hasPrefix("b/weights = c/weights (transpose)") == true)
    let text = "\(network)"
    #expect(text.contains("weights 4x3"))
    #expect(text.contains("weights = b/weights (transpose)"))
    #expect(!text.contains("3x4"))
  }

  @Test("in files: values, ties and results come back, with and without the architecture")
  func files() throws {
    let network = try orphaned()
    let expected = try network.predict(inputs)
    let stored = try network.storedValues()
    #expect(stored.tensors["b/weights"]?.shape == [4, 3])
    let restored = try loaded(network)
    #expect(try restored.predict(inputs).isIdentical(to: expected))
    #expect(restored.ties == network.ties)
    let copy = try network.copy()
    for parameter in copy.parameters { try parameter.set(parameter.value + 1) }
    #expect(try !copy.predict(inputs).isIdentical(to: expected))
    try copy.load(from: SafetensorsFile(bytes: network.savedBytes(), name: "test"))
    #expect(try copy.predict(inputs).isIdentical(to: expected))
    #expect(try network.predict(inputs).isIdentical(to: expected))
  }

  @Test("a file of it loads where the owner is still there, and the other way round")
  func bothWays() throws {
    let (whole, part) = (try network(), try orphaned())
    for parameter in part.parameters { try parameter.set(parameter.value + 0.5) }
    try whole.load(from: SafetensorsFile(bytes: part.savedBytes(architecture: false), name: "part"))
    let (owner, rest) = (try #require(whole.parameters.first), try #require(part.parameters.first))
    #expect(try owner.value.isIdentical(to: rest.value))
    try owner.set(owner.value + 1)
    try part.load(
      from: SafetensorsFile(bytes: whole.savedBytes(architecture: false), name: "whole"),
      verifyingTies: false)
    #expect(try owner.value.isIdentical(to: rest.value))
  }

  @Test("in a part of a network that is saved, copied and run alone")
  func part() throws {
    let network = Network()
    let decoder = Network { FullyConnected(3).named("out") }
    try network.addInput("x", Layout("BC", [nil, 3]))
    try network.add(FullyConnected(5), named: "in")
    try network.add(decoder, named: "decoder")
    try network.connect(["x", "in", "decoder"])
    try network.tie("decoder/out/weights", to: "in/weights", transform: .transpose)
    try network.initialize()
    let x = try numbers([2, 5])
    let expected = try decoder.predict(x)
    #expect(try loaded(decoder).predict(x).isIdentical(to: expected))
    #expect(try decoder.copy().predict(x).isIdentical(to: expected))
    #expect(try decoder.storedValues().tensors["out/weights"]?.shape == [5, 3])
  }

  @Test("unless it is computed, whose value would be lost in a file")
  func computed() throws {
    let network = try row(["a", "b"])
    try network.tie(
      "b/weights", to: "a/weights", transform: .function("squared") { try square($0) })
    try network.initialize()
    try network.remove("a")
    try network.connect("x", to: "b")
    _ = try network.predict(numbers([2, 3]))
    #expect(
      message { try network.savedBytes(architecture: false) }
        == "b/weights: is made of a learnable that is not in the network, by \"squared\", so its "
        + "value would be lost. Untie it, or save the network that has both.")
    let expected = try network.predict(numbers([2, 3]))
    try network.untie("b/weights")
    #expect(try loaded(network).predict(numbers([2, 3])).isIdentical(to: expected))
  }

  @Test("is the same learnable still, so training goes on as before")
  func training() throws {
    let network = try network()
    let parameter = try #require(network.parameters.first)
    try network.remove("a")
    try network.remove("b")
    try network.connect("x", to: "c")
    #expect(network.parameters.count == 1 && network.parameters[0] === parameter)
    #expect(
      network.learnables[0].path == "c/weights" && network.learnables[0].value.shape == [3, 4])
    #expect(network.ties[0].transforms == ["d/weights": "transpose"])
    let (_, gradients) = try valueAndGradients(of: network) {
      try network(numbers([2, 3]), in: $0).sum()
    }
    #expect(gradients[parameter]?.shape == [3, 4])
  }

  @Test("two transposes in a row are none, in words too")
  func words() throws {
    let network = try row(["a", "b", "c"])
    try network.tie("b/weights", to: "a/weights", transform: .transpose)
    try network.tie("c/weights", to: "b/weights", transform: .transpose)
    #expect(network.learnables[0].transforms == ["b/weights": "transpose"])
  }
}

/// What a file says of how a tie is made, against how it is made here.
@Suite("A file says how its ties are made")
struct TieRelationTests {
  private func network(_ transform: LearnableTransform?) throws -> Network {
    let network = try row(["a", "b"])
    if let transform { try network.tie("b/weights", to: "a/weights", transform: transform) }
    try network.initialize()
    return network
  }

  private func problems(_ source: Network, _ target: Network) throws -> [LoadProblem] {
    let file = try SafetensorsFile(bytes: source.savedBytes(architecture: false), name: "test")
    do { try target.load(from: file) } catch let error as LoadError { return error.problems }
    return []
  }

  @Test("and is refused where they are made otherwise")
  func mismatch() throws {
    let (same, turned) = (try network(.identity), try network(.transpose))
    let before = try turned.predict(numbers([2, 3]))
    #expect(
      try problems(same, turned).map(\.description) == [
        "a/weights: the file ties it to \"b/weights\" by identity, and here it is transpose. "
          + "Tie them as the file does, or load with verifyingTies: false."
      ])
    #expect(try problems(turned, same).map(\.kind) == [.differentTie])
    #expect(try turned.predict(numbers([2, 3])).isIdentical(to: before))
    #expect(try problems(turned, network(.transpose)).isEmpty)
    let squared = try network(.function("squared") { try square($0) })
    #expect(try problems(squared, turned).map(\.kind) == [.differentTie])
    #expect(try problems(squared, network(.function("squared") { try square($0) })).isEmpty)
    #expect(try problems(squared, network(.function("halved") { try $0 * 0.5 })).count == 1)
  }

  @Test("wired, declared and the other way round are one and the same")
  func spellings() throws {
    let declared = try network(.transpose)
    let wired = try network(nil)
    try transposing("t", in: wired, "a/weights", "b/weights")
    try wired.initialize()
    #expect(try problems(declared, wired).isEmpty)
    #expect(try problems(wired, declared).isEmpty)
    let x = try numbers([2, 3])
    #expect(try wired.predict(x).isIdentical(to: declared.predict(x)))
    let reversed = try network(nil)
    try reversed.tie("a/weights", to: "b/weights", transform: .transpose)
    #expect(try problems(declared, reversed).isEmpty)
    #expect(try reversed.predict(x).isIdentical(to: declared.predict(x)))
  }

  @Test("files written before that are accepted")
  func older() throws {
    let network = try network(.transpose)
    let stored = try network.storedValues()
    var strings = NetworkMetadata(stored).strings
    strings["ligature.transforms"] = nil
    let bytes = try SafetensorsFile.bytes(stored.tensors, metadata: strings)
    try network.load(from: SafetensorsFile(bytes: bytes, name: "test"))
  }

  @Test("values of both names may be of two types, if they are equal in the network's")
  func types() throws {
    let network = try network(.transpose)
    let value = network.parameters[0].value
    let bytes = try SafetensorsFile.bytes(
      ["a/weights": value, "b/weights": value.transposed.contiguousCopy().cast(to: .float64)],
      metadata: [:])
    try network.load(from: SafetensorsFile(bytes: bytes, name: "test"))
  }
}
