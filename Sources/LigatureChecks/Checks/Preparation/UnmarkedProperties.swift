import LigatureNetworks

/// Nothing that learns or remembers is stored without a mark.
struct UnmarkedProperties: LayerCheck {
  static let kind = CheckKind.unmarkedProperties
  static let prerequisites: [CheckKind] = []
  static let meaning = "Every stored tensor, layer and network is marked @Learnable or @LayerState."
  static let commonCause =
    "A property of type Tensor, Network or [FullyConnected] without a wrapper; tensors inside a "
    + "plain structure."
  static let remedy =
    "Mark the property @Learnable, or @LayerState for what is not learned; make a structure with "
    + "tensors a CustomLayer"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    var found = subject.network.structuralProblems
    if found.isEmpty, !(subject.layer is Network), !(subject.layer is any InputLayer) {
      // A pass may have left a tensor in a property that was empty before.
      for phase in Phase.allCases { _ = try? subject.outputs(subject.inputs(), phase) }
      let again = Network()
      try again.add(subject.layer, named: CheckSubject.name)
      found = again.structuralProblems
    }
    found = found.filter { $0.kind == .unmarkedProperty }
    return outcome(
      found.map { problem in
        CheckReport.Failure(
          "a property holds something that would not be trained, counted or copied",
          at: subject.shown(problem.path), expected: "a mark", found: problem.problem,
          remedy: problem.remedy)
      })
  }
}
