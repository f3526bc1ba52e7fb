import LigatureNetworks
import LigatureTensors

/// Gradients have the sizes and types of inputs and learnables.
struct GradientSizes: LayerCheck {
  static let kind = CheckKind.gradientSizes
  static let prerequisites: [CheckKind] = [.backwardRuns]
  static let meaning = "Each gradient has the shape and scalar type of its input or learnable."
  static let commonCause =
    "A hand-written backward that leaves the sum over the batch out, or returns a transpose."
  static let remedy = "Sum over the axes that were stretched, and keep the type"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    for phase in Phase.allCases {
      for count in subject.options.observationCounts {
        let inputs = try subject.inputs(observations: count)
        let place = "in \(phase.rawValue), with \(counted(count, "observation"))"
        do {
          let failures = misfits(
            in: try subject.differentiated(inputs, phase), subject, inputs, place)
          if !failures.isEmpty { return .failed(failures) }
        } catch let error as LayerError {
          // Passes refuse what a hand-written backward returns before it can do harm.
          guard let misfit = error.cause as? GradientMisfit else { throw error }
          let owner = misfit.owner + (error.path.isEmpty ? "" : " of \(subject.shown(error.path))")
          return .failed([
            failure(at: "\(owner), \(place)", expected: misfit.expected, found: misfit.found)
          ])
        }
      }
    }
    return .passed()
  }

  private func misfits(
    in pass: (outputs: [Tensor], inputGradients: [Tensor?], gradients: Gradients),
    _ subject: CheckSubject, _ inputs: [Tensor], _ place: String
  ) -> [CheckReport.Failure] {
    Variable.all(of: subject, inputs).compactMap { variable in
      let value = variable.value(inputs)
      guard let gradient = variable.gradient(in: pass),
        gradient.shape != value.shape || gradient.scalarType != value.scalarType
      else { return nil }
      return failure(
        at: "\(variable.name), \(place)", expected: "\(value.scalarType) \(value.shape)",
        found: "\(gradient.scalarType) \(gradient.shape)")
    }
  }

  private func failure(
    at place: String, expected: String, found: String
  ) -> CheckReport.Failure {
    CheckReport.Failure(
      "a gradient has another shape or type than what it belongs to", at: place,
      expected: expected, found: found, remedy: Self.remedy)
  }
}
