import Ligature
import Testing

/// How shared weights went wrong elsewhere, class by class.
@Suite("Everything respects ties")
struct TieRespectTests {
  /// What made new tensors in other frameworks, and so lost what was shared.
  enum Recreation: String, CaseIterable, Sendable {
    case cast, set, restoring, initializing, analyzing, freezing, training

    func apply(to network: Network, _ x: Tensor) throws {
      switch self {
      case .cast: try network.cast(to: .float32)
      case .set: for parameter in network.parameters { try parameter.set(parameter.value + 1) }
      case .restoring:
        let snapshot = network.snapshot()
        for parameter in network.parameters { try parameter.set(parameter.value * 2) }
        snapshot.restore()
      case .initializing: try network.initialize(seed: 8)
      case .analyzing: _ = analyze(network)
      case .freezing:
        try network.freeze()
        try network.unfreeze()
      case .training:
        try train(
          network, on: TrainingData(x, targets: x), loss: .meanSquaredError,
          options: TrainingOptions(.adam, epochs: 1, batchSize: 2))
      }
    }
  }

  private let x: Tensor

  init() throws { x = try numbers([4, 3]).cast(to: .float64) }

  @Test(
    "identity is not lost where things are made again", arguments: TieKind.allCases,
    Recreation.allCases)
  func recreation(kind: TieKind, recreation: Recreation) throws {
    let network = try kind.chain(3)
    let (ties, parameters) = (network.ties, network.parameters)
    #expect(ties.count == 2)
    try recreation.apply(to: network, x)
    #expect(network.ties == ties)
    #expect(parameters.count == 2)
    #expect(zip(network.parameters, parameters).allSatisfy { $0 === $1 })
    try expectTiesAreReal(network, x.cast(to: network.scalarType))
  }

  @Test("a copy has the same ties, and nothing of the original", arguments: TieKind.allCases)
  func copying(kind: TieKind) throws {
    let network = try kind.chain(3)
    let copy = try network.copy()
    #expect(copy.ties == network.ties)
    #expect(copy.untiedLearnableCount == network.untiedLearnableCount)
    #expect(zip(copy.parameters, network.parameters).allSatisfy { $0 !== $1 })
    let before = try network.predict(x)
    try expectTiesAreReal(copy, x)
    #expect(try network.predict(x).isIdentical(to: before))
  }

  @Test(
    "the gradient is the sum over the uses, whatever their number", arguments: TieKind.allCases,
    [1, 2, 3, 5, 8, 9])
  func gradient(kind: TieKind, uses: Int) throws {
    let network = try kind.chain(uses)
    let hand = try untied(network, uses)
    #expect(try network.predict(x).isClose(to: hand.predict(x), relative: 1e-14))
    let expected = try summed(gradients(of: hand, x), over: hand)
    let found = try gradients(of: network, x)
    #expect(found.count == 2)
    for (parameter, sum) in zip(network.parameters, expected) {
      let gradient = try #require(found[parameter])
      // Sums in another order.
      #expect(try gradient.isClose(to: sum, relative: 1e-12, absolute: 1e-13))
    }
    let twice = try found + gradients(of: network, x)
    for parameter in network.parameters {
      #expect(try #require(twice[parameter]).isIdentical(to: #require(found[parameter]) * 2))
    }
  }

  @Test("a tied learnable is counted once, and so is its norm", arguments: TieKind.allCases)
  func counting(kind: TieKind) throws {
    let network = try kind.chain(5)
    #expect(network.learnableCount == 12)
    #expect(network.untiedLearnableCount == 60)
    #expect("\(network)".contains("\n12 learnables, 96 B\n60 learnables if every use had its own"))
    let found = try gradients(of: network, x)
    let hand = try untied(network, 5)
    let sums = try summed(gradients(of: hand, x), over: hand)
    let squares = try sums.map { try square($0).sum().item() }.reduce(0, +)
    #expect(try abs(found.norm() - squares.squareRoot()) < 1e-12 * squares.squareRoot())
  }

  @Test(
    "a tied learnable is stepped and decayed once, with one memory", arguments: TieKind.allCases,
    [Solver.sgd(momentum: 0), .sgd, .adam, .rmsProp()])
  func stepping(kind: TieKind, solver: Solver) throws {
    let network = try kind.chain(3)
    // By hand: one learnable, and the gradient of three uses added up.
    let hand = network.parameters.map { Parameter($0.value, l2Factor: $0.l2Factor) }
    var memory = HandSolver(solver)
    var state = SolverState(solver)
    for _ in 0..<3 {
      let separate = try untied(network, 3)
      let sums = try summed(gradients(of: separate, x), over: separate)
      try state.update(along: gradients(of: network, x), learnRate: 0.01, l2: 0.1)
      try memory.update(hand, along: sums, learnRate: 0.01, l2: 0.1)
      for (found, expected) in zip(network.parameters, hand) {
        #expect(try found.value.isClose(to: expected.value, relative: 1e-9, absolute: 1e-11))
      }
    }
  }

  @Test("a gradient from before a tie is refused, and nothing is stepped")
  func lateTies() throws {
    let network = try TieKind.declared.chain(2)
    try network.untie("fc2/weights")
    let values = network.parameters.map(\.value)
    let stale = try gradients(of: network, x)
    try network.tie("fc2/weights", to: "fc1/weights", transform: .transpose)
    var state = SolverState(.adam)
    #expect(
      message { try state.update(along: stale, learnRate: 0.1) }
        == "update: a parameter was tied or wired to another since its gradient was computed. "
        + "Compute gradients anew after tying.")
    #expect(try network.parameters[0].value.isIdentical(to: values[0]))
    try state.update(along: gradients(of: network, x), learnRate: 0.1)
    #expect(try !network.parameters[0].value.isIdentical(to: values[0]))
  }

  @Test("what a network says is tied is what is tied", arguments: TieKind.allCases)
  func declaration(kind: TieKind) throws {
    let network = try kind.chain(3)
    try expectTiesAreReal(network, x)
    guard kind != .nested else { return }
    // Where the head is replaced, nothing claims that it is still tied.
    try network.replace("fc3", with: FullyConnected(3))
    if kind == .wired {
      #expect(network.ties.allSatisfy { $0.aliases.contains { $0.hasPrefix("fc3/") } })
    } else {
      #expect(network.ties.allSatisfy { !$0.aliases.contains { $0.hasPrefix("fc3/") } })
    }
    try network.initialize()
    try expectTiesAreReal(network, x)
  }

  @Test("a value that is copied is no tie, and is reported")
  func valueCopies() throws {
    let weights = try numbers([3, 3])
    let network = Network {
      FullyConnected(weights: weights)
      Tanh()
      FullyConnected(weights: weights)
    }
    #expect(network.ties.isEmpty)
    #expect(network.learnableCount == 18)
    let report = checkLayer(
      network, Layout("BC", [nil, 3]),
      options: CheckOptions(checks: [.initialization, .accidentalTies]))
    #expect(
      report.failures(of: .accidentalTies).map(\.problem)
        == ["two learnables begin with the same numbers but are not tied"])
    try network.parameters[0].set(weights + 1)
    #expect(try network.parameters[1].value.isIdentical(to: weights))
  }

  @Test("a list that repeats a handle is reported")
  func repeatedHandle() throws {
    struct Stack: CustomLayer {
      @Learnable var layers: [FullyConnected]
      func predict(_ x: Tensor, in context: Context) throws -> Tensor {
        try layers.reduce(x) { try $1($0, in: context) }
      }
    }
    let stack = Stack(layers: Array(repeating: FullyConnected(3), count: 2))
    let report = checkLayer(
      stack, Layout("BC", [nil, 3]),
      options: CheckOptions(checks: [.initialization, .accidentalTies]))
    #expect(
      report.failures(of: .accidentalTies).map(\.problem)
        == ["a list holds one layer more than once", "a list holds one layer more than once"])
  }

  @Test("statistics of a shared batch normalisation stay apart, use by use")
  func sharedStatistics() throws {
    struct Twice: CustomLayer {
      @Learnable var norm: Network
      func predict(_ x: Tensor, in context: Context) throws -> Tensor {
        try norm(x, in: context) + norm(x * 3 + 7, in: context)
      }
    }
    let norm = BatchNormalization(statistics: .perUse, momentum: 1)
    let network = Network([Twice(norm: Network([norm]))])
    let x = try numbers([6, 3])
    try network.initialize(for: [x])
    let training = try valueAndGradients(of: network) { try network(x, in: $0).sum() }.value
    #expect(try network.learnableCount == 6 && abs(training.item()) < 1e-4)
    // With momentum 1 each use remembers its batch, so prediction does what training did.
    let batch = try x - x.mean(0)
    let deviation = try sqrt(square(batch).sum(0) / 5 + 1e-5)
    let other = try sqrt(square(batch * 3).sum(0) / 5 + 1e-5)
    let expected = try batch / deviation + batch * 3 / other
    #expect(try network.predict(x).isClose(to: expected, relative: 1e-4, absolute: 1e-4))
  }

  @Test(
    "a transposed tie is one learnable, with the gradient of both directions",
    arguments: SpellingTests.Spelling.allCases)
  func transposed(spelling: SpellingTests.Spelling) throws {
    let network = try spelling.network([2], of: 3)
    try network.cast(to: .float64)
    let weights = try #require(network.parameters.first { $0.value.rank == 2 })
    let w = weights.value
    let x = try sigmoid(x)
    let encode = FullyConnected(weights: w, bias: try .zeros([2], .float64))
    let decode = FullyConnected(weights: w.transposed, bias: try .zeros([3], .float64))
    let hand = Network {
      encode; ReLU(); decode; Sigmoid()
    }
    try hand.cast(to: .float64)
    let parts = try gradients(of: hand, x)
    let (first, second) = (
      try #require(parts[hand.parameters[0]]), try #require(parts[hand.parameters[2]])
    )
    let expected = try first + second.transposed
    let found = try gradients(of: network, x)
    #expect(try #require(found[weights]).isClose(to: expected, relative: 1e-12, absolute: 1e-14))
    #expect(found.count == 3)
    try weights.set(w * 2)
    let doubled = try sigmoid(matmul(relu(matmul(x, w * 2)), w.transposed * 2))
    #expect(try network.predict(x).isClose(to: doubled, relative: 1e-12))
  }
}

/// Expects that a change of each learnable shows at every path that is said to share it, and at no
/// other.
private func expectTiesAreReal(_ network: Network, _ x: Tensor) throws {
  for learnable in network.learnables {
    for path in [learnable.path] + learnable.aliases {
      #expect(try network.parameter(at: path) === learnable.parameter)
    }
    let (before, others) = (learnable.parameter.value, network.learnables.map(\.parameter.value))
    let output = try network.predict(x)
    try learnable.parameter.set(before + 0.5)
    #expect(try !network.predict(x).isIdentical(to: output))
    for (other, value) in zip(network.learnables, others) where other.path != learnable.path {
      #expect(try other.parameter.value.isIdentical(to: value))
    }
    try learnable.parameter.set(before)
    #expect(try network.predict(x).isIdentical(to: output))
  }
}
