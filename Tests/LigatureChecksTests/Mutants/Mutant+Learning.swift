import Ligature

extension Mutant {
  /// Layers that count, step, copy, cast or print wrongly.
  static let learning: [Mutant] = [
    Mutant(.learnableCounts, "learnables that grow in predict") {
      Growing()
    },
    Mutant(
      .learnableCounts, "fewer learnables than declared", CheckOptions(learnableCount: 30)
    ) { FullyConnected(5, bias: false) },
    Mutant(
      .learnableCounts, "more learnables than declared", CheckOptions(learnableCount: 25)
    ) { FullyConnected(5) },
    Mutant(.freezing, "weight decay by hand in forward") { DecayingScaling() },
    Mutant(.copying, "a coding that forgets a learnable") { ForgetsLearnable() },
    Mutant(.copying, "a coding that forgets a setting") { ForgetsSetting(factor: 3) },
    Mutant(.copying, "a coding that forgets a state") { ForgetsState() },
    Mutant(.copying, "a coding that forgets a tie") { ForgetsTie(2) },
    Mutant(.copying, "a coding whose copy shares the original's learnable") { SharesLearnable() },
    .function(.casting, "another formula in float32") { x, gain, _ in
      x.scalarType == .float32 ? try tanh(x) * gain * 1.01 : try tanh(x) * gain
    },
    .function(.casting, "an epsilon that single precision swallows") { x, gain, _ in
      let epsilon = x.scalarType == .float32 ? 0 : 0.01
      return try x * gain / (square(x).mean(-1, keepingAxes: true) + epsilon + 0.1)
    },
    Mutant(.printing, "a description of nothing") { Described(description: "") },
    Mutant(.printing, "a description of several lines") {
      Described(description: "Scaling\n  learns 5\n  999 learnables in 1")
    },
  ]
}

/// Adds a layer to a network whenever it predicts.
private struct Growing: CustomLayer {
  @Learnable var spare = Network()
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try spare.add(FullyConnected(weights: .identity(5, x.scalarType)))
    return try x * 2
  }
}

/// Multiplies its learnable by 0.9 in each forward, past the solver.
private struct DecayingScaling: CustomLayer {
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    let y = try x * gain
    gain = try gain.detached * 0.9
    return y
  }
}

private struct ForgetsLearnable: CustomLayer, Codable {
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  @Learnable var offset = Tensor([5, 4, 3, 2, 1] as [Float])
  init() {}
  private enum CodingKeys: String, CodingKey { case _gain }
  init(from decoder: any Decoder) throws {
    _gain = try decoder.container(keyedBy: CodingKeys.self).decode(
      Learnable<Tensor>.self, forKey: ._gain)
    offset = try .zeros([5])
  }
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(_gain, forKey: ._gain)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain + offset }
}

private struct ForgetsSetting: CustomLayer, Codable {
  let factor: Double
  init(factor: Double) { self.factor = factor }
  init(from decoder: any Decoder) throws { factor = 1 }
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("no settings")
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * factor }
}

private struct ForgetsState: CustomLayer, Codable {
  @LayerState var shift = Tensor([1, 2, 3, 4, 5] as [Float])
  init() {}
  init(from decoder: any Decoder) throws { shift = try .zeros([5]) }
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("no state")
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x - shift }
}

/// Two places that share one layer; a copy makes one for each.
private struct ForgetsTie: CustomLayer, Codable {
  @Learnable var first: Network
  @Learnable var second: Network

  init(_ count: Int) {
    let shared = Network { HandGain() }
    first = shared
    second = shared
  }

  private enum CodingKeys: String, CodingKey { case _first }

  init(from decoder: any Decoder) throws {
    _first = try decoder.container(keyedBy: CodingKeys.self).decode(
      Learnable<Network>.self, forKey: ._first)
    _second = Learnable(wrappedValue: Network { HandGain() })
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(_first, forKey: ._first)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try second(first(x, in: context), in: context)
  }
}

/// Five gains with values of their own.
struct HandGain: CustomLayer, Codable {
  @Learnable var gain = Tensor([1.5, 0.5, -1, 2, 0.25] as [Float])
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain }
}

/// Copies find the original's learnable by a number.
struct SharesLearnable: CustomLayer, Codable {
  private static let originals = Box<[Learnable<Tensor>]>([])
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  init() {}
  init(from decoder: any Decoder) throws {
    let place = try decoder.singleValueContainer().decode(Int.self)
    _gain = Self.originals.value[place]
  }
  func encode(to encoder: any Encoder) throws {
    let wrapper = _gain
    let place = Self.originals.change { originals in
      originals.append(wrapper)
      return originals.count - 1
    }
    var container = encoder.singleValueContainer()
    try container.encode(place)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain }
}

private struct Described: CustomLayer, CustomStringConvertible {
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  let description: String
  init(description: String) { self.description = description }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain }
}
