import Ligature

extension Mutant {
  /// More layers over time, and layers that remember.
  static let steps: [Mutant] = [
    .function(.paddedSequences, "both directions added, one through padding", on: [.sequences]) {
      x, gain, _ in
      let steps = (0..<x.shape[1]).reversed().map { Int64($0) }
      return try x * gain + x.gathered(Tensor(steps), axis: 1)
    },
    .function(.paddedSequences, "a softmax over all steps", on: [.sequences]) { x, gain, _ in
      try (softmax(x * gain, axis: 1) * x).sum(1)
    },
    .function(.paddedSequences, "positions as parts of the whole", on: [.sequences]) {
      x, gain, _ in
      let steps = x.shape[1]
      let places = (0..<steps).map { Double($0) / Double(steps) }
      return try x * gain + Tensor(places, shape: [steps, 1]).cast(to: x.scalarType)
    },
    .function(.paddedSequences, "a normalisation over time", on: [.sequences]) { x, gain, _ in
      try (x - x.mean(1, keepingAxes: true)) * gain
    },
    .function(.paddedSequences, "covariances divided by all steps", on: [.sequences]) {
      x, gain, _ in
      let y = try x * gain
      return try matmul(y.permuted([0, 2, 1]), y).reshaped(to: [x.shape[0], 25])
        / Double(x.shape[1])
    },
    .function(.paddedSequences, "the lengths of the first observation for all", on: [.sequences]) {
      x, gain, context in
      let first = try context.lengths(of: x).map { [Int](repeating: $0[0], count: $0.count) }
      return try (x * gain).mean(over: .time, counting: first)
    },
    .function(.paddedSequences, "a step before the last one", on: [.sequences]) {
      x, gain, context in
      guard let lengths = try context.lengths(of: x) else {
        return try x.at(x.shape[1] - 1, axis: 1) * gain
      }
      let last = try lengths.enumerated().map { number, length in
        try x.slice(number..<(number + 1)).at(max(0, length - 2), axis: 1)
      }
      return try concatenate(last, axis: 0) * gain
    },
    .function(
      .paddedSequences, "a score of the whole sequence added to each step", on: [.sequences]
    ) { x, gain, _ in try x * gain + x.mean(1, keepingAxes: true) },
    .function(.observationCounts, "pairs of steps", on: [.sequences]) { x, gain, _ in
      try (x * gain).reshaped(to: [x.shape[0], x.shape[1] / 2, 2, 5]).mean(2)
    },
    .function(.finiteValues, "a mean of differences where there is one step", on: [.sequences]) {
      x, gain, _ in
      let steps = x.shape[1]
      let later = try x.slice(1..<steps, axis: 1)
      let differences = try (later - x.slice(0..<(steps - 1), axis: 1)) * gain
      return try differences.sum(1) / Double(steps - 1)
    },
    .function(.paddedSequences, "three steps, however many come", on: [.sequences]) {
      x, gain, context in
      try (0..<3).map { try x.at(min($0, x.shape[1] - 1), axis: 1) * gain }
        .reduce(Tensor.zeros([1], x.scalarType)) { try $0 + $1 }
    },
    Mutant(.determinism, "a moving mean that predictions move") { MovingInPredictions() },
    Mutant(.determinism, "a counter in a static property") { StaticCounter() },
    Mutant(.stateHandling, "a state for each observation of the first batch") { StatePerRow() },
    Mutant(.stateHandling, "a variance of one observation") { SampleVariance() },
    Mutant(.determinism, "the smallest value of training kept as a number") { SmallestSeen() },
    Mutant(.phaseDifference, "one dropout mask for ever") { FixedMask() },
    .function(.determinism, "random numbers seeded by the clock") { x, gain, context in
      guard context.isTraining else { return try x * gain }
      var stream = RandomStream(seed: UInt64(ContinuousClock.now.hashValue.magnitude))
      return try x * gain + stream.normal(x.shape, x.scalarType)
    },
    .function(.determinism, "sampling while predicting") { x, gain, context in
      var stream = context.randomStream()
      return try (x * gain) * stream.uniform(x.shape, in: 0.5..<1.5, x.scalarType)
    },
    .function(.independentObservations, "the observation before taken away") { x, gain, _ in
      let count = x.shape[0]
      let before = (0..<count).map { Int64(max(0, $0 - 1)) }
      return try (x - x.gathered(Tensor(before))) * gain
    },
    .function(.independentObservations, "observations in reverse") { x, gain, _ in
      let places = (0..<x.shape[0]).reversed().map { Int64($0) }
      return try x.gathered(Tensor(places)) * gain
    },
    .function(.independentObservations, "a maximum of the whole batch") { x, gain, _ in
      try x * gain / (abs(x).max() + 1)
    },
  ]

  /// More formulas, backwards and storage that are nearly right.
  static let slips: [Mutant] = [
    Mutant(.gradientValues, "a hyperbolic tangent's slope from its input") {
      HandwrittenFunction<Tensor>({ [try tanh($0[0])] }) { gradients, inputs in
        [try gradients[0] * (1 - square(inputs[0]))]
      }
    },
    Mutant(.gradientValues, "a root's slope without its half") {
      HandwrittenFunction<Tensor>({ [try sqrt(square($0[0]) + 1)] }) { gradients, inputs in
        [try gradients[0] * inputs[0] * 2 / sqrt(square(inputs[0]) + 1)]
      }
    },
    Mutant(.gradientValues, "a normalisation whose mean has no gradient") {
      HandwrittenFunction<Tensor>({ [try $0[0] - $0[0].mean(-1, keepingAxes: true)] }) {
        gradients, _ in [gradients[0]]
      }
    },
    Mutant(.gradientValues, "a bias gradient averaged") {
      try HandwrittenLinear(backward: HandwrittenLinear.changing("bias") { try $0 / 3 })
    },
    Mutant(.gradientValues, "a second input that gets zeros", on: [.features, .features]) {
      HandwrittenFunction<[Tensor]>(inputs: 2, { [try $0[0] + $0[1] * 2] }) { gradients, _ in
        [gradients[0], try gradients[0] * 0]
      }
    },
    Mutant(.gradientValues, "a sum over channels whose gradient is shared out") {
      HandwrittenFunction<Tensor>({ [try $0[0].sum(-1, keepingAxes: true)] }) { gradients, inputs in
        [try (gradients[0] / 5).broadcast(to: inputs[0].shape)]
      }
    },
    Mutant(.gradientLinearity, "a gradient divided by its norm") {
      try HandwrittenLinear { gradient, x, weights in
        let norm = try sqrt(square(gradient).sum() + 1e-12)
        return try HandwrittenLinear.right(gradient / norm, x, weights)
      }
    },
    Mutant(.backwardRuns, "gradients added up in a box") {
      let sum = Box<Tensor?>(nil)
      return try HandwrittenLinear { gradient, x, weights in
        var result = try HandwrittenLinear.right(gradient, x, weights)
        let own = result.learnables["bias"] ?? gradient
        let before = sum.value.flatMap { $0.scalarType == own.scalarType ? $0 : nil }
        let total = try before.map { try $0 + own } ?? own
        sum.value = total
        result.learnables["bias"] = total
        return result
      }
    },
    Mutant(.freezing, "the gradient of weights that the layer itself froze") { FrozenLinear() },
    .function(.gradientValues, "a norm without a gradient") { x, gain, _ in
      try x * gain / sqrt(square(x.detached).sum(-1, keepingAxes: true) + 1)
    },
    .function(.gradientValues, "a scale read as a number") { x, gain, _ in
      try x * gain / (1 + abs(x).max(-1).doubles().reduce(0, +))
    },
    .function(.gradientValues, "weights of a softmax that are detached") { x, gain, _ in
      try x * softmax(x.detached * gain)
    },
    .function(.gradientValues, "half of a gain as numbers") { x, gain, _ in
      let numbers = try Tensor(gain.doubles(), shape: [5]).cast(to: x.scalarType)
      return try x * gain + x * numbers
    },
    .function(.solverStep, "a gain that is rounded to tenths") { x, gain, _ in
      try x * (floor(gain * 10) / 10)
    },
    .function(.finiteValues, "a logarithm of a square") { x, gain, _ in try log(square(x * gain)) },
    .function(.finiteValues, "a share of a sum that can be zero") { x, gain, _ in
      try x * gain / x.sum(-1, keepingAxes: true)
    },
    .function(.finiteValues, "a root of one less a square") { x, gain, _ in
      try sqrt(1 - square(x * gain))
    },
    .function(.finiteValues, "a power of a negative number") { x, gain, _ in
      try pow(x * gain, 0.5)
    },
    .function(.inputScales, "a sigmoid by its definition") { x, gain, _ in
      try 1 / (1 + exp(x * gain * -1))
    },
    .function(.inputScales, "a logarithm of a sum of exponents, as it is written") { x, gain, _ in
      try log(exp(x * gain).sum(-1, keepingAxes: true))
    },
    .function(.inputScales, "a logarithm of a sigmoid") { x, gain, _ in
      try log(sigmoid(x * gain))
    },
    .function(.inputScales, "nothing for what is far off") { x, gain, _ in
      let far = try abs(x) .> 100
      return try select(far, x * 0, x * gain)
    },
    .function(.inputScales, "four squares, one of the other") { x, gain, _ in
      let y = try square(square(square(square(x * gain))))
      return try y / (y + 1)
    },
    .function(.scalarType, "steps numbered in single precision") { x, gain, _ in
      try x * gain + Tensor.range(0..<5, .float32)
    },
    .function(.everyInputUsed, "ones of the input's shape") { x, gain, _ in
      try Tensor.ones(x.shape, x.scalarType) * gain
    },
    Mutant(.everyInputUsed, "a difference of one input from itself", on: [.features, .features]) {
      Difference2()
    },
    Mutant(
      .everyInputUsed, "a mask whose complement is forgotten",
      on: [.features, .features, .features]
    ) { Mixed() },
    .function(.wrongInputs, "four channels of five") { x, gain, _ in
      try x.slice(0..<4, axis: 1) * gain.slice(0..<4)
    },
    Mutant(.initialization, "a list of which one is forgotten") { ForgottenBias() },
    Mutant(.initialization, "a subclass whose superclass declares no initialize") { Derived() },
    Mutant(.observationCounts, "weights made for the example's batch") { BatchWeights() },
    Mutant(.initialization, "a nested network asked past the pass") { AskedNetwork() },
    Mutant(.unmarkedProperties, "constants kept as a plain tensor") { PlainConstants() },
    Mutant(.unmarkedProperties, "layers in a list of structures") { ListedParts() },
    Mutant(.copying, "a choice that decoding puts back") { ForgetfulChoice(sharp: true) },
    Mutant(.accidentalTies, "weights copied for the decoder") { CopiedWeights() },
    Mutant(.memoryGrowth, "a history of outputs") {
      let history = Box<[Tensor]>([])
      return scaling { x, gain, _ in
        let y = try x * gain
        history.change { $0.append(y.detached) }
        return y
      }
    },
    Mutant(.ports, "three outputs and two names") { TwoNames() },
    Mutant(.staleCopies, "a scale worked out when it was initialised") { KeptScale() },
  ]
}

private struct MovingInPredictions: CustomLayer, Codable {
  @LayerState var mean: Tensor = .deferred
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    mean = try .zeros([x.shape[1]], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    mean = try mean * 0.5 + x.detached.mean(0) * 0.5
    return try (x - mean) * gain
  }
}

private struct StaticCounter: CustomLayer {
  static let calls = Box(0)
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    Self.calls.change { $0 += 1 }
    return try x * (1 + 1 / Double(Self.calls.value))
  }
}

private struct StatePerRow: CustomLayer, Codable {
  @LayerState var last: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    last = try .zeros([x.shape[0]], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * 2 }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    last = try x.detached.mean(1)
    return try x * 2
  }
}

private struct SampleVariance: CustomLayer, Codable {
  @LayerState var variance: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    variance = try .ones([x.shape[1]], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x / sqrt(variance + 1e-5) }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    let count = Double(x.shape[0])
    variance = try variance * 0.9 + x.detached.variance(0) * (0.1 * count / (count - 1))
    return try x / sqrt(x.variance(0) + 1e-5)
  }
}

private struct SmallestSeen: CustomLayer {
  private let smallest = Box(0.0)
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x - smallest.value }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    let now = try x.detached.min().item()
    smallest.change { $0 = min($0, now) }
    return try x - smallest.value
  }
}

private struct FixedMask: CustomLayer, Codable {
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    var stream = RandomStream(seed: 1)
    let kept = try stream.uniform(x.shape, in: 0..<1, x.scalarType) .> 0.5
    return try x * kept.cast(to: x.scalarType) * 2
  }
}

private struct FrozenLinear: CustomBackward {
  @Learnable(learnRateFactor: 0) var weights: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    weights = try Initializer.heNormal([x.shape[1], 3], in: context)
  }
  func forward(
    remembering x: Tensor, in context: Context
  ) throws -> (output: Tensor, memory: [Tensor]) { (try matmul(x, weights), [x, weights]) }
  func backward(_ gradients: [Tensor], memory: [Tensor]) throws -> LayerGradients {
    LayerGradients(
      inputs: [try matmul(gradients[0], memory[1].transposed)],
      learnables: ["weights": try matmul(memory[0].transposed, gradients[0])])
  }
}

private struct Difference2: CustomLayer, Codable {
  func predict(_ input: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    let (a, _) = input.elements
    return try square(a - a * 0.5)
  }
}

private struct Mixed: CustomLayer, Codable {
  func predict(
    _ input: Tuple<Tensor, Tensor, Tensor>, in context: Context
  ) throws -> Tensor {
    let (a, b, share) = input.elements
    return try a * sigmoid(share) + b * 0
  }
}

private struct ForgottenBias: CustomLayer, Codable {
  @Learnable var weights: Tensor = .deferred
  @Learnable var bias: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    weights = try Initializer.heNormal([x.shape[1], 3], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try matmul(x, weights) + bias.reshaped(to: [bias.shape[0]])
  }
}

private class Underived: CustomLayer, @unchecked Sendable {
  @Learnable final var gain: Tensor = .deferred
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain }
}

private final class Derived: Underived, @unchecked Sendable {
  func initialize(for x: Tensor, in context: Context) throws {
    gain = try Initializer.ones([x.shape[1]], in: context)
  }
}

private struct BatchWeights: CustomLayer, Codable {
  @Learnable var weights: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    weights = try Initializer.heNormal([x.shape[0], 1], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * weights }
}

private struct AskedNetwork: CustomLayer, Codable {
  @Learnable var inner = Network {
    FullyConnected(4)
    Tanh()
  }
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try inner.predict(x) }
}

private struct PlainConstants: CustomLayer {
  let offsets = Tensor([1, 2, 3, 4, 5] as [Float])
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try x + offsets.cast(to: x.scalarType)
  }
}

private struct ListedParts: CustomLayer {
  struct Part: Sendable {
    var layer = FullyConnected(5)
    var weight = 0.5
  }
  let parts = [Part(), Part()]
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try parts.reduce(x) { try $0 + $1.layer(x, in: context) * $1.weight }
  }
}

private struct ForgetfulChoice: CustomLayer, Codable {
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  var sharp: Bool
  init(sharp: Bool) { self.sharp = sharp }
  enum CodingKeys: CodingKey { case gain }
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    _gain = try container.decode(Learnable<Tensor>.self, forKey: .gain)
    sharp = false
  }
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(_gain, forKey: .gain)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try tanh(x * gain * (sharp ? 4 : 1))
  }
}

private struct CopiedWeights: CustomLayer, Codable {
  @Learnable var forth: Tensor = .deferred
  @Learnable var back: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    let first = try Initializer.heNormal([x.shape[1], 3], in: context)
    forth = first
    back = first.transposed
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try matmul(tanh(matmul(x, forth)), back)
  }
}

private struct TwoNames: CustomLayer, Codable {
  var outputNames: [String] { ["a", "b"] }
  func predict(_ x: Tensor, in context: Context) throws -> [Tensor] { [x, try x * 2, try x * 3] }
}

private final class KeptScale: CustomLayer, @unchecked Sendable {
  @Learnable var weights: Tensor = .deferred
  private let scale = Box(1.0)
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    let first = try Initializer.heNormal([x.shape[1], 3], in: context)
    weights = first
    scale.value = try 1 / (1e-6 + abs(first).max().item())
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try matmul(x, weights) * scale.value
  }
}
