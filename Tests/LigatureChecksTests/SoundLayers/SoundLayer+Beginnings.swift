import Ligature

extension SoundLayer {
  /// Layers whose first values, or first passes, are not like later ones.
  static let beginnings: [SoundLayer] = [
    SoundLayer("a modulation that begins at nothing", on: [.features, .features]) { Modulation() },
    SoundLayer("a side path whose gate begins at zero", on: [.features, .features]) { GatedSide() },
    SoundLayer("learnables taken out of a list by number") { ByNumber() },
    SoundLayer("a size read from a state before anything else") { ReadsStateFirst() },
    SoundLayer("batch normalisation with statistics of its own") { OwnStatistics() },
    SoundLayer("a mean alone as a running statistic") { OwnMean() },
    SoundLayer("a dropout in training only") { DropsInTraining() },
    SoundLayer("pairs of steps whose lengths are said", on: [.sequences]) { SaysHalves() },
    SoundLayer("first values taken from the first batch") { FitsFirstBatch() },
  ]
}

private struct Modulation: CustomLayer, Codable {
  @Learnable var parts = FullyConnected(10, weightsInitializer: .zeros)
  var inputNames: [String] { ["features", "condition"] }
  func predict(_ inputs: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    let (x, condition) = inputs.elements
    let halves = try parts(condition, in: context).split(into: 2)
    return try x * (1 + halves[0]) + halves[1]
  }
}

private struct GatedSide: CustomLayer, Codable {
  @Learnable var gate: Tensor = .deferred
  func initialize(for inputs: Tuple<Tensor, Tensor>, in context: Context) throws {
    gate = try .zeros([5], context.scalarType)
  }
  func predict(_ inputs: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    let (x, side) = inputs.elements
    return try x + gate * tanh(side)
  }
}

private struct ByNumber: CustomLayer, Codable {
  @Learnable var weights: [Tensor] = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    weights = try (0..<2).map { _ in try Initializer.glorotUniform([x.shape[1], 3], in: context) }
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let (a, b) = (weights[0], weights[1])
    return try matmul(x, a) * sigmoid(matmul(x, b))
  }
}

private struct ReadsStateFirst: CustomLayer, Codable {
  @Learnable var inner = FullyConnected(3)
  @LayerState var mean: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    mean = try .zeros([x.shape[1]], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    guard mean.shape[0] == x.shape[1] else {
      throw LayerError(
        .shape, context.path, "there are \(x.shape[1]) channels", remedy: "Give \(mean.shape[0])")
    }
    return try inner(x - mean, in: context)
  }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    let result = try predict(x, in: context)
    mean = try mean * 0.9 + x.mean(0).detached * 0.1
    return result
  }
}

private struct OwnStatistics: CustomLayer, Codable {
  @LayerState var mean: Tensor = .deferred
  @LayerState var variance: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    mean = try .zeros([x.shape[1]], context.scalarType)
    variance = try .ones([x.shape[1]], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    guard mean.shape == [x.shape[1]] else {
      throw LayerError(
        .shape, context.path, "there are \(x.shape[1]) channels", remedy: "Give \(mean.shape[0])")
    }
    return try (x - mean) / sqrt(variance + 1e-5)
  }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    let count = Double(x.shape[0])
    if count < 2 { return try predict(x, in: context) }
    let (m, v) = (try x.mean(0), try x.variance(0))
    mean = try mean * 0.9 + m.detached * 0.1
    // As PyTorch keeps it: with divisor n - 1.
    variance = try variance * 0.9 + v.detached * (0.1 * count / (count - 1))
    return try (x - m) / sqrt(v + 1e-5)
  }
}

private struct DropsInTraining: CustomLayer, Codable {
  @Learnable var dense = FullyConnected(4)
  @Learnable var dropout = Dropout(0.5)
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try dense(x, in: context) }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    try dropout(dense(x, in: context), in: context)
  }
}

private struct SaysHalves: CustomLayer, Codable {
  @Learnable var project = FullyConnected(3)
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let steps = stride(from: 0, to: x.shape[1], by: 2).map { Int64($0) }
    let lengths = try context.lengths(of: x)?.map { ($0 + 1) / 2 }
    context.setOutputLengths([lengths])
    return try project(x.gathered(Tensor(steps), axis: 1), in: context.counting(lengths))
  }
}

private struct FitsFirstBatch: CustomLayer, Codable {
  @Learnable var shift: Tensor = .deferred
  @Learnable var scale: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    shift = try x.mean(0)
    scale = try 1 / sqrt(x.variance(0) + 1e-3)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try (x - shift) * scale }
}

private struct OwnMean: CustomLayer, Codable {
  @LayerState var mean: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    mean = try .zeros([5], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    guard x.shape[1] == 5 else {
      throw LayerError(.shape, context.path, "there are \(x.shape[1]) channels", remedy: "Give 5")
    }
    return try x - mean
  }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    if x.shape[0] < 2 { return try predict(x, in: context) }
    let m = try x.mean(0)
    mean = try mean * 0.9 + m.detached * 0.1
    return try x - m
  }
}
