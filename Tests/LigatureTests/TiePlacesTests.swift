import Ligature
import Testing

/// Ties wherever networks put them.
@Suite("Ties across networks and layers")
struct TiePlacesTests {
  /// A network after a scaling of its own.
  private struct Scaled: CustomLayer, Codable {
    @Learnable var network: Network
    let factor: Double
    func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      try network(x * factor, in: context)
    }
  }

  private let x: Tensor

  init() throws { x = try numbers([4, 3]).cast(to: .float64) }

  private func initialized(_ network: Network) throws -> Network {
    try network.cast(to: .float64)
    try network.initialize(for: [x])
    return network
  }

  /// Compares gradients with differences of the loss, element by element.
  private func expectGradients(of network: Network, count: Int) throws {
    let found = try gradients(of: network, x)
    #expect(found.count == count && network.parameters.count == count)
    for learnable in network.learnables {
      let parameter = learnable.parameter
      let value = parameter.value
      let gradient = try #require(found[parameter]).doubles()
      for place in 0..<min(3, value.count) {
        var unit = [Double](repeating: 0, count: value.count)
        unit[place] = 1e-5
        let step = try Tensor(unit, shape: value.shape)
        let losses = try [value + step, value - step].map { value -> Double in
          try parameter.set(value)
          let y = try network.predict(x)
          return try (y * numbers(y.shape, seed: 9).cast(to: .float64)).sum().item()
        }
        try parameter.set(value)
        let slope = (losses[0] - losses[1]) / 2e-5
        // Central differences: errors of h² and of rounding by h.
        #expect(abs(slope - gradient[place]) < 1e-7 * max(1, abs(slope)), "\(learnable.path)")
      }
    }
  }

  @Test("factors belong to the learnable, whatever alias names it", arguments: TieKind.allCases)
  func factors(kind: TieKind) throws {
    let network = try kind.chain(3)
    let paths = try #require(network.learnables.first).aliases + [network.learnables[0].path]
    for path in paths {
      try network.setLearnRateFactor(0.5, for: path)
      try network.setL2Factor(2, for: path)
      let parameter = network.parameters[0]
      #expect(parameter.learnRateFactor == 0.5 && parameter.l2Factor == 2)
      try network.freeze(path)
      #expect(try gradients(of: network, x)[parameter] == nil)
      try network.unfreeze(path)
      #expect(try gradients(of: network, x)[parameter] != nil)
    }
  }

  @Test("contradicting factors are refused", arguments: [TieKind.wired, .declared])
  func contradictions(kind: TieKind) throws {
    let network = try kind.chain(2)
    let text = message {
      try network.setLearnRateFactors(["fc1/weights": 0, "fc2/weights": 1])
    }
    #expect(
      text == "fc1/weights: \"fc1/weights\" gives it factor 0.0 and \"fc2/weights\" 1.0. "
        + "A shared learnable has one factor, whatever the path it is named by.")
    #expect(network.parameters.allSatisfy { $0.learnRateFactor == 1 })
  }

  @Test("the first that is left owns a tie whose owner is replaced")
  func replacement() throws {
    let shared = FullyConnected(3)
    let network = try initialized(
      Network {
        Network { shared.named("fc") }.named("first")
        Network { shared.shared().named("fc") }.named("second")
        Network { shared.shared().named("fc") }.named("third")
      })
    let weights = try network.parameter(at: "first/fc/weights")
    #expect(network.ties.map(\.owner) == ["first/fc/weights", "first/fc/bias"])
    try network.replace("first", with: Network { Tanh() })
    #expect(
      network.ties.map(\.description) == [
        "second/fc/weights = third/fc/weights (used by second/fc/weights, third/fc/weights)",
        "second/fc/bias = third/fc/bias (used by second/fc/bias, third/fc/bias)",
      ])
    #expect(try network.parameter(at: "third/fc/weights") === weights)
    try network.initialize(for: [x])
    #expect(network.ties[0].uses == ["second/fc", "third/fc"])
    try network.remove("second")
    try network.connect("first", to: "third")
    try network.initialize(for: [x])
    #expect(network.ties.isEmpty)
    #expect(try network.parameter(at: "third/fc/weights") === weights)
  }

  @Test(
    "aliases and wires of a layer that is removed stay one learnable",
    arguments: [TieKind.wired, .declared])
  func removal(kind: TieKind) throws {
    let network = try kind.chain(3)
    let values = network.parameters.map(\.value)
    try network.remove("fc1")
    try network.connect("x", to: "tanh1")
    #expect(network.ties.map { Set([$0.owner] + $0.aliases) }.allSatisfy { $0.count == 2 })
    #expect(network.ties.count == 2)
    try network.initialize()
    #expect(network.learnableCount == 12)
    #expect(try zip(network.parameters, values).allSatisfy { try $0.value.isIdentical(to: $1) })
    try expectGradients(of: network, count: 2)
  }

  @Test("networks inside networks inside layers share what they share")
  func nesting() throws {
    let core = Network {
      FullyConnected(3); Tanh()
    }
    let middle = Network {
      Scaled(network: core, factor: 0.5).named("half")
      core.shared().named("again")
    }
    let network = try initialized(
      Network {
        Network { middle.named("middle") }.named("outer")
        Scaled(network: middle, factor: 2).named("double")
      })
    #expect(network.learnableCount == 12)
    #expect(network.untiedLearnableCount == 48)
    let fc = network.ties[0]
    #expect(fc.owner == "outer/middle/half/network/fc/weights")
    #expect(
      fc.uses == [
        "outer/middle/half/network/fc", "outer/middle/again/fc",
        "double/network/half/network/fc", "double/network/again/fc",
      ])
    try expectGradients(of: network, count: 2)
  }

  @Test("a network in two custom layers is one, in a copy as well")
  func twoOwners() throws {
    let core = Network { FullyConnected(3) }
    let network = try initialized(
      Network {
        Scaled(network: core, factor: 0.5).named("half")
        Tanh()
        InARow(step: core, uses: 2).named("row")
      })
    #expect(network.ties.map(\.owner) == ["half/network/fc/weights", "half/network/fc/bias"])
    #expect(network.ties.allSatisfy { $0.uses.count == 3 })
    try expectGradients(of: network, count: 2)
    let copy = try network.copy()
    #expect(copy.ties == network.ties)
    try expectGradients(of: copy, count: 2)
  }

  @Test("ties reach across three levels, by reuse, by wire and by declaration")
  func levels() throws {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    try network.add(FullyConnected(3), named: "flat")
    try network.add(Network { Network { FullyConnected(3) }.named("b") }, named: "a")
    try network.add(
      Scaled(network: Network { Network { FullyConnected(3) }.named("d") }, factor: 0.5),
      named: "c")
    try network.connect(["x", "flat", "a", "c"])
    try network.connect("flat/weights", to: "a/b/fc/weights")
    try network.tie("c/network/d/fc/weights", to: "flat/weights", transform: .transpose)
    let ready = try initialized(network)
    #expect(
      ready.ties.map(\.description) == [
        "flat/weights = a/b/fc/weights = c/network/d/fc/weights (transpose) "
          + "(used by flat, a/b/fc, c/network/d/fc)"
      ])
    try expectGradients(of: ready, count: 4)
    let copy = try ready.copy()
    #expect(copy.ties == ready.ties)
    #expect(try copy.predict(x).isIdentical(to: ready.predict(x)))
  }

  /// Two layers of which the second takes the first one's weights, transposed.
  private func wiredPair() throws -> Network {
    let pair = Network()
    try pair.addInput("x", Layout("BC", [nil, 3]))
    try pair.add(FullyConnected(2), named: "down")
    try pair.add(FullyConnected(3, inputLearnables: [.weights]), named: "up")
    try pair.add(Permute([1, 0]), named: "transpose")
    try pair.connect(["x", "down", "up"])
    try pair.connect("down/weights", to: "transpose")
    try pair.connect("transpose", to: "up/weights")
    return pair
  }

  @Test("a wired learnable may be in a network that is used several times", arguments: [1, 2, 5])
  func wiredInside(uses: Int) throws {
    let network = try initialized(
      Network([InARow(step: wiredPair(), uses: uses).named("row")]))
    #expect(network.learnableCount == 6 + 2 + 3)
    #expect(network.learnables[0].aliases == ["row/step/up/weights"])
    #expect(network.ties.first?.uses.count == 2 * uses)
    try expectGradients(of: network, count: 3)
  }

  @Test("mapping runs wired and aliased networks as a loop does", arguments: TieKind.allCases)
  func mapping(kind: TieKind) throws {
    struct Mapped: CustomLayer {
      @Learnable var network: Network
      let loops: Bool
      func predict(_ x: Tensor, in context: Context) throws -> Tensor {
        let inputs = try (1...3).map { try x * Double($0) }
        let outputs =
          loops
          ? try inputs.map { try network($0, in: context) }
          : try network(mapping: inputs, in: context)
        return try outputs[0] + outputs[1] + outputs[2]
      }
    }
    let inner = try kind.chain(2)
    let (mapped, looped) = (
      try initialized(Network([Mapped(network: inner, loops: false)])),
      try initialized(Network([Mapped(network: inner, loops: true)]))
    )
    #expect(try mapped.predict(x).isClose(to: looped.predict(x), relative: 1e-13))
    let (one, other) = (try gradients(of: mapped, x), try gradients(of: looped, x))
    for parameter in inner.parameters {
      let (found, expected) = (try #require(one[parameter]), try #require(other[parameter]))
      #expect(try found.isClose(to: expected, relative: 1e-12, absolute: 1e-13))
    }
  }

  @Test("several tasks may predict at once", arguments: TieKind.allCases)
  func concurrency(kind: TieKind) async throws {
    let network = try kind.chain(3)
    let x = x
    let expected = try network.predict(x)
    let agree = try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 { group.addTask { try network.predict(x).isIdentical(to: expected) } }
      return try await group.allSatisfy { $0 }
    }
    #expect(agree)
  }

  @Test("checkLayer finds wires and aliases sound", arguments: TieKind.allCases)
  func checking(kind: TieKind) throws {
    try expectSound(kind.chain(2, .float32))
  }

  @Test("checkLayer finds transposed wires and aliases sound")
  func checkingTransposed() throws {
    try expectSound(wiredPair())
    let declared = Network {
      FullyConnected(2).named("down")
      FullyConnected(3).named("up")
    }
    try declared.tie("up/weights", to: "down/weights", transform: .transpose)
    try expectSound(declared)
  }

  private func expectSound(_ network: Network) throws {
    let report = checkLayer(network, Layout("BC", [nil, 3]))
    try report.get()
    let ties: [CheckKind] = [
      .tieGradients, .tieAccumulation, .tieSteps, .tieGroups, .tieVisibility, .accidentalTies,
      .stateSeparation,
    ]
    for entry in report.entries where ties.contains(entry.check) {
      guard case .passed = entry.outcome else {
        Issue.record("\(entry.check): \(entry.outcome)")
        continue
      }
    }
  }
}
