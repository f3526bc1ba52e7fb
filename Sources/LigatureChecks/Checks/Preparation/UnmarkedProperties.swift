import LigatureLayers

/// Row 18: nothing that learns or remembers is stored without a mark.
struct UnmarkedProperties: LayerCheck {
  static let kind = CheckKind.unmarkedProperties
  static let needsValues = false
  static let meaning = "Every stored tensor, layer and network is marked @Learnable or @LayerState."
  static let commonCause =
    "A property of type Tensor, Network or [FullyConnected] without a wrapper."
  static let remedy = "Mark the property @Learnable, or @LayerState for what is not learned"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let found = analyze(subject.network).problems.filter { $0.kind == .unmarkedProperty }
    return outcome(
      found.map { problem in
        CheckReport.Failure(
          "a property holds something that would not be trained, counted or copied",
          at: subject.shown(problem.path), expected: "a mark", found: problem.problem,
          remedy: problem.remedy)
      })
  }
}
