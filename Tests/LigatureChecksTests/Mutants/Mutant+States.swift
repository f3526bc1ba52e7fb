import Ligature

extension Mutant {
  /// Layers that keep states wrongly.
  static let states: [Mutant] = [
    Mutant(.stateHandling, "a state that takes the batch's shape") {
      Remembering { state, x in state = x }
    },
    Mutant(.stateHandling, "a state that takes another scalar type") {
      Remembering { state, x in state = try x.mean(0).cast(to: .float64) }
    },
    Mutant(.stateHandling, "a state that becomes infinite") {
      Remembering { state, x in state = try state / 0 + x.mean(0) / 0 }
    },
    Mutant(.stateHandling, "a state that is no number after one observation") {
      Remembering { state, x in
        let variance = try square(x - x.mean(0)).sum(0)
        state = try variance / Double(x.shape[0] - 1)
      }
    },
    Mutant(.stateHandling, "a state that predicting resets") { Resetting() },
    Mutant(.stateSeparation, "an input remembered from the use before") {
      let last = Box<Tensor?>(nil)
      return scaling { x, gain, _ in
        defer { last.value = x.detached }
        guard let before = last.value, before.shape == x.shape, before.scalarType == x.scalarType
        else { return try x * gain }
        return try x * gain + before * 0.1
      }
    },
    Mutant(.stateSeparation, "a running mean in a plain property") {
      let mean = Box([Double](repeating: 0, count: 5))
      return scaling { x, gain, _ in
        let now = try x.mean(0).doubles()
        let moved = mean.change { mean in
          mean = zip(mean, now).map { $0 * 0.9 + $1 * 0.1 }
          return mean
        }
        return try x * gain - Tensor(moved).cast(to: x.scalarType)
      }
    },
    Mutant(.stateSeparation, "an input remembered in training only") {
      let last = Box<Tensor?>(nil)
      return scaling { x, gain, context in
        guard context.isTraining else { return try x * gain }
        defer { last.value = x.detached }
        guard let before = last.value, before.shape == x.shape, before.scalarType == x.scalarType
        else { return try x * gain }
        return try x * gain + before * 0.1
      }
    },
  ]
}

/// Adds a state, which a closure changes in training.
private struct Remembering: CustomLayer {
  @LayerState var memory: Tensor = .deferred
  let change: @Sendable (inout Tensor, Tensor) throws -> Void

  init(_ change: @escaping @Sendable (inout Tensor, Tensor) throws -> Void) { self.change = change }

  func initialize(for x: Tensor, in context: Context) throws {
    memory = try .zeros([5], context.scalarType)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * 2 }

  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    var value = memory
    try change(&value, x.detached)
    memory = value
    return try x * 2
  }
}

/// Counts passes in training, and forgets the count when it predicts.
private struct Resetting: CustomLayer {
  @LayerState var count: Tensor = .deferred

  func initialize(for x: Tensor, in context: Context) throws {
    count = try .zeros([1], context.scalarType)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    $count.reset()
    return try x * 2
  }

  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    count = try count + 1
    return try x * 2
  }
}
