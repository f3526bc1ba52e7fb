import Foundation
import Ligature

extension SoundLayer {
  /// Layers of forms that are rare and right.
  static let unusual: [SoundLayer] = [
    SoundLayer("settings of every kind") { Settings() },
    SoundLayer("an enumeration") { Squashing.tanh },
    SoundLayer("a layer around another") { Around(inner: FullyConnected(3)) },
    SoundLayer("lists of lists of layers") { NestedLists() },
    SoundLayer("a list of optional layers") { Gaps() },
    SoundLayer("a tree of classes") { Branch(depth: 2) },
    SoundLayer("weights of a learned length") { WeightNormalization() },
    SoundLayer("a learnable that is one number") { Temperature() },
    SoundLayer(
      "a learnable that nothing is in yet", CheckOptions(exceptions: [.unusedLearnables])
    ) { Spare() },
    SoundLayer("class numbers beside scores") { Scores() },
    SoundLayer("the input itself") { FunctionLayer { x in x } },
    SoundLayer("a view of the input", on: [.shortSequences]) {
      FunctionLayer { x in try x.permuted([0, 2, 1]) }
    },
    SoundLayer(
      "an input that is not used", on: [.features, .features],
      CheckOptions(exceptions: [.ignoresInputs])
    ) { First() },
    SoundLayer("sines of the position", on: [.sequences]) { SinePositions() },
    SoundLayer("experts that are mixed") { Experts() },
    SoundLayer("random features that are not learned") { RandomFeatures() },
    SoundLayer("an input without observations", on: [Layout("C", [5])]) {
      FunctionLayer { x in try x * 3 }
    },
    SoundLayer("time before the batch", on: [Layout("TBC", [nil, nil, 5])]) {
      FunctionLayer { x in try x * 3 }
    },
    SoundLayer("a bilinear form", on: [.features, .features]) { Bilinear() },
    SoundLayer("groups that are normalised", on: [Layout("BC", [nil, 6])]) { GroupNormalization() },
    SoundLayer("first values from the example") { Centered() },
    SoundLayer("a custom gradient within predict") { RawGradient() },
    SoundLayer("one dropout used twice", CheckOptions(phasesDiffer: true)) { DroppedTwice() },
    SoundLayer("ports named with paths and stars") {
      Renamed(inputNames: ["a/b * c"], outputNames: ["d/e"])
    },
  ]
}

/// What a layer may store without a mark: settings, closures, references, and values to any depth
/// that hold no tensor.
private struct Settings: CustomLayer {
  struct Inner: Sendable {
    var initializer = Initializer.normal(standardDeviation: 0.1)
    var layout = Layout.features
    var range = 0.0..<1.0
    var names = ["a": 1]
    var pair = (1, "b")
    var place = URL(string: "https://example.org")
    var moment = Date.distantPast
    var numbers = [Double](repeating: 1, count: 1000)
    var squash: @Sendable (Tensor) throws -> Tensor = { try tanh($0) }
    var type: Any.Type = Tensor.self
    var none: Tensor?
  }

  indirect enum Expression: Sendable { case number(Int), sum(Expression, Expression) }

  let inner = Inner()
  let expression = Expression.sum(.sum(.number(1), .number(2)), .number(3))
  let shared = Box<Tensor?>(Tensor([Float(1)]))
  let stream = RandomStream(seed: 3)
  let loss = Loss.meanSquaredError

  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try inner.squash(x) }
}

private enum Squashing: CustomLayer, Codable {
  case tanh, sigmoid
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let y = try Ligature.sigmoid(x * 2)
    return self == .tanh ? try y * 2 - 1 : y
  }
}

private struct Around<Inner: Layer>: CustomLayer
where Inner.Input == Tensor, Inner.Output == Tensor {
  @Learnable var inner: Inner
  init(inner: Inner) { self.inner = inner }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try inner(tanh(x), in: context)
  }
}

private struct NestedLists: CustomLayer, Codable {
  @Learnable var blocks = (0..<2).map { _ in (0..<2).map { _ in FullyConnected(5) } }
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try blocks.joined().reduce(x) { try tanh($1($0, in: context)) }
  }
}

private struct Gaps: CustomLayer, Codable {
  @Learnable var layers: [FullyConnected?] = [nil, FullyConnected(5), nil]
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try layers.reduce(x) { try $1?($0, in: context) ?? tanh($0) }
  }
}

private final class Branch: CustomLayer, @unchecked Sendable {
  @Learnable var children: [Branch]
  @Learnable var layer = FullyConnected(5)
  init(depth: Int) { children = depth == 0 ? [] : (0..<2).map { _ in Branch(depth: depth - 1) } }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try children.reduce(tanh(layer(x, in: context))) { try $0 + $1(x, in: context) }
  }
}

private struct WeightNormalization: CustomLayer, Codable {
  /// `[inputs, outputs]`.
  @Learnable var directions: Tensor = .deferred
  /// `[outputs]`.
  @Learnable var lengths: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    directions = try Initializer.heNormal([5, 4], in: context)
    lengths = try Initializer.ones([4], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try matmul(x, directions * (lengths / sqrt(square(directions).sum(0))))
  }
}

private struct Temperature: CustomLayer, Codable {
  @Learnable var temperature: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    temperature = try .full([], 1.5, context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try softmax(x / temperature) }
}

private struct Spare: CustomLayer, Codable {
  @Learnable var spare: Tensor = .deferred
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  func initialize(for x: Tensor, in context: Context) throws {
    spare = try .zeros([0], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain }
}

private struct Scores: CustomLayer, Codable {
  @Learnable var layer = FullyConnected(3)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tuple<Tensor, Tensor> {
    let scores = try layer(x, in: context)
    return Tuple(scores, try scores.detached.max(-1).cast(to: .int64))
  }
}

private struct First: CustomLayer, Codable {
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  init() {}
  func predict(_ input: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    try input.elements.0 * gain
  }
}

private struct SinePositions: CustomLayer, Codable {
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let (time, features) = (x.shape[1], x.shape[2])
    let angles = (0..<time).flatMap { step in
      (0..<features).map { sin(Double(step) / pow(1e4, Double($0) / Double(features))) }
    }
    return try x + Tensor(angles, shape: [time, features]).cast(to: x.scalarType)
  }
}

private struct Experts: CustomLayer, Codable {
  @Learnable var experts = (0..<3).map { _ in FullyConnected(4) }
  @Learnable var gate = FullyConnected(3)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let shares = try softmax(gate(x, in: context)).split(into: experts.count)
    return try zip(experts, shares).map { try $0(x, in: context) * $1 }
      .reduce(Tensor.zeros([1], x.scalarType)) { try $0 + $1 }
  }
}

private struct RandomFeatures: CustomLayer, Codable {
  @LayerState var directions: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    directions = try Initializer.heNormal([5, 3], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let angles = try matmul(x, directions)
    return try concatenate([sin(angles), cos(angles)])
  }
}

private struct Bilinear: CustomLayer, Codable {
  @Learnable var weights: Tensor = .deferred
  func initialize(for input: Tuple<Tensor, Tensor>, in context: Context) throws {
    weights = try Initializer.heNormal([5, 5], in: context)
  }
  func predict(_ input: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    let (x, y) = input.elements
    return try (matmul(x, weights) * y).sum(-1, keepingAxes: true)
  }
}

private struct GroupNormalization: CustomLayer, Codable {
  @Learnable var gain: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    gain = try Initializer.ones([6], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let groups = try x.reshaped(to: [-1, 2, 3])
    let centered = try groups - groups.mean(-1, keepingAxes: true)
    let variance = try square(centered).mean(-1, keepingAxes: true)
    return try (centered / sqrt(variance + 1e-5)).reshaped(to: x.shape) * gain
  }
}

private struct Centered: CustomLayer, Codable {
  @Learnable var shift: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws { shift = try x.detached.mean(0) }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x - shift }
}

private struct RawGradient: CustomLayer, Codable {
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try withCustomGradient(
      "scaled", [x, gain], forward: { ([try $0[0] * $0[1]], $0) },
      backward: { (memory: [Tensor], gradients) in
        [try gradients[0] * memory[1], try (gradients[0] * memory[0]).sum(0)]
      })[0]
  }
}

private struct DroppedTwice: CustomLayer, Codable {
  @Learnable var dropout = Dropout(0.3)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try dropout(dropout(x, in: context) * 2, in: context)
  }
}

private struct Renamed: CustomLayer, Codable {
  let inputNames: [String]
  let outputNames: [String]
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * 2 }
}
