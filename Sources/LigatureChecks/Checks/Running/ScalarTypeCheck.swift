import LigatureNetworks
import LigatureTensors

/// Single stays single, double stays double.
struct ScalarTypeCheck: LayerCheck {
  static let kind = CheckKind.scalarType
  static let prerequisites: [CheckKind] = [.gradientSizes]
  static let meaning =
    "Outputs and gradients have the scalar type of the input, float32 or float64."
  static let commonCause = "A constant made without a type, such as .zeros([n]), which is float32."
  static let remedy =
    "Make constants in the input's type, .zeros(shape, x.scalarType), or in context.scalarType"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    if subject.options.exceptions.contains(.changesScalarType) {
      return .skipped(
        reason: "the exception .changesScalarType is declared",
        remedy: "Remove it to run this check")
    }
    var failures: [CheckReport.Failure] = []
    for type in [ScalarType.float32, .float64] {
      for phase in Phase.allCases where failures.isEmpty {
        failures += try subject.withScalarType(type) { try check(subject, type, phase) }
      }
    }
    return outcome(failures)
  }

  private func check(
    _ subject: CheckSubject, _ type: ScalarType, _ phase: Phase
  ) throws -> [CheckReport.Failure] {
    let inputs = try subject.inputs(type: type)
    let place = "in \(phase.rawValue) with \(type) inputs and learnables"
    do {
      let pass = try subject.differentiated(inputs, phase)
      let wrong = pass.outputs.enumerated().filter { _, output in
        output.scalarType.isFloatingPoint && output.scalarType != type
      }
      return wrong.map { number, output in
        CheckReport.Failure(
          "an output has another scalar type than the input",
          at: "\(subject.outputName(number)), \(place)", expected: "\(type)",
          found: "\(output.scalarType)", remedy: Self.remedy)
      }
    } catch {
      let isMixture = (error as? LayerError)?.problem.contains("float") == true
      let failure = subject.failure(
        "the layer does not run in \(type)", error, at: place, expected: "an output")
      return [
        isMixture
          ? CheckReport.Failure(
            failure.problem, at: failure.place, expected: failure.expected, found: failure.found,
            remedy: Self.remedy) : failure
      ]
    }
  }
}
