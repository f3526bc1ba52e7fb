import LigatureLayers
import LigatureTensors

/// Row 14: states keep shape and type, are changed by training only, and reset.
struct StateHandling: LayerCheck {
  static let kind = CheckKind.stateHandling
  static let meaning =
    "States keep shape and scalar type, stay finite, are changed by training only, and go back when reset."
  static let commonCause =
    "A state that takes the batch's shape; memory carried in a plain property."
  static let remedy = "Give a state its shape in initialize(for:in:), and write it in forward only"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let initial = subject.network.stateValues
    guard !initial.isEmpty else {
      return .skipped(reason: "the layer has no state", remedy: "Nothing to do")
    }
    let inputs = try subject.inputs()
    _ = try subject.outputs(inputs, .inference, storesStates: false)
    var failures = try changes(subject, from: initial, "predicting changes a state")
    for iteration in 0..<3 {
      _ = try subject.outputs(inputs, .training, iteration: iteration, storesStates: true)
    }
    for (path, values) in subject.network.stateValues {
      guard let first = initial[path]?.first else { continue }
      for value in values {
        if value.shape != first.shape || value.scalarType != first.scalarType {
          failures.append(
            CheckReport.Failure(
              "a state changes shape or type in training", at: "state \(subject.shown(path))",
              expected: "\(first.scalarType) \(first.shape)",
              found: "\(value.scalarType) \(value.shape)", remedy: Self.remedy))
        } else if value.scalarType.isFloatingPoint, try !value.isFinite() {
          failures.append(
            CheckReport.Failure(
              "a state is not finite after training", at: "state \(subject.shown(path))",
              expected: "finite numbers", found: "\(value)", remedy: Self.remedy))
        }
      }
    }
    _ = try subject.outputs(inputs, .training, iteration: 3)
    _ = try subject.outputs(inputs, .inference)
    subject.network.resetState()
    failures += try changes(subject, from: initial, "resetting does not bring a state back")
    return outcome(failures, "\(initial.count) states")
  }

  private func changes(
    _ subject: CheckSubject, from initial: [String: [Tensor]], _ problem: String
  ) throws -> [CheckReport.Failure] {
    try subject.network.stateValues.compactMap { path, values in
      guard let first = initial[path]?.first, let value = values.first else { return nil }
      return try Difference(value, first)?.failure(
        problem, at: "state \(subject.shown(path))", remedy: Self.remedy)
    }
  }
}
