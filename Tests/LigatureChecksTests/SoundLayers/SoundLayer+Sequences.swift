import Ligature

extension SoundLayer {
  /// Layers over time steps.
  static let sequences: [SoundLayer] = [
    SoundLayer("an RNN", on: [.sequences]) { RNN(3) },
    SoundLayer("an LSTM", on: [.sequences], .unpadded) { LSTM(2) },
    SoundLayer("a cell for one step", on: [.features, Layout("BC", [nil, 3])]) { RNNStep(3) },
    SoundLayer("attention of two heads over time", on: [Layout("BTC", [nil, nil, 4])], .unpadded) {
      Attention(heads: 2)
    },
    .function("a causal filter of three taps", on: [.shortSequences]) { x, gain, _ in
      let padded = try concatenate([.zeros([x.shape[0], 2, 5], x.scalarType), x], axis: 1)
      return try (0..<3).map { try padded.slice($0..<($0 + 3), axis: 1) * gain * Double($0 + 1) }
        .reduce(Tensor.zeros([1], x.scalarType)) { try $0 + $1 }
    },
    .function("the last time step", on: [.sequences], .unpadded) { x, gain, _ in
      try x.at(x.shape[1] - 1, axis: 1) * gain
    },
    .function("a running sum over time", on: [.sequences]) { x, gain, _ in
      var sum = try x.at(0, axis: 1) * gain
      var sums = [sum]
      for step in 1..<Swift.max(1, x.shape[1]) {
        sum = try sum * 0.5 + x.at(step, axis: 1)
        sums.append(sum)
      }
      return try stack(sums, axis: 1)
    },
  ]
}

private struct RNN: CustomLayer, Codable {
  /// `[features + units, units]`.
  @Learnable var weights: Tensor = .deferred
  /// `[units]`.
  @Learnable var bias: Tensor = .deferred
  let units: Int
  init(_ units: Int) { self.units = units }

  func initialize(for x: Tensor, in context: Context) throws {
    weights = try Initializer.glorotUniform([x.shape[2] + units, units], in: context)
    bias = try Initializer.zeros([units], in: context)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    var hidden = try Tensor.zeros([x.shape[0], units], x.scalarType)
    let steps = try (0..<x.shape[1]).map { step in
      hidden = try tanh(
        linear(concatenate([x.at(step, axis: 1), hidden]), weights: weights, bias: bias))
      return hidden
    }
    return try stack(steps, axis: 1)
  }
}

private struct LSTM: CustomLayer, Codable {
  /// `[features + units, 4 units]`: input, forget, candidate and output gates.
  @Learnable var weights: Tensor = .deferred
  /// `[4 units]`.
  @Learnable var bias: Tensor = .deferred
  let units: Int
  init(_ units: Int) { self.units = units }

  func initialize(for x: Tensor, in context: Context) throws {
    weights = try Initializer.glorotUniform([x.shape[2] + units, 4 * units], in: context)
    bias = try Initializer.zeros([4 * units], in: context)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    var hidden = try Tensor.zeros([x.shape[0], units], x.scalarType)
    var cell = hidden
    for step in 0..<x.shape[1] {
      let gates = try linear(
        concatenate([x.at(step, axis: 1), hidden]), weights: weights, bias: bias
      ).split(into: 4)
      cell = try sigmoid(gates[1]) * cell + sigmoid(gates[0]) * tanh(gates[2])
      hidden = try sigmoid(gates[3]) * tanh(cell)
    }
    return hidden
  }
}

/// One step: `[batch, features]` and the hidden `[batch, units]`.
private struct RNNStep: CustomLayer, Codable {
  @Learnable var entering: FullyConnected
  @Learnable var recurring: FullyConnected
  init(_ units: Int) {
    entering = FullyConnected(units)
    recurring = FullyConnected(units, bias: false)
  }
  func predict(_ input: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    let (x, hidden) = input.elements
    return try tanh(entering(x, in: context) + recurring(hidden, in: context))
  }
}

private struct Attention: CustomLayer, Codable {
  /// Queries, keys, values, and what joins the heads.
  @Learnable var projections: [String: FullyConnected]
  let heads: Int

  init(heads: Int) {
    self.heads = heads
    projections = Dictionary(
      uniqueKeysWithValues: ["queries", "keys", "values", "joined"].map {
        ($0, FullyConnected(4, bias: false))
      })
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let (batch, time, features) = (x.shape[0], x.shape[1], x.shape[2])
    func project(_ name: String, _ x: Tensor) throws -> Tensor {
      guard let layer = projections[name] else { return x }
      return try layer(x, in: context)
    }
    func split(_ name: String) throws -> Tensor {
      try project(name, x).reshaped(to: [batch, time, heads, features / heads])
        .permuted([0, 2, 1, 3])
    }
    let scores = try matmul(split("queries"), split("keys").transposed)
    let weights = try softmax(scores / Double(features / heads).squareRoot())
    let mixed = try matmul(weights, split("values")).permuted([0, 2, 1, 3]).reshaped(to: x.shape)
    return try project("joined", mixed)
  }
}
