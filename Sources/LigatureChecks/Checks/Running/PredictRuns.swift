import LigatureNetworks

/// Predict and forward do not throw on valid input.
struct PredictRuns: LayerCheck {
  static let kind = CheckKind.predictRuns
  static let prerequisites: [CheckKind] = [.initialization]
  static let meaning = "predict and forward run on valid input without throwing."
  static let commonCause = "Shapes worked out for one number of observations; a wrong axis."
  static let remedy = "Follow the shapes through predict, with the one in the error"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    var failures: [CheckReport.Failure] = []
    for phase in Phase.allCases {
      do {
        _ = try subject.outputs(subject.inputs(), phase)
      } catch {
        let failure = subject.failure(
          "the layer throws on valid input", error, at: "in \(phase.rawValue)",
          expected: "an output")
        // Usually both phases run the same code.
        if let first = failures.first, first.found == failure.found { continue }
        failures.append(failure)
      }
    }
    return outcome(failures)
  }
}
