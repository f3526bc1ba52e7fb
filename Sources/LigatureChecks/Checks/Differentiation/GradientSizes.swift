import LigatureLayers

/// Row 9: gradients have the sizes and types of inputs and learnables.
struct GradientSizes: LayerCheck {
  static let kind = CheckKind.gradientSizes
  static let meaning = "Each gradient has the shape and scalar type of its input or learnable."
  static let commonCause =
    "A hand-written backward that leaves the sum over the batch out, or returns a transpose."
  static let remedy = "Sum over the axes that were stretched, and keep the type"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let inputs = try subject.inputs()
    let pass = try subject.differentiated(inputs)
    return outcome(
      Variable.all(of: subject, inputs).compactMap { variable in
        let value = variable.value(inputs)
        guard let gradient = variable.gradient(in: pass),
          gradient.shape != value.shape || gradient.scalarType != value.scalarType
        else { return nil }
        return CheckReport.Failure(
          "a gradient has another shape or type than what it belongs to", at: variable.name,
          expected: "\(value.scalarType) \(value.shape)",
          found: "\(gradient.scalarType) \(gradient.shape)", remedy: Self.remedy)
      })
  }
}
