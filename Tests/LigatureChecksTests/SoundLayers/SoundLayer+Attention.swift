import Foundation
import Ligature

extension SoundLayer {
  /// Layers over sequences that count lengths as they should.
  static let overTime: [SoundLayer] = [
    .function("a mean of the steps that count", on: [.sequences]) { x, gain, context in
      try (x * gain).mean(over: .time, counting: context.lengths(of: x))
    },
    .function("a sum of the steps that count", on: [.sequences]) { x, gain, context in
      try (x * gain).sum(over: .time, counting: context.lengths(of: x))
    },
    .function("a maximum of the steps that count", on: [.sequences]) { x, gain, context in
      try (x * gain).max(over: .time, counting: context.lengths(of: x))
    },
    SoundLayer("attention that masks padding", on: [.sequences]) { MaskedAttention() },
    SoundLayer("attention of two heads", on: [.wideSequences]) { TwoHeads() },
    SoundLayer("attention that looks back only", on: [.sequences]) { CausalAttention() },
    SoundLayer("pooling by attention", on: [.sequences]) { AttentivePooling() },
    SoundLayer("a convolution over the past", on: [.sequences]) { CausalConvolution() },
    SoundLayer("a kernel of three over three channels", on: [Layout("BTC", [nil, nil, 3])]) {
      DepthwiseThree()
    },
    SoundLayer("a recurrence written out", on: [.sequences]) { WrittenRecurrence() },
    SoundLayer("a cell that is called for each step", on: [.sequences]) { CellLoop() },
    SoundLayer("a learned first state", on: [.sequences]) { LearnedStart() },
    SoundLayer("the last step that counts", on: [.sequences]) { LastStep() },
    SoundLayer("a block of a transformer", on: [.wideSequences]) { TransformerBlock() },
    .function("differences between neighbouring steps", on: [.sequences]) { x, gain, _ in
      let steps = x.shape[1]
      let before = try concatenate(
        [x.slice(0..<1, axis: 1), x.slice(0..<(steps - 1), axis: 1)], axis: 1)
      return try (x - before) * gain
    },
    .function("each step squashed", on: [.sequences]) { x, gain, _ in try tanh(x * gain) },
    SoundLayer("a network for each step", on: [.sequences]) { StepNetwork() },
    SoundLayer("an LSTM with a residual", on: [.sequences]) { ResidualLSTM() },
    SoundLayer("a global mean of images", on: [.images]) {
      FunctionLayer { x in try x.mean(1, 2) }
    },
    SoundLayer("squeeze and excitation", on: [.images]) { Excitation() },
    SoundLayer("patches of two by two", on: [Layout("BSSC", [nil, 4, 4, 2])]) { Patches() },
    SoundLayer("images mirrored", on: [.images]) {
      FunctionLayer { x in
        let places = (0..<x.shape[2]).reversed().map { Int64($0) }
        return try x.gathered(Tensor(places), axis: 2)
      }
    },
  ]
}

private func shown(_ x: Tensor, _ context: Context) throws -> Tensor? {
  guard let lengths = try context.lengths(of: x) else { return nil }
  let numbers = lengths.flatMap { length in (0..<x.shape[1]).map { $0 < length ? 1.0 : 0 } }
  return try Tensor(numbers, shape: [x.shape[0], x.shape[1]]).cast(to: x.scalarType)
}

private struct MaskedAttention: CustomLayer, Codable {
  @Learnable var query = FullyConnected(5)
  @Learnable var key = FullyConnected(5)
  @Learnable var value = FullyConnected(5)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let keys = try key(x, in: context)
    var scores = try matmul(query(x, in: context), keys.permuted([0, 2, 1])) / sqrt(5.0)
    if let shown = try shown(x, context) {
      scores = try scores + (shown.expandingAxis(1) - 1) * 1e9
    }
    return try matmul(softmax(scores), value(x, in: context))
  }
}

private struct TwoHeads: CustomLayer, Codable {
  @Learnable var query = FullyConnected(6)
  @Learnable var key = FullyConnected(6)
  @Learnable var value = FullyConnected(6)
  @Learnable var out = FullyConnected(6)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let shape = [x.shape[0], x.shape[1], 2, 3]
    let queries = try query(x, in: context).reshaped(to: shape).permuted([0, 2, 1, 3])
    let keys = try key(x, in: context).reshaped(to: shape).permuted([0, 2, 3, 1])
    let values = try value(x, in: context).reshaped(to: shape).permuted([0, 2, 1, 3])
    var scores = try matmul(queries, keys)
    if let shown = try shown(x, context) {
      scores =
        try scores
        + (shown.reshaped(to: [x.shape[0], 1, 1, x.shape[1]]) - 1) * 1e9
    }
    let mixed = try matmul(softmax(scores), values).permuted([0, 2, 1, 3])
    return try out(mixed.reshaped(to: x.shape), in: context)
  }
}

private struct CausalAttention: CustomLayer, Codable {
  @Learnable var query = FullyConnected(5)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let steps = x.shape[1]
    let numbers = (0..<steps).flatMap { row in (0..<steps).map { $0 > row ? -1e9 : 0.0 } }
    let mask = try Tensor(numbers, shape: [steps, steps]).cast(to: x.scalarType)
    let scores = try matmul(query(x, in: context), x.permuted([0, 2, 1])) + mask
    return try matmul(softmax(scores), x)
  }
}

private struct AttentivePooling: CustomLayer, Codable {
  @Learnable var score = FullyConnected(1)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    var scores = try score(x, in: context)
    if let shown = try shown(x, context) {
      scores = try scores + (shown.expandingAxis(2) - 1) * 1e9
    }
    return try (x * softmax(scores, axis: 1)).sum(1)
  }
}

private struct CausalConvolution: CustomLayer, Codable {
  /// One matrix a step back.
  @Learnable var taps = (0..<3).map { _ in FullyConnected(4) }
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let steps = x.shape[1]
    var sum = try taps[0](x, in: context)
    for lag in 1..<3 {
      let zeros = try Tensor.zeros([x.shape[0], min(lag, steps), 5], x.scalarType)
      let kept = try x.slice(0..<max(0, steps - lag), axis: 1)
      let moved = lag < steps ? try concatenate([zeros, kept], axis: 1) : zeros
      sum = try sum + taps[lag](moved, in: context)
    }
    return sum
  }
}

private struct DepthwiseThree: CustomLayer, Codable {
  /// `[3]`: one number for each step back.
  @Learnable var kernel: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    kernel = try Initializer.heNormal([1, 3], in: context).reshaped(to: [3])
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let (batch, steps, channels) = (x.shape[0], x.shape[1], x.shape[2])
    let padded = try concatenate(
      [.zeros([batch, 2, channels], x.scalarType), x], axis: 1)
    return try (0..<3).map { try padded.slice($0..<($0 + steps), axis: 1) * kernel.at($0, axis: 0) }
      .reduce(Tensor.zeros([1], x.scalarType)) { try $0 + $1 }
  }
}

private struct WrittenRecurrence: CustomLayer, Codable {
  @Learnable var inner = FullyConnected(4)
  /// `[4, 4]`.
  @Learnable var recurrent: Tensor = .deferred
  init() {}
  func initialize(for x: Tensor, in context: Context) throws {
    recurrent = try Initializer.heNormal([4, 4], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let inputs = try inner(x, in: context)
    var state = try Tensor.zeros([x.shape[0], 4], x.scalarType)
    var states: [Tensor] = []
    for step in 0..<x.shape[1] {
      state = try tanh(inputs.at(step, axis: 1) + matmul(state, recurrent))
      states.append(state)
    }
    return try stack(states, axis: 1)
  }
}

private struct CellLoop: CustomLayer, Codable {
  @Learnable var cell = Network {
    FullyConnected(5)
    Tanh()
  }
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    var state = try Tensor.zeros([x.shape[0], 5], x.scalarType)
    var states: [Tensor] = []
    for step in 0..<x.shape[1] {
      state = try cell(x.at(step, axis: 1) + state, in: context)
      states.append(state)
    }
    return try stack(states, axis: 1)
  }
}

private struct LearnedStart: CustomLayer, Codable {
  /// `[5]`.
  @Learnable var start: Tensor = .deferred
  @Learnable var decay: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    start = try Initializer.normal(standardDeviation: 0.1)([5], in: context)
    decay = try .full([5], 0.5, context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    var state = start
    return try stack(
      (0..<x.shape[1]).map { step in
        state = try state * decay + x.at(step, axis: 1)
        return state
      }, axis: 1)
  }
}

private struct LastStep: CustomLayer, Codable {
  @Learnable var out = FullyConnected(3)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    guard let lengths = try context.lengths(of: x) else {
      return try out(x.at(x.shape[1] - 1, axis: 1), in: context)
    }
    let last = try lengths.enumerated().map { number, length in
      let own = try x.slice(number..<(number + 1))
      return length == 0 ? try own.at(0, axis: 1) * 0 : try own.at(length - 1, axis: 1)
    }
    return try out(concatenate(last, axis: 0), in: context)
  }
}

private struct TransformerBlock: CustomLayer, Codable {
  @Learnable var attention = TwoHeads()
  @Learnable var first = LayerNormalization()
  @Learnable var second = LayerNormalization()
  @Learnable var up = FullyConnected(8)
  @Learnable var down = FullyConnected(6)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let y = try x + attention(first(x, in: context), in: context)
    return try y + down(gelu(up(second(y, in: context), in: context)), in: context)
  }
}

private struct StepNetwork: CustomLayer, Codable {
  @Learnable var network = Network {
    FullyConnected(7)
    ReLU()
    FullyConnected(5)
  }
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try x + network(x, in: context)
  }
}

private struct ResidualLSTM: CustomLayer, Codable {
  @Learnable var lstm = LSTM(5)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x + lstm(x, in: context) }
}

private struct Excitation: CustomLayer, Codable {
  @Learnable var down = FullyConnected(1)
  @Learnable var up = FullyConnected(2)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let summary = try x.mean(1, 2)
    let gate = try sigmoid(up(tanh(down(summary, in: context)), in: context))
    return try x * gate.reshaped(to: [x.shape[0], 1, 1, 2])
  }
}

private struct Patches: CustomLayer, Codable {
  @Learnable var embedding = FullyConnected(3)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    let cut = try x.reshaped(to: [x.shape[0], 2, 2, 2, 2, 2]).permuted([0, 1, 3, 2, 4, 5])
    let flat = try cut.reshaped(to: [x.shape[0], 2, 2, 8])
    return try embedding(flat, in: context)
  }
}
