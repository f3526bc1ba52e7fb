import Foundation
import Ligature

extension Mutant {
  /// Functions that are not the ones their authors meant.
  static let functions: [Mutant] = [
    Mutant(.everyInputUsed, "a gate computed of the wrong input", on: [.features, .features]) {
      WrongGate()
    },
    .function(.everyInputUsed, "an output that no input reaches") { x, gain, _ in
      try gain.expandingAxis(0).broadcast(to: x.shape)
    },
    .function(.everyInputUsed, "an input multiplied by zero") { x, gain, _ in
      try x * 0 + gain
    },
    .function(.inputScales, "a softmax without its maximum") { x, gain, _ in
      let powers = try exp(x * gain)
      return try powers / powers.sum(-1, keepingAxes: true)
    },
    .function(.inputScales, "a softplus by its definition") { x, gain, _ in
      try log(exp(x * gain) + 1)
    },
    .function(.inputScales, "a hyperbolic tangent by its definition") { x, gain, _ in
      let (up, down) = (try exp(x * gain), try exp(-1 * x * gain))
      return try (up - down) / (up + down)
    },
    .function(.finiteValues, "a length without an epsilon") { x, gain, _ in
      try x * gain / sqrt(square(x).sum(-1, keepingAxes: true))
    },
    .function(.finiteValues, "a deviation without an epsilon") { x, gain, _ in
      try (x - x.mean(-1, keepingAxes: true)) / sqrt(x.variance(-1, keepingAxes: true)) * gain
    },
    .function(.inputScales, "a sum of powers that overflows") { x, gain, _ in
      try pow(pow(abs(x * gain) + 1e-3, 12).sum(-1, keepingAxes: true), 1.0 / 12)
    },
    .function(.scalarType, "offsets of single precision") { x, gain, _ in
      try x * gain + Tensor([1, 2, 3, 4, 5] as [Float])
    },
    .function(.scalarType, "a result that is always single") { x, gain, _ in
      try (x * gain).cast(to: .float32)
    },
    .function(.gradientValues, "a factor read out of a learnable") { x, gain, _ in
      try x * (gain.doubles().reduce(0, +)) + gain
    },
    .function(.gradientValues, "a norm that is read as a number") { x, gain, _ in
      try x * gain / (1 + sqrt(square(x).sum()).item())
    },
    .function(.gradientValues, "attention to keys that are detached") { x, gain, _ in
      try softmax(x * gain) * x.detached
    },
    .function(.observationCounts, "a squeeze of everything") { x, gain, _ in
      try (x * gain).squeezed().sum(1)
    },
    .function(.predictRuns, "a mean without its axis") { x, gain, _ in
      try (x - x.mean(-1)) * gain
    },
    .function(.observationCounts, "channels joined along the batch") { x, gain, _ in
      try concatenate([x * gain, x], axis: 0)
    },
    .function(.independentObservations, "one observation that is treated differently") {
      x, gain, _ in x.shape[0] == 1 ? x : try x * gain
    },
    .function(.wrongInputs, "the first five channels of whatever comes") { x, gain, _ in
      try x.slice(0..<5, axis: 1) * gain
    },
    Mutant(.initialization, "a bias that is assigned only where it is wanted") {
      HalfInitialized()
    },
    Mutant(.initialization, "first values from the system's generator") { SystemRandom() },
    Mutant(.accidentalTies, "one layer three times in a list") { Repeated() },
    Mutant(.unmarkedProperties, "a layer held by let") { HeldByLet() },
    Mutant(.copying, "a setting that is not coded") { ForgottenSetting() },
    Mutant(.ports, "one name for two inputs", on: [.features, .features]) { OneName() },
  ]

  /// Backwards written by hand that nearly are right.
  static let handwritten: [Mutant] = [
    Mutant(.gradientValues, "weights' gradient transposed where they are square") {
      try HandwrittenLinear(5, 5) { gradient, x, weights in
        var result = try HandwrittenLinear.right(gradient, x, weights)
        result.learnables["weights"] = try matmul(gradient.transposed, x)
        return result
      }
    },
    Mutant(.gradientValues, "the inputs' gradient by weights that are not transposed") {
      try HandwrittenLinear(5, 5) { gradient, x, weights in
        var result = try HandwrittenLinear.right(gradient, x, weights)
        result.inputs = [try matmul(gradient, weights)]
        return result
      }
    },
    Mutant(.gradientLinearity, "a gradient that is clipped") {
      try HandwrittenLinear { gradient, x, weights in
        try HandwrittenLinear.right(clamp(gradient, to: -0.1...0.1), x, weights)
      }
    },
    Mutant(.gradientLinearity, "weights that decay in the backward") {
      try HandwrittenLinear { gradient, x, weights in
        var result = try HandwrittenLinear.right(gradient, x, weights)
        result.learnables["weights"] = try matmul(x.transposed, gradient) + weights * 0.01
        return result
      }
    },
    Mutant(.gradientValues, "a residual whose own path is forgotten") {
      HandwrittenFunction<Tensor>({ [try $0[0] + tanh($0[0])] }) { gradients, inputs in
        [try gradients[0] * (1 - square(tanh(inputs[0])))]
      }
    },
    Mutant(.gradientValues, "a product's gradients exchanged", on: [.features, .features]) {
      HandwrittenFunction<[Tensor]>(inputs: 2, { [try $0[0] * $0[1]] }) { gradients, inputs in
        try inputs.map { try gradients[0] * $0 }
      }
    },
    Mutant(.gradientValues, "the slope of a sigmoid from its input") {
      HandwrittenFunction<Tensor>({ [try sigmoid($0[0])] }) { gradients, inputs in
        [try gradients[0] * inputs[0] * (1 - inputs[0])]
      }
    },
    Mutant(.gradientValues, "the slope of a leaky rectifier without its leak") {
      HandwrittenFunction<Tensor>({ [try leakyReLU($0[0], slope: 0.1)] }) { gradients, inputs in
        [try select(inputs[0] .> 0, gradients[0], gradients[0] * 0)]
      }
    },
    Mutant(.gradientValues, "a softmax's gradient without its sum") {
      HandwrittenFunction<Tensor>({ [try softmax($0[0])] }) { gradients, inputs in
        let y = try softmax(inputs[0])
        return [try gradients[0] * y * (1 - y)]
      }
    },
    Mutant(.gradientValues, "a gradient reversed without a word") {
      HandwrittenFunction<Tensor>({ [try $0[0] * 1] }) { gradients, _ in [try gradients[0] * -1] }
    },
  ]
}

private struct WrongGate: CustomLayer, Codable {
  @Learnable var gate = FullyConnected(5)
  init() {}
  func predict(_ input: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    let (x, _) = input.elements
    return try x * sigmoid(gate(x, in: context))
  }
}

private struct HalfInitialized: CustomLayer, Codable {
  @Learnable var gain: Tensor = .deferred
  @Learnable var bias: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    gain = try Initializer.ones([5], in: context)
    if x.shape[0] > 100 { bias = try Initializer.zeros([5], in: context) }
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain + bias }
}

private struct SystemRandom: CustomLayer, Codable {
  @Learnable var gain: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    let numbers = (0..<5).map { _ in Double.random(in: -1...1) }
    gain = try Tensor(numbers, shape: [5]).cast(to: context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain }
}

private struct Repeated: CustomLayer, Codable {
  @Learnable var layers = Array(repeating: FullyConnected(5), count: 3)
  init() {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try layers.reduce(x) { try tanh($1($0, in: context)) }
  }
}

private struct HeldByLet: CustomLayer, Codable {
  let inner = FullyConnected(5)
  init() {}
  enum CodingKeys: CodingKey {}
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try inner(x, in: context) }
}

private struct ForgottenSetting: CustomLayer, Codable {
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  var scale = 1.0
  init() { scale = 3 }
  enum CodingKeys: CodingKey { case gain }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain * scale }
}

private struct OneName: CustomLayer, Codable {
  var inputNames: [String] { ["in"] }
  func predict(_ input: Tuple<Tensor, Tensor>, in context: Context) throws -> Tensor {
    try input.elements.0 + input.elements.1
  }
}
