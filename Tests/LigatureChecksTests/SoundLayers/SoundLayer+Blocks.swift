import Foundation
import Ligature

extension SoundLayer {
  /// Blocks as they are found in papers.
  static let blocks: [SoundLayer] = [
    SoundLayer("sizes read from a learnable") { SizesRead() },
    SoundLayer("root mean square normalisation") { RMSNormalization() },
    SoundLayer("a highway") { Highway() },
    SoundLayer("a residual that is scaled") { LayerScale() },
    SoundLayer("a linear unit with a gate") { GatedUnit() },
    SoundLayer("features modulated by another input", on: [.features, Layout("BC", [nil, 3])]) {
      Modulation()
    },
    SoundLayer("the largest of two maps") { Maxout() },
    SoundLayer("radial functions") { RadialBasis() },
    SoundLayer("a polynomial with learned coefficients") { Polynomial() },
    SoundLayer("a coupling of two halves", on: [Layout("BC", [nil, 6])]) { Coupling() },
    SoundLayer("a product of low rank") { LowRank() },
    SoundLayer("a matrix that is made symmetric") { SymmetricMap() },
    SoundLayer("weights divided by their norm") { UnitWeights() },
    SoundLayer("weights divided by an estimate of their largest singular value") { Spectral() },
    SoundLayer("the same weights forth and back") { ForthAndBack() },
    SoundLayer("an embedding of classes", on: [Layout("BC", [nil, 2], .int64)]) { Embedding() },
    SoundLayer("cosine similarity", on: [.features, .features]) { Similarity() },
    SoundLayer("distance to learned centres") { Centres() },
    SoundLayer("a bias that the softmax cancels") { CancelledBias() },
    SoundLayer("a learnable without elements") { NothingToLearn() },
    SoundLayer("one of two experts for each observation") { HardExperts() },
    SoundLayer("noise while training", CheckOptions(phasesDiffer: true)) { TrainingNoise() },
    SoundLayer("a mean that is remembered", CheckOptions(phasesDiffer: true)) { RemberedMean() },
    SoundLayer("samples around a mean", CheckOptions(phasesDiffer: true)) { Sampling() },
    SoundLayer("a network whose first half is frozen") { HalfFrozen() },
    SoundLayer("two networks that share a layer") { SharedTrunk() },
    SoundLayer("the README's refinement", on: [Layout("BC", [nil, 8])]) { SteppedRefinement() },
    SoundLayer("the documentation's doubling") { Doubled() },
    SoundLayer("a list of outputs") { ThreeOutputs() },
    SoundLayer("two inputs joined", on: [.features, Layout("BC", [nil, 2])]) { Joined() },
    .function("swish") { x, gain, _ in try x * sigmoid(x * gain) },
    .function("mish") { x, gain, _ in try x * tanh(softplus(x * gain)) },
    .function("a tanh that is shrunk") { x, gain, _ in try x - tanh(x * gain) },
    .function("logarithm of a sum of exponents") { x, gain, _ in
      let y = try x * gain
      let largest = try y.detached.max(-1, keepingAxes: true)
      return try log(exp(y - largest).sum(-1, keepingAxes: true)) + largest
    },
    .function("a length with an epsilon") { x, gain, _ in
      try x * gain / sqrt(square(x).sum(-1, keepingAxes: true) + 1e-6)
    },
    .function("sines of several frequencies") { x, gain, _ in
      try concatenate([sin(x * gain), cos(x * gain), sin(x * 2)])
    },
    .function("a mean and a deviation of channels") { x, gain, _ in
      let y = try x * gain
      return try stack([y.mean(-1), sqrt(y.variance(-1) + 1e-5)], axis: 1)
    },
    .function("pairwise products of channels") { x, gain, _ in
      let y = try x * gain
      return try (y.expandingAxis(1) * y.expandingAxis(2)).reshaped(to: [x.shape[0], 25])
    },
    .function("shrinkage towards zero") { x, gain, _ in
      try sign(x) * relu(abs(x) - abs(gain) * 0.1)
    },
    .function("a clamp to a wide range") { x, gain, _ in try clamp(x * gain, to: -6...6) },
  ]
}

private struct SizesRead: CustomLayer, Codable {
  @Learnable var weights: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    weights = try Initializer.heNormal([x.shape[1], 4], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    guard x.shape[1] == weights.shape[0] else {
      throw LayerError(
        context.path, "has \(weights.shape[0]) channels", remedy: "Give it that many")
    }
    return try matmul(x, weights) / sqrt(Double(weights.shape[0]))
  }
}

private struct RMSNormalization: CustomLayer, Codable {
  @Learnable var gain: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    gain = try Initializer.ones([x.shape[x.rank - 1]], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try x / sqrt(square(x).mean(-1, keepingAxes: true) + 1e-6) * gain
  }
}

private struct Highway: CustomLayer, Codable {
  @Learnable var transform = FullyConnected(5)
  @Learnable var gate = FullyConnected(5)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let open = try sigmoid(gate(x, in: context))
    return try tanh(transform(x, in: context)) * open + x * (1 - open)
  }
}

private struct LayerScale: CustomLayer, Codable {
  @Learnable var block = FullyConnected(5)
  @Learnable var scale: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    scale = try .full([5], 1e-4, context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try x + tanh(block(x, in: context)) * scale
  }
}

private struct GatedUnit: CustomLayer, Codable {
  @Learnable var both = FullyConnected(8)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let halves = try both(x, in: context).split(into: 2)
    return try halves[0] * sigmoid(halves[1])
  }
}

private struct Modulation: CustomLayer, Codable {
  @Learnable var gain = FullyConnected(5)
  @Learnable var shift = FullyConnected(5)
  init() {}
  func predict(_ input: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    let (x, condition) = input.elements
    return try x * (1 + gain(condition, in: context)) + shift(condition, in: context)
  }
}

private struct Maxout: CustomLayer, Codable {
  @Learnable var maps = [FullyConnected(3), FullyConnected(3)]
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try maximum(maps[0](x, in: context), maps[1](x, in: context))
  }
}

private struct RadialBasis: CustomLayer, Codable {
  /// `[centres, features]`.
  @Learnable var centres: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    centres = try Initializer.normal(standardDeviation: 1)([4, 5], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let distances = try square(x.expandingAxis(1) - centres).sum(-1)
    return try exp(distances * -0.1)
  }
}

private struct Polynomial: CustomLayer, Codable {
  /// `[4, features]`: constant first.
  @Learnable var coefficients: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    coefficients = try Initializer.normal(standardDeviation: 0.5)([4, 5], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try (0..<3).reversed().reduce(coefficients.at(3, axis: 0)) { sum, power in
      try sum * x + coefficients.at(power, axis: 0)
    }
  }
}

private struct Coupling: CustomLayer, Codable {
  @Learnable var network = Network {
    FullyConnected(8)
    Tanh()
    FullyConnected(6)
  }
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let halves = try x.split(into: 2)
    let made = try network(halves[0], in: context).split(into: 2)
    return try concatenate([halves[0], halves[1] * exp(tanh(made[0])) + made[1]])
  }
}

private struct LowRank: CustomLayer, Codable {
  @Learnable var base = FullyConnected(4)
  @Learnable var down: Tensor = .deferred
  @Learnable var up: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    down = try Initializer.heNormal([5, 2], in: context)
    up = try Initializer.zeros([2, 4], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try base(x, in: context) + matmul(matmul(x, down), up)
  }
}

private struct SymmetricMap: CustomLayer, Codable {
  @Learnable var half: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    half = try Initializer.heNormal([5, 5], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try matmul(x, half + half.transposed)
  }
}

private struct UnitWeights: CustomLayer, Codable {
  @Learnable var weights: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    weights = try Initializer.heNormal([5, 4], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try matmul(x, weights / sqrt(square(weights).sum(0) + 1e-8))
  }
}

private struct Spectral: CustomLayer, Codable {
  @Learnable var weights: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    weights = try Initializer.heNormal([5, 4], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    var direction = try Tensor.ones([4, 1], x.scalarType)
    for _ in 0..<3 {
      let image = try matmul(weights, direction)
      let back = try matmul(weights.transposed, image)
      direction = try back / sqrt(square(back).sum() + 1e-12)
    }
    return try matmul(x, weights) / (sqrt(square(matmul(weights, direction)).sum() + 1e-12))
  }
}

private struct ForthAndBack: CustomLayer, Codable {
  @Learnable var weights: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    weights = try Initializer.heNormal([5, 3], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try matmul(tanh(matmul(x, weights)), weights.transposed)
  }
}

private struct Embedding: CustomLayer, Codable {
  /// `[classes, features]`.
  @Learnable var table: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    table = try Initializer.normal(standardDeviation: 1)([7, 3], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    guard x.shape[1] == 2 else {
      throw LayerError(context.path, "takes two classes", remedy: "Give it two")
    }
    return try table.gathered(x.reshaped(to: [-1])).reshaped(to: [x.shape[0], 6])
  }
}

private struct Similarity: CustomLayer, Codable {
  func predict(_ input: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    let (x, y) = input.elements
    let lengths = try square(x).sum(-1, keepingAxes: true) * square(y).sum(-1, keepingAxes: true)
    return try (x * y).sum(-1, keepingAxes: true) / sqrt(lengths + 1e-6)
  }
}

private struct Centres: CustomLayer, Codable {
  @Learnable var centres: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    centres = try Initializer.normal(standardDeviation: 1)([3, 5], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try sqrt(square(x.expandingAxis(1) - centres).sum(-1) + 1e-6)
  }
}

private struct CancelledBias: CustomLayer, Codable {
  @Learnable var score = FullyConnected(4)
  @Learnable var offset: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    offset = try .full([1], 0.3, context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try softmax(score(x, in: context) + offset)
  }
}

private struct NothingToLearn: CustomLayer, Codable {
  @Learnable var extra: Tensor = .deferred
  @Learnable var map = FullyConnected(3)
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    extra = try .zeros([0, 5], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let added = try matmul(x, extra.transposed)
    return try concatenate([map(x, in: context), added])
  }
}

private struct HardExperts: CustomLayer, Codable {
  @Learnable var experts = [FullyConnected(3), FullyConnected(3)]
  @Learnable var gate = FullyConnected(2)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let shares = try softmax(gate(x, in: context))
    let best = try shares.detached.max(-1, keepingAxes: true)
    let chosen = try (shares .>= best).cast(to: x.scalarType)
    let kept = try (shares * chosen).split(into: 2)
    return try experts[0](x, in: context) * kept[0] + experts[1](x, in: context) * kept[1]
  }
}

private struct TrainingNoise: CustomLayer, Codable {
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    var stream = context.randomStream()
    return try x + stream.normal(x.shape, standardDeviation: 0.1, x.scalarType)
  }
}

private struct RemberedMean: CustomLayer, Codable {
  @LayerState var mean: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    mean = try .zeros([x.shape[1]], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x - mean }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    let batch = try x.mean(0)
    mean = try mean * 0.9 + batch.detached * 0.1
    return try x - batch
  }
}

private struct Sampling: CustomLayer, Codable {
  @Learnable var both = FullyConnected(6)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try both(x, in: context).split(into: 2)[0]
  }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    let parts = try both(x, in: context).split(into: 2)
    var stream = context.randomStream()
    return try parts[0] + exp(parts[1] * 0.5) * stream.normal(parts[1].shape, x.scalarType)
  }
}

private struct HalfFrozen: CustomLayer, Codable {
  @Learnable(learnRateFactor: 0) var first: Tensor = .deferred
  @Learnable var second: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    first = try Initializer.heNormal([5, 4], in: context)
    second = try Initializer.heNormal([4, 3], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try matmul(tanh(matmul(x, first)), second)
  }
}

private struct SharedTrunk: CustomLayer, Codable {
  @Learnable var first: Network
  @Learnable var second: Network
  init() {
    let trunk = FullyConnected(5)
    first = Network {
      trunk
      Tanh()
    }
    second = Network {
      trunk
      FullyConnected(2)
    }
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try second(first(x, in: context), in: context)
  }
}

private struct SteppedRefinement: CustomLayer, Codable {
  @Learnable var step = Network {
    FullyConnected(16)
    Tanh()
    FullyConnected(8)
  }
  @Learnable var rate: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    rate = try .full([x.shape[1]], 0.5)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    var answer = x
    for _ in 1...3 { answer = try answer + rate * step(answer, in: context) }
    return answer
  }
}

private struct Doubled: CustomLayer {
  @Learnable var scale: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    scale = try .full([x.shape[x.rank - 1]], 2)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * scale }
}

private struct ThreeOutputs: CustomLayer, Codable {
  @Learnable var maps = (0..<3).map { FullyConnected($0 + 2) }
  var outputNames: [String] { ["small", "middle", "large"] }
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> [Tensor] {
    try maps.map { try $0(x, in: context) }
  }
}

private struct Joined: CustomLayer, Codable {
  @Learnable var map = FullyConnected(3)
  init() {}
  func predict(_ input: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    try map(concatenate([input.elements.0, input.elements.1]), in: context)
  }
}
