import Ligature

extension Mutant {
  /// Layers that are right alone and wrong when shared, and those that are shared or copied by
  /// mistake.
  static let ties: [Mutant] = [
    Mutant(.tieGradients, "a backward that knows the last use only") {
      let last = Box<Tensor?>(nil)
      return RememberingLinear(remember: { last.value = $0 }, recall: { last.value ?? $0 })
    },
    Mutant(.tieGradients, "a gradient that is wrong for three uses only") {
      CountingLinear { alive in alive == 3 ? 0.5 : 1 }
    },
    Mutant(.tieGradients, "a gradient that is wrong from eight uses on") {
      CountingLinear { alive in alive >= 8 ? 0 : 1 }
    },
    Mutant(.tieGradients, "a gradient whose second use counts for nothing") {
      CountingLinear { alive in alive == 2 ? 0.6 : 1 }
    },
    Mutant(.tieAccumulation, "a backward that adds to what it returned before") {
      let sum = Box<[ScalarType: Tensor]>([:])
      return try HandwrittenLinear { gradient, x, weights in
        var result = try HandwrittenLinear.right(gradient, x, weights)
        let bias = try gradient.sum(0)
        let total = try sum.value[gradient.scalarType].map { try $0 + bias } ?? bias
        sum.change { $0[gradient.scalarType] = total }
        result.learnables["bias"] = total
        return result
      }
    },
    Mutant(.tieAccumulation, "a backward that returns its gradient every other time") {
      let calls = Box(0)
      return try HandwrittenLinear { gradient, x, weights in
        let isOdd = calls.change {
          $0 += 1; return $0 % 2 == 1
        }
        return try HandwrittenLinear.right(gradient * (isOdd ? 1 : 0), x, weights)
      }
    },
    Mutant(.tieSteps, "a gradient of two uses that is their mean") {
      CountingLinear { alive in 1 / Double(Swift.max(alive, 1)) }
    },
    Mutant(.tieGroups, "a coding that makes a new learnable for each place") { NewLearnable() },
    Mutant(.tieVisibility, "a learnable's value kept in a plain property") {
      let cache = Box<[ScalarType: Tensor]>([:])
      return scaling { x, gain, context in
        if context.isTraining { return try x * gain }
        if cache.value[x.scalarType] == nil {
          cache.change { $0[x.scalarType] = gain.detached }
        }
        return try x * (cache.value[x.scalarType] ?? gain)
      }
    },
    Mutant(.tieVisibility, "a coding whose copy shares the original's learnable") {
      SharesLearnable()
    },
    Mutant(.accidentalTies, "two learnables that begin as copies of one value") { CopiedValue() },
    Mutant(.accidentalTies, "a decoder that begins as the transposed encoder") {
      try TransposedCopy()
    },
    Mutant(.accidentalTies, "an array that repeats one layer") {
      Blocks(blocks: Array(repeating: FullyConnected(5), count: 3))
    },
    Mutant(.accidentalTies, "an array that repeats one network") {
      let block = Network {
        FullyConnected(5); Tanh()
      }
      return NetworkBlocks(blocks: [block, block])
    },
  ]
}

/// x · weights; what the backward needs is kept outside the pass.
private struct RememberingLinear: CustomBackward {
  @Learnable var weights: Tensor = .deferred
  let remember: @Sendable (Tensor) -> Void
  let recall: @Sendable (Tensor) -> Tensor

  func initialize(for x: Tensor, in context: Context) throws {
    weights = try Initializer.glorotUniform([5, 4], in: context)
  }

  func forward(
    remembering x: Tensor, in context: Context
  ) throws -> (output: Tensor, memory: [Tensor]) {
    remember(x)
    return (try matmul(x, weights), [x, weights])
  }

  func backward(_ gradients: [Tensor], memory: [Tensor]) throws -> LayerGradients {
    let x = recall(memory[0])
    return LayerGradients(
      inputs: [try matmul(gradients[0], memory[1].transposed)],
      learnables: ["weights": try matmul(x.transposed, gradients[0])])
  }
}

/// x · weights; its gradient is scaled by a factor that depends on the number of uses in the pass.
private struct CountingLinear: CustomBackward {
  /// What one recorded use keeps; it lives as long as the recording.
  final class Use: Sendable {
    let x: Tensor
    let weights: Tensor
    let alive: Box<Int>

    init(_ x: Tensor, _ weights: Tensor, _ alive: Box<Int>) {
      self.x = x
      self.weights = weights
      self.alive = alive
      alive.change { $0 += 1 }
    }

    deinit { alive.change { $0 -= 1 } }
  }

  @Learnable var weights: Tensor = .deferred
  let alive = Box(0)
  /// The most uses alive at once since there were none.
  let most = Box(0)
  let factor: @Sendable (Int) -> Double

  init(_ factor: @escaping @Sendable (Int) -> Double) { self.factor = factor }

  func initialize(for x: Tensor, in context: Context) throws {
    weights = try Initializer.glorotUniform([5, 4], in: context)
  }

  func forward(
    remembering x: Tensor, in context: Context
  ) throws -> (output: Tensor, memory: Use) {
    if alive.value == 0 { most.value = 0 }
    let use = Use(x, weights, alive)
    most.value = Swift.max(most.value, alive.value)
    return (try matmul(x, weights), use)
  }

  func backward(_ gradients: [Tensor], memory: Use) throws -> LayerGradients {
    LayerGradients(
      inputs: [try matmul(gradients[0], memory.weights.transposed)],
      learnables: [
        "weights": try matmul(memory.x.transposed, gradients[0]) * factor(most.value)
      ])
  }
}

private struct NewLearnable: CustomLayer, Codable {
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  init() {}
  init(from decoder: any Decoder) throws {}
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("nothing")
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain }
}

private struct CopiedValue: CustomLayer {
  @Learnable var first: Tensor
  @Learnable var second: Tensor
  init() {
    let value = Tensor([1, 2, 3, 4, 5] as [Float])
    first = value
    second = value
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try tanh(x * first) * second }
}

private struct TransposedCopy: CustomLayer {
  @Learnable var encoder: Tensor
  @Learnable var decoder: Tensor
  init() throws {
    var stream = RandomStream(seed: 3)
    let value = try stream.normal([5, 2])
    encoder = value
    decoder = value.transposed
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try matmul(tanh(matmul(x, encoder)), decoder)
  }
}

private struct Blocks: CustomLayer {
  @Learnable var blocks: [FullyConnected]
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try blocks.reduce(x) { try $1($0, in: context) }
  }
}

private struct NetworkBlocks: CustomLayer {
  @Learnable var blocks: [Network]
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try blocks.reduce(x) { try $1($0, in: context) }
  }
}
