import LigatureNetworks
import LigatureTensors

/// What a solver remembers of each learnable, by the parameter's identity: a shared one has one
/// memory and is stepped once.
///
///     var solver = SolverState(.adam)
///     let (loss, gradients) = try valueAndGradients(of: network) { ... }
///     try solver.update(along: gradients, learnRate: 1e-3)
///
/// A state belongs to the network of its first gradients. A learnable that is frozen keeps its
/// memory, and goes on from there when it is no longer.
public struct SolverState: Sendable {
  /// How gradients become steps.
  public let solver: Solver
  /// Calls of ``update(along:learnRate:l2:)`` so far. Solvers count the steps of each learnable.
  public internal(set) var step = 0

  var memories: [ObjectIdentifier: Memory] = [:]
  /// What a solver that searches remembers.
  var searched = SearchMemory()
  /// The network whose learnables are stepped; nil before the first step.
  var network: Network?

  /// What is remembered of one learnable.
  struct Memory: Sendable {
    let parameter: Parameter
    /// How the value looked when the memory was made.
    let shape: [Int]
    let scalarType: ScalarType
    var tensors: [Tensor]
    /// Steps of the learnable.
    var count: Int
  }

  /// The state before the first step.
  public init(_ solver: Solver) { self.solver = solver }

  /// How often a learnable has been stepped: fewer times than ``step`` where it was frozen, or had
  /// no gradient.
  public func stepCount(of parameter: Parameter) -> Int {
    if solver.search != nil, searched.parameters.contains(where: { $0 === parameter }) {
      return step
    }
    return memories[ObjectIdentifier(parameter)]?.count ?? 0
  }

  /// What is remembered of a learnable by the names of ``Solver/memoryNames``; nothing before its
  /// first step.
  public func memory(of parameter: Parameter) -> [String: Tensor] {
    guard let memory = memories[ObjectIdentifier(parameter)] else { return [:] }
    return Dictionary(zip(solver.memoryNames, memory.tensors)) { first, _ in first }
  }

  /// Moves every learnable that has a gradient and is not frozen.
  ///
  /// The penalty l2 · factor · w is added to its gradient, and the learn rate is scaled by its
  /// factor. O(learnables), one pass over memory and one over the gradients, which are looked
  /// through for numbers that are not finite.
  ///
  /// Throws, and changes nothing, for settings out of range, gradients that are not finite, of
  /// another network or of other shapes or types than the learnables have, and for what a solver of
  /// your own throws.
  ///
  /// Nobody else casts, ties, edits or restores learnables, or saves them, in the middle of a step:
  /// who begins later waits.
  public mutating func update(
    along gradients: Gradients, learnRate: Double, l2: Double = 0
  ) throws {
    guard let network = self.network ?? gradients.networks.first else {
      return try takeStep(along: gradients, learnRate: learnRate, l2: l2)
    }
    try network.withoutEdits {
      try takeStep(along: gradients, learnRate: learnRate, l2: l2)
    }
  }

  private mutating func takeStep(
    along gradients: Gradients, learnRate: Double, l2: Double
  ) throws {
    try solver.validate()
    guard solver.search == nil else {
      throw TensorError(
        "update", "\(solver.name) looks at the loss in many places, and got one gradient",
        remedy: "Call search(_:loss:), or take a solver that steps along gradients")
    }
    guard learnRate.isFinite, learnRate >= 0, l2.isFinite, l2 >= 0 else {
      throw TensorError(
        "update", "learn rate \(learnRate) or L2 factor \(l2) is negative or not finite",
        remedy: "Give 0 or more")
    }
    let network = self.network ?? gradients.networks.first
    try requireOwn(gradients)
    for (parameter, gradient) in gradients.pairs { try validate(parameter, gradient, gradients) }
    // In the order of reading, which costs nothing; what is written here has no order of its own.
    let pairs =
      solver.isInPlace
      ? gradients.pairs : gradients.entries.map { ($0.parameter, $0.gradient) }
    let moves = pairs.filter { !$0.parameter.isFrozen }.map { parameter, gradient in
      Move(
        parameter: parameter, gradient: gradient, learnRate: learnRate * parameter.learnRateFactor,
        l2: l2 * parameter.l2Factor, l2Factor: parameter.l2Factor)
    }
    try requireFinite(moves, gradients)
    if solver.isInPlace {
      for move in moves { try advance(move) }
    } else {
      try advanceTogether(moves, gradients)
    }
    step += 1
    self.network = network
  }
}

extension SolverState {
  /// A learnable that is to be moved, with its own rates.
  private struct Move {
    let parameter: Parameter
    let gradient: Tensor
    let learnRate: Double
    let l2: Double
    let l2Factor: Double

    func step(_ value: Tensor, _ memory: Memory) -> Solver.Step {
      Solver.Step(
        value: value, gradient: gradient, memory: memory.tensors, learnRate: learnRate, l2: l2,
        l2Factor: l2Factor, count: memory.count + 1)
    }
  }

  /// One learnable, in place: value and memory have no other holder meanwhile.
  private mutating func advance(_ move: Move) throws {
    let key = ObjectIdentifier(move.parameter)
    var memory = try memories.removeValue(forKey: key) ?? newMemory(move.parameter)
    defer { memories[key] = memory }
    try move.parameter.update { value in
      var step = move.step(value, memory)
      value = .deferred
      memory.tensors = []
      defer { (value, memory.tensors) = (step.value, step.memory) }
      try solver.step(&step)
      memory.count += 1
    }
  }

  /// All learnables, of which none changes before every one is known to have a next value.
  private mutating func advanceTogether(_ moves: [Move], _ gradients: Gradients) throws {
    var next: [(memory: Memory, value: Tensor)] = []
    for move in moves {
      var memory = try memories[ObjectIdentifier(move.parameter)] ?? newMemory(move.parameter)
      let value = move.parameter.value
      var step = move.step(value, memory)
      try solver.step(&step)
      let (old, new) = ([value] + memory.tensors, [step.value] + step.memory)
      guard old.count == new.count,
        zip(old, new).allSatisfy({
          $0.shape == $1.shape && $0.scalarType == $1.scalarType && !$1.isDeferred
        })
      else {
        func text(_ tensors: [Tensor]) -> [String] {
          tensors.map { $0.isDeferred ? "nothing" : "\($0.scalarType) \($0.shape)" }
        }
        throw TensorError(
          solver.name,
          "it made \(text(new)) of \(text(old)), value and memory of "
            + gradients.name(of: move.parameter),
          remedy: "A step keeps shapes, types and the number of memories")
      }
      guard try step.value.isFinite() else {
        throw TensorError(
          solver.name, "its step makes \(gradients.name(of: move.parameter)) not finite",
          remedy: "Look for a division by zero, or a root or logarithm of 0, in it")
      }
      memory.tensors = step.memory.map(\.detached)
      memory.count += 1
      next.append((memory, step.value.detached))
    }
    for (memory, value) in next {
      try memory.parameter.set(value)
      memories[ObjectIdentifier(memory.parameter)] = memory
    }
  }

  private func newMemory(_ parameter: Parameter) throws -> Memory {
    let value = parameter.value
    return Memory(
      parameter: parameter, shape: value.shape, scalarType: value.scalarType,
      tensors: try solver.memory(for: value), count: 0)
  }
}

// MARK: - What is refused

extension SolverState {
  /// Throws unless the gradients are of the network whose learnables are stepped here, or of a part
  /// of it.
  private func requireOwn(_ gradients: Gradients) throws {
    guard let network, gradients.networks.contains(where: { $0 !== network }) else { return }
    let own = Set(network.parameters.map(ObjectIdentifier.init))
    guard
      let (stranger, _) = gradients.pairs.first(where: {
        !own.contains(ObjectIdentifier($0.parameter))
      })
    else { return }
    throw TensorError(
      "update",
      "the gradient of \(gradients.name(of: stranger)) is another network's than the one whose "
        + "learnables this solver has stepped before",
      remedy: "Keep a SolverState for each network")
  }

  /// Throws unless parameter, gradient and what is remembered of it have one shape and type.
  private func validate(
    _ parameter: Parameter, _ gradient: Tensor, _ gradients: Gradients
  ) throws {
    try parameter.requireOwnValue()
    let value = parameter.value
    guard !value.isDeferred else {
      throw TensorError(
        "update", "\(gradients.name(of: parameter)) has no value any more",
        remedy:
          "Compute gradients anew after restoring a network to what it was before it had values"
      )
    }
    func require(_ name: String, _ shape: [Int], _ type: ScalarType, _ remedy: String) throws {
      guard shape != value.shape || type != value.scalarType else { return }
      throw TensorError(
        "update",
        "the \(name) is \(type) \(shape), the parameter \(value.scalarType) \(value.shape), at "
          + gradients.name(of: parameter),
        remedy: remedy + " after casting or replacing learnables")
    }
    try require(
      "gradient", gradient.shape, gradient.scalarType, "Compute gradients anew")
    if let memory = memories[ObjectIdentifier(parameter)] {
      try require(
        "solver's memory", memory.shape, memory.scalarType, "Begin a new SolverState")
    }
    let (rate, l2) = (parameter.learnRateFactor, parameter.l2Factor)
    guard rate.isFinite, rate >= 0, l2.isFinite, l2 >= 0 else {
      throw TensorError(
        "update", "the factors of \(gradients.name(of: parameter)) are \(rate) and \(l2)",
        remedy: "Give factors of 0 or more")
    }
  }

  private func requireFinite(_ moves: [Move], _ gradients: Gradients) throws {
    guard let move = try moves.first(where: { try !$0.gradient.isFinite() }) else { return }
    throw TensorError(
      "update", "the gradient of \(gradients.name(of: move.parameter)) is not finite",
      remedy: "Lower the learn rate, set a gradient threshold, or look for a division by zero, or "
        + "a root or logarithm of 0, in the layers behind it")
  }
}
