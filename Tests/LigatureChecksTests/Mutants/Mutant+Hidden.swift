import Ligature

extension Mutant {
  /// Faults that first values, square images, lengths near the whole or a first batch hide.
  static let hidden: [Mutant] = [
    Mutant(.freezing, "a whole result detached where its weights are frozen") { CutsWhenFrozen() },
    Mutant(.tieGradients, "a backward without learnables that remembers its last input") {
      RemembersInput()
    },
    Mutant(.phaseDifference, "a deviation kept where a variance is read") {
      KeptDeviation(writes: true)
    },
    Mutant(.phaseDifference, "running statistics that are never written") {
      KeptDeviation(writes: false)
    },
    Mutant(.observationCounts, "rows and columns exchanged", on: [.images]) { ExchangesSides() },
    Mutant(.paddedSequences, "every second step, without a word on lengths", on: [.sequences]) {
      Halving { _ in nil }
    },
    Mutant(.paddedSequences, "pairs of steps whose lengths are one too long", on: [.sequences]) {
      Halving { $0 / 2 + 1 }
    },
    Mutant(.paddedSequences, "a cell without biases run from the padded end", on: [.sequences]) {
      FromPaddedEnd()
    },
    Mutant(.inputScales, "a variance as the mean of squares less the squared mean") {
      DifferenceOfSquares()
    },
    Mutant(.staleCopies, "a deviation of the first batch, kept in a plain property") {
      FirstDeviation()
    },
    Mutant(.independentObservations, "a mixture whose strength begins at zero") { MixesLater() },
    Mutant(.paddedSequences, "a mean over padding whose weight begins at zero", on: [.sequences]) {
      MixesLater(axis: 1)
    },
    Mutant(.paddedSequences, "statistics of a batch with its padding", on: [.sequences]) {
      NormalisedWithPadding()
    },
    Mutant(
      .paddedSequences, "a mean over one input with the lengths of the other",
      on: [.sequences, .sequences]
    ) { LengthsOfTheOther() },
    Mutant(.declaredLayout, "three labels for two axes") { MislabelsMeans() },
    Mutant(.everyLearnableUsed, "two factors that both begin at zero") { NeverBegins() },
    Mutant(.everyLayerCalled, "a dropout whose predict is called") { PassesDropoutBy() },
    Mutant(.everyLayerCalled, "an activation that is left over") { LeftOver() },
  ]
}

private struct CutsWhenFrozen: CustomLayer, Codable {
  @Learnable var weights: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    weights = try Initializer.glorotUniform([x.shape[1], 4], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let y = try tanh(matmul(x, weights))
    return $weights.parameters.allSatisfy(\.isFrozen) ? y.detached : y
  }
}

private struct RemembersInput: CustomBackward, Codable {
  private let last = Box<Tensor?>(nil)
  private enum CodingKeys: CodingKey {}
  func forward(remembering x: Tensor, in context: Context) throws -> (output: Tensor, memory: Int) {
    last.value = x
    return (try x * sigmoid(x), 0)
  }
  func backward(_ gradients: [Tensor], memory: Int) throws -> LayerGradients {
    guard let x = last.value else { return LayerGradients(inputs: [nil]) }
    let s = try sigmoid(x)
    return LayerGradients(inputs: [try gradients[0] * (s + x * s * (1 - s))])
  }
}

private struct KeptDeviation: CustomLayer, Codable {
  @Learnable var scale: Tensor = .deferred
  @LayerState var mean: Tensor = .deferred
  @LayerState var variance: Tensor = .deferred
  let writes: Bool
  init(writes: Bool) { self.writes = writes }
  func initialize(for x: Tensor, in context: Context) throws {
    scale = try .ones([x.shape[1]], context.scalarType)
    mean = try .zeros([x.shape[1]], context.scalarType)
    variance = try .ones([x.shape[1]], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try (x - mean) / sqrt(variance + 1e-5) * scale
  }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    if x.shape[0] < 2 { return try predict(x, in: context) }
    let m = try x.mean(0)
    let deviation = try sqrt(x.variance(0) + 1e-5)
    if writes {
      mean = try mean * 0.9 + m.detached * 0.1
      variance = try variance * 0.9 + deviation.detached * 0.1
    }
    return try (x - m) / deviation * scale
  }
}

private struct ExchangesSides: CustomLayer, Codable {
  @Learnable var mix = FullyConnected(2)
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let (count, height, width) = (x.shape[0], x.shape[1], x.shape[2])
    let pixels = try mix(x.reshaped(to: [count, height * width, x.shape[3]]), in: context)
    return try relu(pixels.reshaped(to: [count, width, height, 2])) + x
  }
}

private struct Halving: CustomLayer {
  @Learnable var project = FullyConnected(3)
  let length: @Sendable (Int) -> Int?
  init(_ length: @escaping @Sendable (Int) -> Int?) { self.length = length }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let steps = stride(from: 0, to: x.shape[1], by: 2).map { Int64($0) }
    let halved = try x.gathered(Tensor(steps), axis: 1)
    let lengths = try context.lengths(of: x)?.compactMap(length).map { Swift.min($0, steps.count) }
    if let lengths, !lengths.isEmpty { context.setOutputLengths([lengths]) }
    return try project(halved, in: context.counting(nil))
  }
}

private struct FromPaddedEnd: CustomLayer, Codable {
  @Learnable var cell = GRUCell(4)
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    var state = try Tensor.zeros([x.shape[0], 4], x.scalarType)
    var steps: [Tensor] = []
    let filled = try x * context.mask(of: x)
    for step in (0..<x.shape[1]).reversed() {
      state = try cell(Tuple(filled.at(step, axis: 1), state), in: context)
      steps.append(state)
    }
    return try stack(steps.reversed(), axis: 1)
  }
}

extension Context {
  /// Ones where steps count, and zeros behind them.
  fileprivate func mask(of x: Tensor) throws -> Tensor {
    guard let lengths = try lengths(of: x) else { return try .ones([1, 1, 1], x.scalarType) }
    let steps = lengths.flatMap { length in
      (0..<x.shape[1]).map { $0 < length ? 1.0 : 0.0 }
    }
    return try Tensor(steps).reshaped(to: [lengths.count, x.shape[1], 1]).cast(to: x.scalarType)
  }
}

private struct DifferenceOfSquares: CustomLayer, Codable {
  @Learnable var scale: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    scale = try .ones([x.shape[1]], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let mean = try x.mean(1, keepingAxes: true)
    let variance = try square(x).mean(1, keepingAxes: true) - square(mean)
    return try (x - mean) / sqrt(variance + 1e-5) * scale
  }
}

private final class FirstDeviation: CustomLayer, Codable, @unchecked Sendable {
  @Learnable var project = FullyConnected(3)
  private var deviation = 0.0
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    if deviation == 0 {
      deviation = try sqrt(square(x.detached).mean() + 1e-8).item()
    }
    return try project(x / deviation, in: context)
  }
}

private struct MixesLater: CustomLayer, Codable {
  @Learnable var strength: Tensor = .deferred
  let axis: Int
  init(axis: Int = 0) { self.axis = axis }
  func initialize(for x: Tensor, in context: Context) throws {
    strength = try .zeros([5], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try x + strength * (x - x.mean(axis, keepingAxes: true))
  }
}

private struct PassesDropoutBy: CustomLayer, Codable {
  @Learnable var first = FullyConnected(6)
  @Learnable var dropout = Dropout(0.4)
  @Learnable var second = FullyConnected(3)
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try second(dropout.predict(relu(first(x, in: context)), in: context), in: context)
  }
}

private struct LeftOver: CustomLayer, Codable {
  @Learnable var first = FullyConnected(6)
  @Learnable var activation = Tanh()
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try first(x, in: context) }
}

private struct NormalisedWithPadding: CustomLayer, Codable {
  @Learnable var scale: Tensor = .deferred
  @LayerState var mean: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    scale = try .ones([x.shape[2]], context.scalarType)
    mean = try .zeros([x.shape[2]], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try (x - mean) * scale }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    let m = try x.mean(0, 1)
    mean = try mean * 0.9 + m.detached * 0.1
    return try (x - m) * scale
  }
}

private struct LengthsOfTheOther: CustomLayer, Codable {
  @Learnable var scale: Tensor = .deferred
  func initialize(for inputs: Tuple<Tensor, Tensor>, in context: Context) throws {
    scale = try .ones([5], context.scalarType)
  }
  func predict(_ inputs: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    let (x, memory) = inputs.elements
    let lengths = try context.lengths(of: x)
    let mean = try memory.mean(over: .time, counting: lengths)
    let result = try x * scale + mean.reshaped(to: [x.shape[0], 1, 5])
    try context.setOutputLengths(of: [result], as: [x])
    return result
  }
}

private struct MislabelsMeans: CustomLayer, Codable {
  @Learnable var dense = FullyConnected(3)
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try dense(x, in: context) }
  func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    shapes.map { Layout("BTC", $0.map { $0 }) }
  }
}

private struct NeverBegins: CustomLayer, Codable {
  @Learnable var down: Tensor = .deferred
  @Learnable var up: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    down = try .zeros([x.shape[1], 2], context.scalarType)
    up = try .zeros([2, x.shape[1]], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try x + matmul(matmul(x, down), up)
  }
}
