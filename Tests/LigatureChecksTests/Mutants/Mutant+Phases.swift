import Foundation
import Ligature

extension Mutant {
  /// Layers that train another function, or that remember where nothing is saved.
  static let phases: [Mutant] = [
    Mutant(.phaseDifference, "logarithms in training, probabilities in inference") {
      TwoPhases(training: { try logSoftmax($0) }, inference: { try softmax($0) })
    },
    Mutant(.phaseDifference, "a scale for dropout without the dropout") {
      TwoPhases(training: { try $0 / 0.9 }, inference: { $0 })
    },
    Mutant(.phaseDifference, "a sharper squash in inference") {
      TwoPhases(training: { try tanh($0) }, inference: { try tanh($0 * 3) })
    },
    Mutant(.determinism, "running statistics as plain numbers") { PlainStatistics() },
    Mutant(.determinism, "a counter that sharpens with each training pass") { Annealing() },
    Mutant(.determinism, "a largest value seen so far") { LargestSeen() },
    Mutant(.independentObservations, "batch statistics in inference too") { AlwaysBatch() },
    .function(.determinism, "a dropout from the system's generator") { x, gain, context in
      guard context.isTraining else { return try x * gain }
      let kept = (0..<x.count).map { _ in Double.random(in: 0..<1) < 0.5 ? 0.0 : 2.0 }
      return try x * gain * Tensor(kept, shape: x.shape).cast(to: x.scalarType)
    },
    .function(.determinism, "noise in inference") { x, gain, context in
      var stream = context.randomStream()
      return try x * gain + stream.normal(x.shape, standardDeviation: 0.1, x.scalarType)
    },
    Mutant(.determinism, "outputs exchanged from the second call on") {
      let calls = Box(0)
      return FunctionLayer { x in
        let call = calls.change { calls -> Int in
          calls += 1
          return calls
        }
        return call <= 1 ? try x * 2 : try x * 3
      }
    },
    Mutant(.concurrency, "a scratch buffer that calls share") { Scratch() },
    Mutant(.staleCopies, "the norm of the weights kept from their first values") { KeptNorm() },
    Mutant(.staleCopies, "a bias copied when it was initialised") { KeptBias() },
    Mutant(.stateHandling, "a state of the batch's shape") { BatchShapedState() },
    Mutant(.determinism, "a learnable assigned in predict") { SelfAssigning() },
  ]
}

private struct TwoPhases: CustomLayer {
  let training: @Sendable (Tensor) throws -> Tensor
  let inference: @Sendable (Tensor) throws -> Tensor
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try inference(x) }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor { try training(x) }
}

private final class PlainStatistics: CustomLayer, @unchecked Sendable {
  private let mean = Box(0.0)
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try (x - mean.value) * gain }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    let batch = try x.detached.mean().item()
    mean.change { $0 = 0.9 * $0 + 0.1 * batch }
    return try (x - x.mean(0)) * gain
  }
}

private struct Annealing: CustomLayer {
  private let passes = Box(1.0)
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try tanh(x * passes.value) }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    passes.change { $0 *= 1.01 }
    return try tanh(x * passes.value)
  }
}

private struct LargestSeen: CustomLayer {
  private let largest = Box(1e-3)
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    if context.isTraining {
      let now = try abs(x.detached).max().item()
      largest.change { $0 = max($0, now) }
    }
    return try x / largest.value
  }
}

private struct AlwaysBatch: CustomLayer, Codable {
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try (x - x.mean(0)) / sqrt(x.variance(0) + 1e-5) * gain
  }
}

private final class Scratch: CustomLayer, @unchecked Sendable {
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  private let buffer = Box<Tensor?>(nil)
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    buffer.value = try x * gain
    let y = try tanh(x) + sigmoid(x * 3)
    usleep(300)
    return try y + (buffer.value ?? x)
  }
}

private final class KeptNorm: CustomLayer, @unchecked Sendable {
  @Learnable var weights: Tensor = .deferred
  private let norm = Box(0.0)
  func initialize(for x: Tensor, in context: Context) throws {
    weights = try Initializer.heNormal([x.shape[1], 4], in: context)
    norm.value = try sqrt(square(weights).sum()).item()
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try matmul(x, weights) / norm.value
  }
}

private final class KeptBias: CustomLayer, @unchecked Sendable {
  @Learnable var weights: Tensor = .deferred
  @Learnable var bias: Tensor = .deferred
  private let first = Box<[Double]>([])
  func initialize(for x: Tensor, in context: Context) throws {
    weights = try Initializer.heNormal([x.shape[1], 4], in: context)
    bias = try Initializer.heNormal([1, 4], in: context)
    first.value = try bias.doubles()
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let drift = try bias - Tensor(first.value, shape: [1, 4]).cast(to: x.scalarType)
    return try matmul(x, weights) + drift
  }
}

private struct BatchShapedState: CustomLayer, Codable {
  @LayerState var before: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws { before = try x.detached * 0 }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * 2 }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    before = x.detached
    return try x * 2
  }
}

private struct SelfAssigning: CustomLayer, Codable {
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let y = try x * gain
    gain = try gain.detached * 0.99
    return y
  }
}
