import Foundation
import Ligature

extension SoundLayer {
  private static func declaring(_ exceptions: Set<CheckOptions.Exception>) -> CheckOptions {
    CheckOptions(exceptions: exceptions)
  }

  /// Layers that do something on purpose and say so, and some that come close to it.
  static let declared: [SoundLayer] = [
    SoundLayer("a gradient that is reversed", declaring([.surrogateGradients])) {
      HandwrittenFunction<Tensor>({ [try $0[0] * 1] }) { gradients, _ in [try gradients[0] * -1] }
    },
    .function("a rounding that lets gradients through", declaring([.surrogateGradients])) {
      x, gain, _ in
      let y = try x * gain
      return try y + (round(y) - y).detached
    },
    .function("signs that let gradients through", declaring([.surrogateGradients])) { x, gain, _ in
      let y = try tanh(x * gain)
      return try y + (sign(y) - y).detached
    },
    SoundLayer("a table that only the size of its input matters to", declaring([.ignoresInputs])) {
      Constant()
    },
    SoundLayer(
      "three numbers for any channels", on: [Layout("BTC", [nil, nil, 3])],
      declaring([.anyChannels])
    ) {
      FunctionLayer(name: "filter", learnables: ["kernel": Tensor([0.2, 0.5, 0.3] as [Float])]) {
        x, learnables, _ in
        guard let kernel = learnables["kernel"] else { return x }
        let mean = try x.mean(-1, keepingAxes: true)
        return try mean * kernel.at(0, axis: 0) + mean * kernel.at(1, axis: 0)
          + square(mean) * kernel.at(2, axis: 0)
      }
    },
    .function("pixels up to 255", CheckOptions(inputScales: [100])) { x, gain, _ in
      try x / 255 * gain
    },
    SoundLayer(
      "means of two by two", on: [.images], CheckOptions(spatialSizes: [4, 6])
    ) {
      FunctionLayer { x in
        let (rows, columns) = (x.shape[1] / 2, x.shape[2] / 2)
        return try x.reshaped(to: [x.shape[0], rows, 2, columns, 2, x.shape[3]]).mean(2, 4)
      }
    },
    SoundLayer(
      "random features before weights that learn",
      CheckOptions(learnableCount: 56, unfrozenLearnableCount: 16)
    ) { FrozenFeatures() },
    SoundLayer("a mean of all steps, never padded", on: [.sequences], .unpadded) {
      FunctionLayer { x in try x.mean(1) }
    },
    .function("a sharper squash in training", CheckOptions(phasesDiffer: true)) {
      x, gain, context in try tanh(x * gain * (context.isTraining ? 2 : 1))
    },
    .function("batch statistics, in inference too", declaring([.mixesObservations])) { x, gain, _ in
      try (x - x.mean(0)) * gain
    },
    .function("exponents") { x, gain, _ in try exp(x * gain) },
    .function("a bell") { x, gain, _ in try exp(square(x * gain) * -1) },
    .function("a reciprocal of one and a square") { x, gain, _ in try 1 / (1 + square(x * gain)) },
    .function("a logarithm of one and a size") { x, gain, _ in try sign(x) * log1p(abs(x * gain)) },
    .function("a fifth power") { x, gain, _ in try pow(x * gain, 5) },
    .function("softplus by its operation") { x, gain, _ in try softplus(x * gain) },
    .function("a log softmax") { x, gain, _ in try logSoftmax(x * gain) },
    .function("a huber-like bend") { x, gain, _ in try sqrt(square(x * gain) + 1) - 1 },
    .function("a vector of at most unit length") { x, gain, _ in
      let y = try x * gain
      let size = try square(y).sum(-1, keepingAxes: true)
      return try y * size / ((1 + size) * sqrt(size + 1e-6))
    },
    SoundLayer("a backward that asks what is frozen") { AskingLinear() },
    SoundLayer("a normalisation with a backward of its own") {
      HandwrittenFunction<Tensor>({ [try $0[0] - $0[0].mean(-1, keepingAxes: true)] }) {
        gradients, _ in [try gradients[0] - gradients[0].mean(-1, keepingAxes: true)]
      }
    },
    SoundLayer("a softmax with a backward of its own") {
      HandwrittenFunction<Tensor>({ [try softmax($0[0])] }) { gradients, inputs in
        let y = try softmax(inputs[0])
        let shared = try (gradients[0] * y).sum(-1, keepingAxes: true)
        return [try y * (gradients[0] - shared)]
      }
    },
    SoundLayer("a distance with a backward of its own", on: [.features, .features]) {
      HandwrittenFunction<[Tensor]>(inputs: 2, { [try square($0[0] - $0[1])] }) {
        gradients, inputs in
        let slope = try (inputs[0] - inputs[1]) * gradients[0] * 2
        return [slope, try slope * -1]
      }
    },
    SoundLayer("first values in single precision, a state too", CheckOptions(phasesDiffer: true)) {
      SingleFirst()
    },
  ]
}

private struct Constant: CustomLayer, Codable {
  @Learnable var table: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    table = try Initializer.heNormal([1, x.shape[1]], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try table.broadcast(to: x.shape)
  }
}

private struct FrozenFeatures: CustomLayer, Codable {
  @Learnable(learnRateFactor: 0) var directions: Tensor = .deferred
  @Learnable var weights: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    directions = try Initializer.heNormal([5, 8], in: context)
    weights = try Initializer.heNormal([8, 2], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try matmul(tanh(matmul(x, directions)), weights)
  }
}

private struct AskingLinear: CustomBackward {
  @Learnable(learnRateFactor: 0) var weights: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    weights = try Initializer.heNormal([x.shape[1], 3], in: context)
  }
  func forward(
    remembering x: Tensor, in context: Context
  ) throws -> (output: Tensor, memory: [Tensor]) { (try matmul(x, weights), [x, weights]) }
  func backward(_ gradients: [Tensor], memory: [Tensor]) throws -> LayerGradients {
    var found = LayerGradients(inputs: [try matmul(gradients[0], memory[1].transposed)])
    if !$weights.parameters[0].isFrozen {
      found.learnables["weights"] = try matmul(memory[0].transposed, gradients[0])
    }
    return found
  }
}

private struct SingleFirst: CustomLayer, Codable {
  @Learnable var gain: Tensor = .deferred
  @LayerState var mean: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    gain = try .full([x.shape[1]], 1.5)
    mean = try .zeros([x.shape[1]])
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try (x - mean) * gain }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    mean = try mean * 0.9 + x.detached.mean(0) * 0.1
    return try (x - x.mean(0)) * gain
  }
}
