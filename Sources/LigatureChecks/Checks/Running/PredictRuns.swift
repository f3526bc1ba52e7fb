import LigatureLayers

/// Row 2: predict and forward do not throw on valid input.
struct PredictRuns: LayerCheck {
  static let kind = CheckKind.predictRuns
  static let meaning = "predict and forward run on valid input without throwing."
  static let commonCause = "Shapes worked out for one number of observations; a wrong axis."
  static let remedy = "Follow the shapes through predict, with the one in the error"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    var failures: [CheckReport.Failure] = []
    for phase in Phase.allCases {
      do {
        _ = try subject.outputs(subject.inputs(), phase)
      } catch {
        failures.append(
          CheckReport.Failure(
            "the layer throws on valid input", at: place(error, phase, subject),
            expected: "an output", found: "\(error)", remedy: Self.remedy))
      }
    }
    return outcome(failures)
  }

  private func place(_ error: any Error, _ phase: Phase, _ subject: CheckSubject) -> String {
    "\(subject.shown((error as? LayerError)?.path ?? "")), in \(phase.rawValue)"
  }
}
