import Ligature
import Testing

/// A solver, a schedule and an initialiser that the package knows nothing of: what stands here uses
/// public declarations only.
@Suite("Choices of one's own")
struct OpenChoicesTests {
  private func network(_ initializer: Initializer = .halves) throws -> Network {
    try Network(input: Layout("BC", [nil, 3])) {
      FullyConnected(2, weightsInitializer: initializer)
    }
  }

  private func data() throws -> TrainingData {
    try TrainingData(numbers([8, 3]), targets: numbers([8, 2], seed: 2))
  }

  @Test("are handed to train and used")
  func used() throws {
    let network = try network()
    try network.initialize()
    let start = try network.parameter(at: "fc/weights").value
    #expect(try start.isIdentical(to: .full([3, 2], 0.5)))
    let history = try train(
      network, on: data(), loss: .meanSquaredError,
      options: TrainingOptions(
        .plainSignedSteps, epochs: 3, batchSize: 8, learnRate: 0.25, schedule: .halving))
    #expect(history.epochs.map(\.learnRate) == [0.25, 0.125, 0.0625])
    // Steps of these sizes, up or down.
    let moved = try (network.parameter(at: "fc/weights").value - start).doubles()
    #expect(moved.allSatisfy { abs(Swift.abs($0).remainder(dividingBy: 0.125)) == 0.0625 })
    #expect(moved.contains { $0 != 0 })
  }

  @Test("as solvers give what a built-in one of the same formula gives")
  func sameFormula() throws {
    let momentum = 0.75
    let own = Solver("own", settings: ["momentum": momentum], remembering: ["velocity"]) { step in
      step.memory[0] =
        try step.memory[0] * momentum - step.penalizedGradient() * step.learnRate
      step.value = try step.value + step.memory[0]
    }
    let networks = try [own, .sgd(momentum: momentum)].map { solver in
      let network = try network(.glorotUniform)
      try network.cast(to: .float64)
      let data = try TrainingData(
        numbers([8, 3]).cast(to: .float64), targets: numbers([8, 2], seed: 2).cast(to: .float64))
      try train(
        network, on: data, loss: .meanSquaredError,
        options: TrainingOptions(solver, epochs: 5, batchSize: 4, learnRate: 0.1, l2: 0.01))
      return network
    }
    for (a, b) in zip(networks[0].parameters, networks[1].parameters) {
      // Rounded in another order.
      #expect(try a.value.isClose(to: b.value, relative: 1e-12, absolute: 1e-13))
    }
  }

  private struct Mishap: Error {}

  @Test("as solvers that throw at one learnable leave all of them, and their memory, as they were")
  func throwing() throws {
    let network = try network(.glorotUniform)
    try network.initialize()
    let before = network.parameters.map(\.value)
    var state = SolverState(
      Solver("fragile", remembering: ["seen"]) { step in
        step.value = try step.value + 1
        if step.value.rank == 1 { throw Mishap() }
      })
    let (_, gradients) = try valueAndGradients(of: network) {
      try network(numbers([2, 3]), in: $0).sum()
    }
    #expect(throws: Mishap.self) { try state.update(along: gradients, learnRate: 0.1) }
    for (parameter, value) in zip(network.parameters, before) {
      #expect(try parameter.value.isIdentical(to: value))
      #expect(state.stepCount(of: parameter) == 0 && state.memory(of: parameter).isEmpty)
    }
    #expect(state.step == 0)
  }

  @Test("that do not keep to what was agreed are refused in words")
  func refusals() throws {
    func text(_ solver: Solver, _ schedule: LearnRateSchedule = .constant) -> String {
      message {
        try train(
          network(), on: data(), loss: .meanSquaredError,
          options: TrainingOptions(solver, epochs: 1, schedule: schedule))
      }
    }
    #expect(
      text(Solver("flat") { $0.value = try $0.value.flattened() }).hasPrefix(
        "flat: it made [\"float32 [2, 1]\"] of [\"float32 [2]\"], value and memory of fc/bias."))
    #expect(text(Solver("gone") { $0.value = .deferred }).hasPrefix("gone: it made [\"nothing\"]"))
    #expect(
      text(Solver("two", remembering: ["a", "a"]) { _ in })
        == "two: remembers [\"a\", \"a\"] of each learnable. Give each memory a name of its own.")
    #expect(
      text(Solver("short", remembering: ["a"], startingWith: { _ in [] }) { _ in }).hasPrefix(
        "short: begins with 0 memories of a learnable, and has names for 1."))
    #expect(
      text(.sgd, LearnRateSchedule("broken") { _ in .nan })
        == "train: schedule \"broken\" gives learn rate nan in epoch 1, step 1. "
        + "Return a finite number of 0 or more.")
    #expect(
      message { try network(Initializer("small") { _, _, _ in Tensor([Float(1)]) }).initialize() }
        == "fc: initialiser \"small\" made float32 [1], wanted were float32 [3, 2]. "
        + "Return a tensor of the shape and type that it is given.")
  }

  @Test("as initialisers go along with copies, and by name with files")
  func copying() throws {
    let original = Network { FullyConnected(2, weightsInitializer: .halves) }
    let copy = try original.copy()
    try copy.initialize(for: [.zeros([1, 3])])
    #expect(
      try copy.parameter(at: "fc/weights").value.isIdentical(to: .full([3, 2], 0.5)))
    let read = try Network(SafetensorsFile(bytes: original.savedBytes(), name: "file"))
    #expect(
      message { try read.initialize(for: [.zeros([1, 3])]) }.hasPrefix(
        "fc: halves: this initialiser is of a layer read from a file, which has its name alone."))
    let clash = try network(Initializer("zeros") { shape, type, _ in try .ones(shape, type) })
    #expect(
      message { try clash.savedBytes() }.contains(
        "an initialiser is called \"zeros\", as one of the package's is"))
  }
}

extension Solver {
  /// w -= α sign(g)
  fileprivate static let plainSignedSteps = Solver("plainSignedSteps") { step in
    step.value = try step.value - sign(step.penalizedGradient()) * step.learnRate
  }
}
