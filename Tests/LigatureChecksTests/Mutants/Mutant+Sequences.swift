import Ligature

extension Mutant {
  /// Layers over time and space that forget what their axes mean.
  static let sequences: [Mutant] = [
    .function(.paddedSequences, "a mean over steps that counts padding", on: [.sequences]) {
      x, gain, _ in try (x * gain).mean(1)
    },
    .function(.paddedSequences, "a maximum over steps that padding can win", on: [.sequences]) {
      x, gain, _ in try (x * gain).max(1)
    },
    .function(.paddedSequences, "the last step, padding or not", on: [.sequences]) { x, gain, _ in
      try (x * gain).at(x.shape[1] - 1, axis: 1)
    },
    .function(.paddedSequences, "time backwards, padding first", on: [.sequences]) { x, gain, _ in
      let steps = (0..<x.shape[1]).reversed().map { Int64($0) }
      return try x.gathered(Tensor(steps), axis: 1) * gain
    },
    .function(.paddedSequences, "attention that looks at padding", on: [.sequences]) { x, gain, _ in
      let scores = try matmul(x * gain, x.permuted([0, 2, 1]))
      return try matmul(softmax(scores), x)
    },
    .function(.paddedSequences, "statistics over time and channels", on: [.sequences]) {
      x, gain, _ in
      let centered = try x - x.mean(axes: [1, 2], keepingAxes: true)
      return try centered / sqrt(x.variance(axes: [1, 2], keepingAxes: true) + 1e-5) * gain
    },
    Mutant(.paddedSequences, "heads reshaped where they should be permuted", on: [.wideSequences]) {
      Heads()
    },
    Mutant(.paddedSequences, "steps that wrap around at the end", on: [.sequences]) { Wrapping() },
    Mutant(.observationCounts, "positions learned for three steps", on: [.sequences]) {
      LearnedPositions()
    },
    .function(.observationCounts, "time flattened into features", on: [.sequences]) { x, gain, _ in
      try x.reshaped(to: [x.shape[0], 15]).slice(0..<5, axis: 1) * gain
    },
    .function(
      .independentObservations, "a softmax over observations in attention", on: [.sequences]
    ) { x, gain, _ in
      let scores = try matmul(x * gain, x.permuted([0, 2, 1]))
      return try matmul(softmax(scores, axis: 0), x)
    },
    .function(.independentObservations, "groups that observations fall into") { x, gain, _ in
      let groups = try x.reshaped(to: [5, x.shape[0]])
      return try (groups - groups.mean(-1, keepingAxes: true)).reshaped(to: x.shape) * gain
    },
    .function(.gradientValues, "a running sum made of numbers", on: [.sequences]) { x, gain, _ in
      var sums = try x.doubles()
      let width = x.shape[1] * 5
      for place in sums.indices where place % width >= 5 { sums[place] += sums[place - 5] }
      return try Tensor(sums, shape: x.shape).cast(to: x.scalarType) * gain
    },
    Mutant(.determinism, "a hidden state written while predicting", on: [.sequences]) {
      PredictingMemory()
    },
    Mutant(.determinism, "a hidden state in a plain property", on: [.sequences]) { PlainMemory() },
    Mutant(.observationCounts, "three channels of images counted by position", on: [.images]) {
      FunctionLayer { x in try x.reshaped(to: [x.shape[0], 9, 2]).mean(1) }
    },
    .function(.independentObservations, "a mean over all but the channels", on: [.images]) {
      x, _, _ in try x - x.mean(axes: [0, 1, 2], keepingAxes: true)
    },
    Mutant(.declaredLayout, "labels of the input for what has no time", on: [.sequences]) {
      WrongLabels()
    },
  ]
}

extension Layout {
  /// Any number of time steps of six features.
  static let wideSequences = Layout("BTC", [nil, nil, 6])
  /// Images of any size with two channels.
  static let images = Layout("BSSC", [nil, nil, nil, 2])
}

private struct Heads: CustomLayer, Codable {
  @Learnable var query = FullyConnected(6)
  @Learnable var key = FullyConnected(6)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let shape = [x.shape[0], 2, x.shape[1], 3]
    let queries = try query(x, in: context).reshaped(to: shape)
    let keys = try key(x, in: context).reshaped(to: shape)
    var weights = try matmul(queries, keys.permuted([0, 1, 3, 2]))
    if let lengths = try context.lengths(of: x) {
      let numbers = lengths.flatMap { length in (0..<x.shape[1]).map { $0 < length ? 1.0 : 0 } }
      let shown = try Tensor(numbers, shape: [x.shape[0], 1, 1, x.shape[1]])
        .cast(to: x.scalarType)
      weights = try weights + (shown - 1) * 1e9
    }
    return try matmul(softmax(weights), queries).reshaped(to: x.shape)
  }
}

private struct Wrapping: CustomLayer, Codable {
  @Learnable var mix = FullyConnected(5)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let steps = x.shape[1]
    let moved = (0..<steps).map { Int64(($0 + steps - 1) % steps) }
    return try mix(x + x.gathered(Tensor(moved), axis: 1), in: context)
  }
}

private struct LearnedPositions: CustomLayer, Codable {
  /// `[3, features]`.
  @Learnable var positions: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    positions = try Initializer.heNormal([3, x.shape[2]], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try x + positions.slice(0..<x.shape[1])
  }
}

private struct PredictingMemory: CustomLayer, Codable {
  @LayerState var mean: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    mean = try .zeros([5], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    mean = try mean * 0.9 + x.detached.mean(0, 1) * 0.1
    return try x - mean
  }
}

private final class PlainMemory: CustomLayer, @unchecked Sendable {
  private let hidden = Box<[Double]>([0, 0, 0, 0, 0])
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let before = try Tensor(hidden.value, shape: [5]).cast(to: x.scalarType)
    let y = try tanh(x * gain + before)
    hidden.value = try y.detached.mean(0, 1).doubles()
    return y
  }
}

private struct WrongLabels: CustomLayer, Codable {
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try x.mean(over: .time, counting: context.lengths(of: x))
  }
  func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] { inputs }
}
