import LigatureNetworks
import LigatureTensors

/// Zero output gradient gives zero gradient, twice the output gradient twice the gradient,
/// and an output that nothing depends on may be missing.
struct GradientLinearity: LayerCheck {
  static let kind = CheckKind.gradientLinearity
  static let prerequisites: [CheckKind] = [.gradientSizes, .scalarType, .determinism]
  static let meaning =
    "Gradients are linear in the outputs' gradients: zero for zero, doubled for doubled, a sum over outputs; missing ones are tolerated."
  static let commonCause =
    "A backward that ignores or squares its argument, or adds a constant such as a penalty."
  static let remedy = "Multiply every term of the backward by the output's gradient, once"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    try subject.withScalarType(.float64) {
      let inputs = try subject.inputs(type: .float64)
      let variables = Variable.all(of: subject, inputs)
      let weights = try subject.randomWeights(for: subject.outputs(inputs, .training))
      func pass(_ scale: Double, only output: Int? = nil) throws -> (
        outputs: [Tensor], inputGradients: [Tensor?], gradients: Gradients
      ) {
        try subject.differentiated(inputs) { _ in
          try weights.enumerated().map { number, weight in
            output == nil || output == number ? try weight.map { try $0 * scale } : nil
          }
        }
      }
      let (zero, one, two) = (try pass(0), try pass(1), try pass(2))
      for variable in variables {
        if let gradient = variable.gradient(in: zero),
          let difference = try Difference(gradient, .zeros(gradient.shape, gradient.scalarType))
        {
          return failed(
            "a zero output gradient gives a gradient", variable, difference,
            remedy: try gradient.isFinite() ? Self.remedy : FiniteValues.remedy)
        }
        if let single = variable.gradient(in: one), let double = variable.gradient(in: two),
          let difference = try Difference(double, single * 2, tolerance: 1e-9)
        {
          return failed(
            "twice the output gradient does not give twice the gradient", variable, difference)
        }
      }
      if weights.count > 1 {
        let parts = try weights.indices.map { try pass(1, only: $0) }
        for variable in variables {
          guard let together = variable.gradient(in: one) else { continue }
          let sum = try parts.compactMap { variable.gradient(in: $0) }
            .reduce(together * 0) { try $0 + $1 }
          if let difference = try Difference(together, sum, tolerance: 1e-9) {
            return failed(
              "the gradients of single outputs do not add up to that of all", variable, difference)
          }
        }
      }
      return .passed()
    }
  }

  private func failed(
    _ problem: String, _ variable: Variable, _ difference: Difference,
    remedy: String = GradientLinearity.remedy
  ) -> CheckReport.Outcome {
    .failed([difference.failure(problem, at: variable.name, remedy: remedy)])
  }
}
