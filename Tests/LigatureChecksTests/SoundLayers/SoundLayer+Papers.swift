import Foundation
import Ligature

extension SoundLayer {
  /// More layers of the literature, over features, sequences and images.
  static let papers: [SoundLayer] = [
    SoundLayer("a gated recurrence by hand", on: [.sequences]) { HandGRU() },
    SoundLayer("distances between steps that are learned", on: [.sequences]) { RelativeBias() },
    SoundLayer("pairs of channels turned by the step", on: [.wideSequences]) { Rotary() },
    SoundLayer("a mean and a deviation over time", on: [.sequences]) { StatisticsPooling() },
    SoundLayer("neighbours before and behind", on: [.sequences]) { Neighbours() },
    SoundLayer("steps two apart", on: [.sequences]) { Dilated() },
    SoundLayer("an LSTM whose states are projected", on: [.sequences]) { Projected() },
    SoundLayer("both ways and a map", on: [.sequences]) { BothWays() },
    SoundLayer("a network over all steps as observations", on: [.sequences]) { FlatSteps() },
    SoundLayer("images flattened", on: [Layout("BSSC", [nil, 3, 3, 2])]) { FlatImages() },
    SoundLayer("channels moved into space", on: [Layout("BSSC", [nil, nil, nil, 4])]) {
      FunctionLayer { x in
        let (rows, columns) = (x.shape[1], x.shape[2])
        return try x.reshaped(to: [x.shape[0], rows, columns, 2, 2]).permuted([0, 1, 3, 2, 4])
          .reshaped(to: [x.shape[0], rows * 2, columns * 2, 1])
      }
    },
    SoundLayer("statistics of each image", on: [.images]) {
      FunctionLayer { x in
        let centered = try x - x.mean(axes: [1, 2], keepingAxes: true)
        return try centered / sqrt(x.variance(axes: [1, 2], keepingAxes: true) + 1e-5)
      }
    },
    SoundLayer("coordinates beside channels", on: [.images]) { Coordinates() },
    SoundLayer("the brightest pixel", on: [.images]) { FunctionLayer { x in try x.max(1, 2) } },
    SoundLayer("a batch normalisation by hand") { HandNormalization() },
    SoundLayer("a path that is dropped at random") { DroppedPath() },
    SoundLayer("noise of Gumbel while training") { GumbelNoise() },
    SoundLayer("a mean, a logarithm of a variance, and a sample") { Variational() },
    SoundLayer("the best of three experts") { BestExpert() },
    SoundLayer("weights that are positive") { PositiveWeights() },
    SoundLayer("a reflection") { Reflection() },
    SoundLayer("pairs of features by factors") { Factorization() },
    SoundLayer("cosines to classes") { CosineClasses() },
    SoundLayer("shares by distance to prototypes") { Prototypes() },
    SoundLayer("weights made by another input", on: [.features, Layout("BC", [nil, 3])]) {
      Hyper()
    },
    SoundLayer("five steps to an equilibrium") { Equilibrium() },
    SoundLayer("a step of Runge and Kutta") { RungeKutta() },
    SoundLayer("networks by name") { ByName() },
    SoundLayer("a bias that may be missing") { MaybeBias(bias: false) },
    SoundLayer("a subclass that extends initialize") { Extended() },
    SoundLayer("a coding by hand") { HandCoded(sharpness: 3) },
    SoundLayer("a map between two sizes and back") { Bottleneck() },
    SoundLayer("three inputs weighed by one", on: [.features, .features, Layout("BC", [nil, 1])]) {
      Weighing()
    },
    SoundLayer("a flow that can be undone", on: [.wideFeatures]) { Flow() },
    SoundLayer("words beside numbers", on: [Layout("BC", [nil, 3], .int64), .features]) {
      WordsAndNumbers()
    },
  ]
}

extension Layout {
  /// Six features.
  fileprivate static let wideFeatures = Layout("BC", [nil, 6])
}

private func zeros(like x: Tensor) throws -> Tensor { try .zeros([1], x.scalarType) }

private struct HandGRU: CustomLayer, Codable {
  @Learnable var gates = FullyConnected(8)
  @Learnable var candidate = FullyConnected(4)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    var state = try Tensor.zeros([x.shape[0], 4], x.scalarType)
    var states: [Tensor] = []
    for step in 0..<x.shape[1] {
      let input = try x.at(step, axis: 1)
      let both = try sigmoid(gates(concatenate([input, state]), in: context)).split(into: 2)
      let fresh = try tanh(candidate(concatenate([input, state * both[0]]), in: context))
      state = try both[1] * state + (1 - both[1]) * fresh
      states.append(state)
    }
    return try stack(states, axis: 1)
  }
}

private struct RelativeBias: CustomLayer, Codable {
  @Learnable var query = FullyConnected(5)
  /// `[5]`: distances -2...2, larger ones taken for those.
  @Learnable var bias: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    bias = try Initializer.normal(standardDeviation: 0.5)([5], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let steps = x.shape[1]
    let places = (0..<steps).flatMap { row in
      (0..<steps).map { Int64(min(2, max(-2, $0 - row)) + 2) }
    }
    var scores = try matmul(query(x, in: context), x.permuted([0, 2, 1]))
    scores = try scores + bias.gathered(Tensor(places)).reshaped(to: [steps, steps])
    if let lengths = try context.lengths(of: x) {
      let hidden = lengths.flatMap { length in (0..<steps).map { $0 < length ? 0.0 : -1e30 } }
      scores =
        try scores
        + Tensor(hidden, shape: [x.shape[0], 1, steps]).cast(to: x.scalarType)
    }
    return try matmul(softmax(scores), x)
  }
}

private struct Rotary: CustomLayer, Codable {
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let steps = x.shape[1]
    let angles = (0..<steps).flatMap { step in (0..<3).map { Double(step) / pow(10.0, Double($0)) }
    }
    let turn = try Tensor(angles, shape: [steps, 3]).cast(to: x.scalarType)
    let halves = try x.split(into: 2)
    return try concatenate([
      halves[0] * cos(turn) - halves[1] * sin(turn), halves[0] * sin(turn) + halves[1] * cos(turn),
    ])
  }
}

private struct StatisticsPooling: CustomLayer, Codable {
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let lengths = try context.lengths(of: x)
    let mean = try x.mean(over: .time, counting: lengths)
    let squares = try square(x).mean(over: .time, counting: lengths)
    return try concatenate([mean, sqrt(relu(squares - square(mean)) + 1e-4)])
  }
}

private struct Neighbours: CustomLayer, Codable {
  @Learnable var maps = (0..<3).map { _ in FullyConnected(4) }
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let steps = x.shape[1]
    let edge = try Tensor.zeros([x.shape[0], 1, x.shape[2]], x.scalarType)
    let padded = try concatenate([edge, x, edge], axis: 1)
    var kept: [Tensor] = []
    for place in 0..<3 {
      kept.append(try padded.slice(place..<(place + steps), axis: 1))
    }
    return try maps[0](kept[0], in: context) + maps[1](kept[1], in: context)
      + maps[2](kept[2], in: context)
  }
}

private struct Dilated: CustomLayer, Codable {
  @Learnable var present = FullyConnected(3)
  @Learnable var past = FullyConnected(3)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let steps = x.shape[1]
    let edge = try Tensor.zeros([x.shape[0], 2, x.shape[2]], x.scalarType)
    let before = try concatenate([edge, x], axis: 1).slice(0..<steps, axis: 1)
    return try tanh(present(x, in: context) + past(before, in: context))
  }
}

private struct Projected: CustomLayer, Codable {
  @Learnable var lstm = LSTM(4)
  @Learnable var out = FullyConnected(2)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try out(lstm(x, in: context), in: context)
  }
}

private struct BothWays: CustomLayer, Codable {
  @Learnable var lstm = Bidirectional(GRU(3))
  @Learnable var out = FullyConnected(2)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try out(tanh(lstm(x, in: context)), in: context)
  }
}

private struct FlatSteps: CustomLayer, Codable {
  @Learnable var network = Network {
    FullyConnected(6)
    Tanh()
    FullyConnected(3)
  }
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let flat = try x.reshaped(to: [x.shape[0] * x.shape[1], x.shape[2]])
    let made = try network(flat, in: context)
    return try made.reshaped(to: [x.shape[0], x.shape[1], 3])
  }
}

private struct FlatImages: CustomLayer, Codable {
  @Learnable var out = FullyConnected(4)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try out(x.reshaped(to: [x.shape[0], 18]), in: context)
  }
}

private struct Coordinates: CustomLayer, Codable {
  @Learnable var map = FullyConnected(3)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let (rows, columns) = (x.shape[1], x.shape[2])
    let numbers = (0..<rows).flatMap { row in
      (0..<columns).flatMap { [Double(row) / Double(rows), Double($0) / Double(columns)] }
    }
    let places = try Tensor(numbers, shape: [1, rows, columns, 2]).cast(to: x.scalarType)
      .broadcast(to: [x.shape[0], rows, columns, 2])
    return try map(concatenate([x, places]), in: context)
  }
}

private struct HandNormalization: CustomLayer, Codable {
  @Learnable var gain: Tensor = .deferred
  @LayerState var mean: Tensor = .deferred
  @LayerState var variance: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    gain = try Initializer.ones([x.shape[1]], in: context)
    mean = try .zeros([x.shape[1]], context.scalarType)
    variance = try .ones([x.shape[1]], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try (x - mean) / sqrt(variance + 1e-5) * gain
  }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    let (center, spread) = (try x.mean(0), try x.variance(0))
    mean = try mean * 0.9 + center.detached * 0.1
    variance = try variance * 0.9 + spread.detached * 0.1
    return try (x - center) / sqrt(spread + 1e-5) * gain
  }
}

private struct DroppedPath: CustomLayer, Codable {
  @Learnable var block = FullyConnected(5)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let y = try tanh(block(x, in: context))
    guard context.isTraining else { return try x + y }
    var stream = context.randomStream()
    let kept = try stream.uniform([x.shape[0], 1], in: 0..<1, x.scalarType) .> 0.2
    return try x + y * kept.cast(to: x.scalarType) / 0.8
  }
}

private struct GumbelNoise: CustomLayer, Codable {
  @Learnable var scores = FullyConnected(4)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let y = try scores(x, in: context)
    guard context.isTraining else { return try softmax(y) }
    var stream = context.randomStream()
    let drawn = try stream.uniform(y.shape, in: 0.01..<0.99, y.scalarType)
    return try softmax(y - log(log(drawn) * -1))
  }
}

private struct Variational: CustomLayer, Codable {
  @Learnable var mean = FullyConnected(3)
  @Learnable var spread = FullyConnected(3)
  var outputNames: [String] { ["sample", "mean", "logVariance"] }
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> [Tensor] {
    let (center, width) = (try mean(x, in: context), try spread(x, in: context))
    guard context.isTraining else { return [center, center, width] }
    var stream = context.randomStream()
    let noise = try stream.normal(center.shape, center.scalarType)
    return [try center + exp(width * 0.5) * noise, center, width]
  }
}

private struct BestExpert: CustomLayer, Codable {
  @Learnable var experts = (0..<3).map { _ in FullyConnected(2) }
  @Learnable var gate = FullyConnected(3)
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    for expert in experts { _ = try expert(x, in: context) }
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let shares = try softmax(gate(x, in: context))
    let best = try shares.detached.argmax(-1)
    let places = try best.doubles()
    var sum = try zeros(like: x)
    for (number, expert) in experts.enumerated() {
      let rows = places.indices.filter { Int(places[$0]) == number }
      guard !rows.isEmpty else { continue }
      let chosen = Tensor(rows.map { Int64($0) })
      let own = try expert(x.gathered(chosen), in: context)
      let share = try shares.slice(number..<(number + 1), axis: 1).gathered(chosen)
      let blank = try Tensor.zeros([x.shape[0], 2], x.scalarType)
      sum = try sum + blank.scatterAdded(own * share, at: chosen)
    }
    return sum
  }
}

private struct PositiveWeights: CustomLayer, Codable {
  @Learnable var raw: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    raw = try Initializer.heNormal([x.shape[1], 3], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try matmul(x, softplus(raw)) }
}

private struct Reflection: CustomLayer, Codable {
  @Learnable var normal: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    normal = try Initializer.heNormal([x.shape[1], 1], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let along = try matmul(x, normal)
    return try x - matmul(along, normal.transposed) * 2 / (square(normal).sum() + 1e-8)
  }
}

private struct Factorization: CustomLayer, Codable {
  @Learnable var factors: Tensor = .deferred
  @Learnable var first = FullyConnected(1)
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    factors = try Initializer.heNormal([x.shape[1], 3], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let sums = try square(matmul(x, factors))
    let squares = try matmul(square(x), square(factors))
    return try first(x, in: context) + (sums - squares).sum(-1, keepingAxes: true) * 0.5
  }
}

private struct CosineClasses: CustomLayer, Codable {
  @Learnable var classes: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    classes = try Initializer.heNormal([x.shape[1], 4], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let own = try x / sqrt(square(x).sum(-1, keepingAxes: true) + 1e-6)
    let other = try classes / sqrt(square(classes).sum(0, keepingAxes: true) + 1e-6)
    return try matmul(own, other) * 10
  }
}

private struct Prototypes: CustomLayer, Codable {
  @Learnable var places: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    places = try Initializer.normal(standardDeviation: 1)([3, x.shape[1]], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try softmax(square(x.expandingAxis(1) - places).sum(-1) * -1)
  }
}

private struct Hyper: CustomLayer, Codable {
  @Learnable var maker = FullyConnected(10)
  init() {}
  func predict(_ input: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    let (x, condition) = input.elements
    let weights = try maker(condition, in: context).reshaped(to: [x.shape[0], 5, 2])
    return try matmul(x.expandingAxis(1), weights).reshaped(to: [x.shape[0], 2])
  }
}

private struct Equilibrium: CustomLayer, Codable {
  @Learnable var inner = FullyConnected(5)
  @Learnable var outer = FullyConnected(5)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let given = try outer(x, in: context)
    var state = try given * 0
    for _ in 0..<5 { state = try tanh(inner(state, in: context) * 0.5 + given) }
    return state
  }
}

private struct RungeKutta: CustomLayer, Codable {
  @Learnable var slope = Network {
    FullyConnected(6)
    Tanh()
    FullyConnected(5)
  }
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let a = try slope(x, in: context)
    let b = try slope(x + a * 0.05, in: context)
    let c = try slope(x + b * 0.05, in: context)
    let d = try slope(x + c * 0.1, in: context)
    return try x + (a + b * 2 + c * 2 + d) * (0.1 / 6)
  }
}

private struct ByName: CustomLayer, Codable {
  @Learnable var parts = ["up": FullyConnected(7), "down": FullyConnected(5)]
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    guard let up = parts["up"], let down = parts["down"] else { return x }
    return try x + down(relu(up(x, in: context)), in: context)
  }
}

private struct MaybeBias: CustomLayer, Codable {
  @Learnable var weights: Tensor = .deferred
  @Learnable var bias: Tensor?
  let hasBias: Bool
  init(bias: Bool) { hasBias = bias }
  func initialize(for x: Tensor, in context: Context) throws {
    weights = try Initializer.heNormal([x.shape[1], 3], in: context)
    if hasBias { bias = try Initializer.zeros([3], in: context) }
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let y = try matmul(x, weights)
    return try bias.map { try y + $0 } ?? y
  }
}

private class Plain: CustomLayer, @unchecked Sendable {
  @Learnable final var gain: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    gain = try Initializer.ones([x.shape[1]], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain }
}

private final class Extended: Plain, @unchecked Sendable {
  @Learnable var shift: Tensor = .deferred
  override func initialize(for x: Tensor, in context: Context) throws {
    try super.initialize(for: x, in: context)
    shift = try Initializer.heNormal([1, x.shape[1]], in: context)
  }
  override func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try super.predict(x, in: context) + shift
  }
}

private struct HandCoded: CustomLayer, Codable {
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  let sharpness: Double
  init(sharpness: Double) { self.sharpness = sharpness }
  enum CodingKeys: CodingKey { case gain, sharpness }
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    _gain = try container.decode(Learnable<Tensor>.self, forKey: .gain)
    sharpness = try container.decode(Double.self, forKey: .sharpness)
  }
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(_gain, forKey: .gain)
    try container.encode(sharpness, forKey: .sharpness)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try tanh(x * gain * sharpness)
  }
}

private struct Bottleneck: CustomLayer, Codable {
  @Learnable var encoder = [FullyConnected(4), FullyConnected(2)]
  @Learnable var decoder = [FullyConnected(4), FullyConnected(5)]
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try (encoder + decoder).reduce(x) { try tanh($1($0, in: context)) }
  }
}

private struct Weighing: CustomLayer, Codable {
  func predict(
    _ input: Tuple<Tensor, Tensor, Tensor>, in context: Context
  ) throws -> Tensor {
    let (a, b, weight) = input.elements
    let share = try sigmoid(weight)
    return try a * share + b * (1 - share)
  }
}

private struct Flow: CustomLayer, Codable {
  @Learnable var scale = FullyConnected(3)
  @Learnable var shift = FullyConnected(3)
  var outputNames: [String] { ["value", "logDeterminant"] }
  init() {}
  func predict(
    _ x: Tensor, in context: Context
  ) throws -> Tuple<Tensor, Tensor> {
    let halves = try x.split(into: 2)
    let size = try tanh(scale(halves[0], in: context))
    let moved = try halves[1] * exp(size) + shift(halves[0], in: context)
    return Tuple(try concatenate([halves[0], moved]), try size.sum(-1, keepingAxes: true))
  }
}

private struct WordsAndNumbers: CustomLayer, Codable {
  @Learnable var table: Tensor = .deferred
  @Learnable var out = FullyConnected(4)
  init() {}
  func initialize(for input: Tuple<Tensor, Tensor>, in context: Context) throws {
    table = try Initializer.normal(standardDeviation: 1)([4, 2], in: context)
  }
  func predict(_ input: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    let (words, numbers) = input.elements
    let found = try table.gathered(words.reshaped(to: [-1])).reshaped(to: [words.shape[0], 6])
    return try out(concatenate([found, numbers]), in: context)
  }
}
