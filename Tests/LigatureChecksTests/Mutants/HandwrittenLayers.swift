import Ligature

/// x · weights + bias, with a backward that is given as a closure.
struct HandwrittenLinear: CustomBackward {
  typealias Formula =
    @Sendable (_ gradient: Tensor, _ x: Tensor, _ weights: Tensor) throws -> LayerGradients

  /// `[inputs, outputs]`.
  @Learnable var weights: Tensor = .deferred
  /// `[outputs]`.
  @Learnable var bias: Tensor = .deferred
  private let formula: Formula

  init(_ inputs: Int = 5, _ outputs: Int = 4, backward formula: @escaping Formula) throws {
    self.formula = formula
    var stream = RandomStream(seed: 7)
    weights = try stream.normal([inputs, outputs])
    bias = try stream.normal([outputs])
  }

  func forward(
    remembering x: Tensor, in context: Context
  ) throws -> (output: Tensor, memory: [Tensor]) {
    (try linear(x, weights: weights, bias: bias), [x, weights])
  }

  func backward(_ gradients: [Tensor], memory: [Tensor]) throws -> LayerGradients {
    try formula(gradients[0], memory[0], memory[1])
  }

  /// The backward as it should be.
  static func right(_ gradient: Tensor, _ x: Tensor, _ weights: Tensor) throws -> LayerGradients {
    LayerGradients(
      inputs: [try matmul(gradient, weights.transposed)],
      learnables: [
        "weights": try matmul(x.transposed, gradient), "bias": try gradient.sum(0),
      ])
  }

  /// The right backward with one gradient replaced by what `change` makes of it.
  static func changing(
    _ learnable: String, _ change: @escaping @Sendable (Tensor) throws -> Tensor?
  ) -> Formula {
    { gradient, x, weights in
      var result = try right(gradient, x, weights)
      result.learnables[learnable] = try result.learnables[learnable].flatMap(change)
      return result
    }
  }
}

/// A function of any number of inputs, with a backward that is given as a closure.
struct HandwrittenFunction<Input: LayerValue>: CustomBackward {
  typealias Formula =
    @Sendable (_ gradients: [Tensor], _ inputs: [Tensor]) throws -> [Tensor?]

  private let function: @Sendable ([Tensor]) throws -> [Tensor]
  private let formula: Formula
  let inputNames: [String]
  let outputNames: [String]

  init(
    inputs: Int = 1, outputs: Int = 1,
    _ function: @escaping @Sendable ([Tensor]) throws -> [Tensor],
    backward formula: @escaping Formula
  ) {
    self.function = function
    self.formula = formula
    inputNames = (1...inputs).map { "in\($0)" }
    outputNames = (1...outputs).map { "out\($0)" }
  }

  func forward(
    remembering input: Input, in context: Context
  ) throws -> (output: [Tensor], memory: [Tensor]) {
    (try function(input.tensors), input.tensors)
  }

  func backward(_ gradients: [Tensor], memory: [Tensor]) throws -> LayerGradients {
    LayerGradients(inputs: try formula(gradients, memory))
  }
}
