import LigatureNetworks

/// Predict and forward do not throw on valid input.
struct PredictRuns: LayerCheck {
  static let kind = CheckKind.predictRuns
  static let prerequisites: [CheckKind] = [.initialization]
  static let meaning = "predict and forward run on valid input without throwing."
  static let commonCause = "Shapes worked out for one number of observations; a wrong axis."
  static let remedy = "Follow the shapes through predict, with the one in the error"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    var thrown: [(phases: [Phase], place: String, words: String)] = []
    for phase in Phase.allCases {
      do {
        _ = try subject.outputs(subject.inputs(), phase)
      } catch {
        let (place, words) = (subject.place(of: error), subject.words(of: error))
        if let last = thrown.last, last.place == place, last.words == words {
          thrown[thrown.count - 1].phases.append(phase)
        } else {
          thrown.append(([phase], place, words))
        }
      }
    }
    return outcome(
      thrown.map { phases, place, words in
        CheckReport.Failure(
          "the layer throws on valid input",
          at: "\(place), in \(phases.map(\.rawValue).joined(separator: " and "))",
          expected: "an output", found: words, remedy: Self.remedy)
      })
  }
}
