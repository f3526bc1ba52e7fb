import Ligature

extension SoundLayer {
  /// Layers with a right backward of their own.
  static let handwritten: [SoundLayer] = [
    SoundLayer("a linear layer with a backward of its own") {
      try HandwrittenLinear(backward: HandwrittenLinear.right)
    },
    SoundLayer("a larger one", on: [Layout("BC", [nil, 12])]) {
      try HandwrittenLinear(12, 9, backward: HandwrittenLinear.right)
    },
    SoundLayer("a cube with a backward of its own") {
      HandwrittenFunction<Tensor>({ [try pow($0[0], 3)] }) { gradients, inputs in
        [try gradients[0] * square(inputs[0]) * 3]
      }
    },
    SoundLayer("a rectifier with a backward of its own") {
      HandwrittenFunction<Tensor>({ [try relu($0[0])] }) { gradients, inputs in
        [try select(inputs[0] .> 0, gradients[0], gradients[0] * 0)]
      }
    },
    SoundLayer("a product of two with a backward of its own", on: [.features, .features]) {
      HandwrittenFunction<[Tensor]>(inputs: 2, { [try $0[0] * $0[1]] }) { gradients, inputs in
        [try gradients[0] * inputs[1], try gradients[0] * inputs[0]]
      }
    },
    SoundLayer("two outputs with a backward of their own") {
      HandwrittenFunction<Tensor>(outputs: 2, { [try $0[0] * 2, try square($0[0])] }) {
        gradients, inputs in [try gradients[0] * 2 + gradients[1] * inputs[0] * 2]
      }
    },
    SoundLayer("embedding by indices", on: [Layout("BT", [nil, 4], .int64)]) { Embedding() },
    SoundLayer("embedding and features", on: [Layout("BT", [nil, 3], .int64), .shortSequences]) {
      EmbeddedSum()
    },
    SoundLayer("two inputs and two outputs", on: [.features, .features]) { Rotation() },
    SoundLayer("any number of inputs", on: [.features, .features, .features]) { WeightedSum() },
    SoundLayer("a class with a state", CheckOptions(phasesDiffer: true)) { RunningCenter() },
    SoundLayer("a state that all uses share", CheckOptions(phasesDiffer: true)) { SharedCount() },
    SoundLayer("a subclass that overrides forward", CheckOptions(phasesDiffer: true)) {
      OverridingScaling()
    },
    SoundLayer("a layer that computes in double", CheckOptions(exceptions: [.changesScalarType])) {
      FunctionLayer { x in try x.cast(to: .float64) * 2 }
    },
  ]
}

private struct Embedding: CustomLayer, Codable {
  /// `[words, features]`.
  @Learnable var table: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    table = try Initializer.normal(standardDeviation: 1)([2, 3], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try table.gathered(x.reshaped(to: [-1])).reshaped(to: x.shape + [3])
  }
  func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    shapes.map { Layout("BTC", $0) }
  }
}

private struct EmbeddedSum: CustomLayer, Codable {
  @Learnable var table: Tensor = .deferred
  func initialize(for input: Tuple<Tensor, Tensor>, in context: Context) throws {
    table = try Initializer.glorotNormal([2, 5], in: context)
  }
  func predict(_ input: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    let (words, features) = input.elements
    return try tanh(
      table.gathered(words.reshaped(to: [-1])).reshaped(to: words.shape + [5]) + features)
  }
  func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    shapes.map { Layout("BTC", $0) }
  }
}

private struct Rotation: CustomLayer, Codable {
  @Learnable var angle: Tensor = .deferred
  func initialize(for input: Tuple<Tensor, Tensor>, in context: Context) throws {
    angle = try .full([5], 0.3, context.scalarType)
  }
  func predict(
    _ input: Tuple<Tensor, Tensor>, in context: Context
  ) throws -> Tuple<Tensor, Tensor> {
    let (x, y) = input.elements
    return Tuple(try x * cos(angle) - y * sin(angle), try x * sin(angle) + y * cos(angle))
  }
}

private struct WeightedSum: CustomLayer, Codable {
  @Learnable var weights: [Tensor] = .deferred
  var inputNames: [String] { ["a", "b", "c"] }
  func initialize(for inputs: [Tensor], in context: Context) throws {
    weights = try inputs.map { try Initializer.heUniform([$0.shape[1]], in: context) }
  }
  func predict(_ inputs: [Tensor], in context: Context) throws -> Tensor {
    try zip(inputs, weights).map { try $0 * $1 }.reduce(Tensor.zeros([1], inputs[0].scalarType)) {
      try $0 + $1
    }
  }
}

/// Takes a running mean away: of the batch in training, the stored one in inference.
private final class RunningCenter: CustomLayer, Codable, @unchecked Sendable {
  @LayerState var mean: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    mean = try .zeros([5], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x - mean }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    mean = try mean * 0.9 + x.detached.mean(0) * 0.1
    return try x - x.mean(0)
  }
}

/// Fades its input in as training goes on.
private struct SharedCount: CustomLayer, Codable {
  @LayerState(.shared) var count: Tensor = .deferred
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    count = try .zeros([], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    let factor = try (1 - exp(-1 - count)).detached
    count = try count + 1
    return try x * gain * factor
  }
}

private class OpenScaling: CustomLayer, Codable, @unchecked Sendable {
  @Learnable final var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor { try predict(x, in: context) }
}

private final class OverridingScaling: OpenScaling, @unchecked Sendable {
  override func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    var stream = context.randomStream()
    return try predict(x, in: context) + stream.normal(x.shape, x.scalarType)
  }
}
