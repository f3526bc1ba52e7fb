import Ligature

extension Mutant {
  /// Layers that are right for some sizes, types or ports, and wrong for others.
  static let sizes: [Mutant] = [
    Mutant(.observationCounts, "axes squeezed without naming them", on: [Layout("BC", [nil, 1])]) {
      FunctionLayer { try ($0 * 2).squeezed() }
    },
    Mutant(.observationCounts, "an even number of observations that is refused") {
      FunctionLayer { x in
        if x.shape[0].isMultiple(of: 2) {
          throw LayerError("", "takes odd batches", remedy: "Give one more")
        }
        return try x * 2
      }
    },
    Mutant(.gradientValues, "a backward that is wrong for two observations") {
      try HandwrittenLinear { gradient, x, weights in
        try .right(gradient * (x.shape[0] == 2 ? 2 : 1), x, weights)
      }
    },
    Mutant(.gradientValues, "a backward that is wrong for one time step", on: [.sequences]) {
      squares { $0.shape[1] == 1 ? 1 : 2 }
    },
    Mutant(.gradientValues, "a backward that is wrong for images of even size", on: [.anyImages]) {
      squares { $0.shape[1].isMultiple(of: 2) ? 1 : 2 }
    },
    Mutant(.backwardRuns, "a backward that throws for one time step", on: [.sequences]) {
      HandwrittenFunction<Tensor> {
        [try square($0[0])]
      } backward: { gradients, inputs in
        try [gradients[0] * inputs[0].slice(0..<inputs[0].shape[1]) * 2]
      }
    },
    Mutant(.gradientLinearity, "an output that counts only beside the other") {
      HandwrittenFunction<Tensor>(outputs: 2) {
        [try $0[0] * 2, try $0[0] * 3]
      } backward: { gradients, inputs in
        if try abs(gradients[0]).max().item() == 0 { return [try inputs[0] * 0] }
        return [try gradients[0] * 2 + gradients[1] * 3]
      }
    },
    Mutant(.casting, "a backward that is half as large in single precision") {
      squares { $0.scalarType == .float32 ? 1 : 2 }
    },
    Mutant(
      .finiteValues, "a variance that one observation has none of",
      CheckOptions(exceptions: [.mixesObservations])
    ) {
      FunctionLayer { x in
        let deviations = try x - x.mean(0)
        return try deviations / sqrt(square(deviations).sum(0) / Double(x.shape[0] - 1) + 1)
      }
    },
    Mutant(.wrongInputs, "a learnable cut to however few channels come") { CutToFit() },
    Mutant(.declaredLayout, "a layout with the batch of one example") { FixedBatch() },
    Mutant(.declaredLayout, "port names swapped", on: [.sequences]) { SwappedPorts() },
    Mutant(.unmarkedProperties, "a tensor that a pass leaves in a property") { LeavesTensor() },
    Mutant(.tieVisibility, "an inference that keeps the weights of its first call") {
      let kept = Box<[ScalarType: Tensor]>([:])
      return scaling { x, gain, context in
        if context.isTraining { return try tanh(x * gain) }
        let known = kept.value[x.scalarType] ?? gain.detached
        kept.change { $0[x.scalarType] = known }
        return try tanh(x * known)
      }
    },
  ]

  /// x², with a derivative that is `factor` times x.
  private static func squares(
    _ factor: @escaping @Sendable (Tensor) -> Double
  ) -> HandwrittenFunction<Tensor> {
    HandwrittenFunction {
      [try square($0[0])]
    } backward: { gradients, inputs in
      [try gradients[0] * inputs[0] * factor(inputs[0])]
    }
  }
}

extension LayerGradients {
  fileprivate static func right(
    _ gradient: Tensor, _ x: Tensor, _ weights: Tensor
  ) throws -> LayerGradients {
    try HandwrittenLinear.right(gradient, x, weights)
  }
}

extension Layout {
  fileprivate static let anyImages = Layout("BSSC", [nil, nil, nil, 2])
}

private struct CutToFit: CustomLayer, Codable {
  @Learnable var weights: Tensor = .deferred

  func initialize(for x: Tensor, in context: Context) throws {
    weights = try Initializer.glorotUniform([5, 3], in: context)
  }

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    try matmul(x, weights.slice(0..<x.shape[1]))
  }
}

private struct FixedBatch: CustomLayer, Codable {
  func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * 2 }
  func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    [Layout("BC", [3, 5])]
  }
}

/// Every step of a sequence and the last one, each where the other is declared.
private struct SwappedPorts: CustomLayer, Codable {
  var outputNames: [String] { ["all", "last"] }

  func predict(_ x: Tensor, in context: Context) throws -> [Tensor] {
    [try x.at(x.shape[1] - 1, axis: 1), x]
  }

  func outputLayouts(_ shapes: [[Int]], for inputs: [Layout]) -> [Layout] {
    [Layout("BTC", [nil, nil, 5]), Layout("BC", [nil, 5])]
  }
}

private final class LeavesTensor: CustomLayer, Codable, @unchecked Sendable {
  private var last: Tensor?
  init() {}
  init(from decoder: any Decoder) throws {}
  func encode(to encoder: any Encoder) throws {}

  func predict(_ x: Tensor, in context: Context) throws -> Tensor {
    last = try x.detached * 2
    return try x * 2
  }
}
