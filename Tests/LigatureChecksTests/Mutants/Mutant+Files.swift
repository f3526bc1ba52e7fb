import Ligature

extension Mutant {
  /// Layers that come back from a file as something else.
  static let files: [Mutant] = [
    Mutant(.saving, "a setting stored with one digit") { Rounded(factor: 1.25) },
    Mutant(.saving, "a coding whose layer shares the original's learnable") { SharesLearnable() },
    Mutant(.saving, "a coding that cannot be read back") { Unreadable() },
    Mutant(.saving, "a memory in a plain property, which no file holds") {
      let passes = Box(0)
      return scaling { x, gain, context in
        if context.isTraining { passes.change { $0 += 1 } }
        return try x * gain * (1 + 0.1 * Double(passes.value))
      }
    },
    Mutant(.fileTies, "a coding that makes a new learnable for each place") { Renewed() },
    Mutant(.fileTies, "a coding that forgets a tie") { Untied() },
    Mutant(.fileTies, "a coding that makes one learnable of two") { Merged() },
  ]
}

private struct Rounded: CustomLayer, Codable {
  let factor: Double
  init(factor: Double) { self.factor = factor }
  init(from decoder: any Decoder) throws {
    factor = try decoder.singleValueContainer().decode(Double.self)
  }
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode((factor * 10).rounded() / 10)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * factor }
}

/// Writes a number and reads a string.
private struct Unreadable: CustomLayer, Codable {
  init() {}
  init(from decoder: any Decoder) throws {
    _ = try decoder.singleValueContainer().decode(String.self)
  }
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(1)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * 2 }
}

private struct Renewed: CustomLayer, Codable {
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  init() {}
  init(from decoder: any Decoder) throws {}
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("nothing")
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain }
}

/// Two places of one layer, which a file makes two.
private struct Untied: CustomLayer, Codable {
  @Learnable var first: HandGain
  @Learnable var second: HandGain

  init() {
    let shared = HandGain()
    first = shared
    second = shared
  }

  private enum CodingKeys: String, CodingKey { case _first }

  init(from decoder: any Decoder) throws {
    _first = try decoder.container(keyedBy: CodingKeys.self).decode(
      Learnable<HandGain>.self, forKey: ._first)
    _second = Learnable(wrappedValue: HandGain())
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(_first, forKey: ._first)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try second(first(x, in: context), in: context)
  }
}

/// Two learnables, of which the second is not written.
private struct Merged: CustomLayer, Codable {
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  @Learnable var offset = Tensor([5, 4, 3, 2, 1] as [Float])
  init() {}

  private enum CodingKeys: String, CodingKey { case _gain }

  init(from decoder: any Decoder) throws {
    _gain = try decoder.container(keyedBy: CodingKeys.self).decode(
      Learnable<Tensor>.self, forKey: ._gain)
    _offset = _gain
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(_gain, forKey: ._gain)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain + offset }
}
