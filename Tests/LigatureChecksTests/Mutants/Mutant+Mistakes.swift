import Ligature

extension Mutant {
  /// What users write by mistake, found by trying to break layers in every way.
  static let mistakes: [Mutant] = [
    .function(.predictRuns, "a reshape into two rows") { x, gain, _ in
      try (x * gain).reshaped(to: [2, -1])
    },
    Mutant(.predictRuns, "a nested network that predicts in a pass of its own") {
      OwnPass(network: try Network { FullyConnected(weights: try .identity(5)) })
    },
    Mutant(.initialization, "a nested layer whose predict is called past its context") {
      PastContext()
    },
    Mutant(.observationCounts, "positions for the example's time steps", on: [.sequences]) {
      Positions()
    },
    .function(.independentObservations, "a division by the number of observations") { x, gain, _ in
      try x * gain / Double(x.shape[0])
    },
    .function(.independentObservations, "a branch on the mean of everything") { x, gain, _ in
      try x.mean().item() > 0 ? x * gain : x * gain * 2
    },
    Mutant(.independentObservations, "a promise of isObservationWise that training breaks") {
      BrokenPromise()
    },
    Mutant(.gradientLinearity, "a backward that divides by the norm of its argument") {
      HandwrittenFunction<Tensor>({ [try $0[0] * 2] }) { gradients, _ in
        let norm = try sqrt(square(gradients[0]).sum())
        return [try gradients[0] / norm * norm * 2]
      }
    },
    .function(.gradientValues, "a square of which half is detached") { x, gain, _ in
      try x * gain * gain.detached
    },
    .function(.gradientValues, "a sign that lets gradients through") { x, gain, _ in
      try x * gain + (sign(x) - x).detached
    },
    Mutant(.gradientSizes, "an input's gradient of the output's shape") {
      try HandwrittenLinear { gradient, x, weights in
        var result = try HandwrittenLinear.right(gradient, x, weights)
        result.inputs = [gradient]
        return result
      }
    },
    Mutant(.gradientSizes, "a bias gradient that is misshapen for one observation only") {
      try HandwrittenLinear { gradient, x, weights in
        var result = try HandwrittenLinear.right(gradient, x, weights)
        if x.shape[0] == 1 { result.learnables["bias"] = gradient }
        return result
      }
    },
    Mutant(.backwardRuns, "a backward that throws in inference only") { TrainingOnlyBackward() },
    Mutant(.everyLearnableUsed, "results kept for each shape") {
      let results = Box<[String: Tensor]>([:])
      return scaling { x, gain, _ in
        let key = "\(x.scalarType) \(x.shape)"
        if let kept = results.value[key] { return kept }
        let y = try (x * gain).detached
        results.change { $0[key] = y }
        return y
      }
    },
    .function(.finiteValues, "the logarithm of a softmax that underflows") { x, gain, _ in
      try log(softmax(x * gain * 1e3))
    },
    .function(.wrongInputs, "a mean of channels where they do not fit") { x, gain, _ in
      x.shape[1] == 5 ? try x * gain : try x.mean(-1, keepingAxes: true) * gain
    },
    Mutant(.memoryGrowth, "inputs kept in a dictionary") {
      let kept = Box<[Int: Tensor]>([:])
      return scaling { x, gain, _ in
        kept.change { $0[$0.count] = x.detached }
        return try x * gain
      }
    },
    Mutant(.stateHandling, "a state that grows with each pass") { GrowingState() },
    Mutant(.copying, "a coding that throws") { ThrowingCoding() },
    Mutant(.ports, "two outputs under one name") { Unnamed() },
    Mutant(.ports, "no name for the input") { PortsOnly(inputNames: []) },
    Mutant(.ports, "an input without a name") { PortsOnly(inputNames: [""]) },
    Mutant(.ports, "input names that are never the same") { DrawnNames() },
    Mutant(.ports, "a layout more than inputs", on: [.features, .features]) { Tanh() },
    Mutant(.ports, "a layout fewer than inputs") { Multiplication() },
    Mutant(.ports, "too few output names of a layer without values") { DeferredOutputs() },
  ]
}

private struct OwnPass: CustomLayer {
  @Learnable var network: Network
  init(network: Network) { self.network = network }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try network.predict(x) }
}

private struct PastContext: CustomLayer {
  @Learnable var layer = FullyConnected(5)
  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try layer.predict(x, in: context)
  }
}

private struct Positions: CustomLayer {
  /// `[time, features]`.
  @Learnable var positions: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    positions = try Initializer.heNormal([x.shape[1], 5], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x + positions }
}

private struct BrokenPromise: CustomLayer {
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  var isObservationWise: Bool { true }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor { try (x - x.mean(0)) * gain }
}

/// Twice the input.
private struct TrainingOnlyBackward: CustomBackward {
  func forward(
    remembering x: Tensor, in context: Context
  ) throws -> (output: Tensor, memory: Bool) { (try x * 2, context.isTraining) }

  func backward(_ gradients: [Tensor], memory isTraining: Bool) throws -> LayerGradients {
    guard isTraining else { throw LayerError("", "nothing to learn here", remedy: "") }
    return LayerGradients(inputs: [try gradients[0] * 2])
  }
}

private struct GrowingState: CustomLayer {
  @LayerState var seen: Tensor = .deferred
  func initialize(for x: Tensor, in context: Context) throws {
    seen = try .zeros([1], context.scalarType)
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * 2 }
  func forward(_ x: Tensor, in context: Context) throws -> Tensor {
    seen = try concatenate([seen, .zeros([1], x.scalarType)])
    return try x * 2
  }
}

private struct ThrowingCoding: CustomLayer, Codable {
  @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
  init() {}
  func encode(to encoder: any Encoder) throws {
    throw LayerError("", "nothing can be written", remedy: "")
  }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain }
}

private struct Unnamed: CustomLayer {
  var outputNames: [String] { ["out"] }
  func predict(_ x: Tensor, in context: Context) throws -> Tuple<Tensor, Tensor> { Tuple(x, x) }
}

private struct PortsOnly: CustomLayer {
  let inputNames: [String]
  func predict(_ inputs: [Tensor], in context: Context) throws -> Tensor { try inputs[0] * 2 }
}

private struct DrawnNames: CustomLayer {
  var inputNames: [String] { ["in\(Int.random(in: 0..<1 << 40))"] }
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * 2 }
}

private struct DeferredOutputs: CustomLayer {
  @Learnable var gain: Tensor = .deferred
  var outputNames: [String] { ["out"] }
  func initialize(for x: Tensor, in context: Context) throws {
    gain = try Initializer.heNormal([5], in: context)
  }
  func predict(_ x: Tensor, in context: Context) throws -> [Tensor] { [try x * gain, x] }
}
