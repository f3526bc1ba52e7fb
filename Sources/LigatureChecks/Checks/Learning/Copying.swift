import LigatureNetworks
import LigatureTensors

/// A copy gives the same outputs, has the same ties, and shares no storage.
struct Copying: LayerCheck {
  static let kind = CheckKind.copying
  static let prerequisites: [CheckKind] = [.determinism]
  static let meaning =
    "A copy gives the same outputs, has the same ties, and changes nothing in the original."
  static let commonCause =
    "A coding that forgets a property; state kept in a reference that the copy shares."
  static let remedy = "Let the compiler write init(from:) and encode(to:), or code every property"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let copy: Network
    do {
      copy = try subject.network.copy()
    } catch let error as LayerError where error.kind == .notCodable {
      return .skipped(reason: error.problem, remedy: error.remedy)
    } catch {
      return .failed([
        subject.failure("the layer cannot be copied", error, expected: "a copy")
      ])
    }
    let inputs = try subject.inputs()
    let paths = subject.network.learnables.map { [$0.path] + $0.aliases }
    let copied = copy.learnables.map { [$0.path] + $0.aliases }
    guard paths == copied else {
      return .failed([
        CheckReport.Failure(
          "a copy does not have the learnables and ties of the original", at: subject.shown(""),
          expected: "\(paths.map { $0.map(subject.shown) })",
          found: "\(copied.map { $0.map(subject.shown) })", remedy: subject.codingRemedy)
      ])
    }
    for phase in Phase.allCases {
      let failures = try subject.differences(
        copy.outputs(for: inputs, phase, seed: subject.options.seed),
        subject.outputs(inputs, phase), "a copy gives another result", at: "in \(phase.rawValue)",
        remedy: subject.codingRemedy)
      if !failures.isEmpty { return .failed(failures) }
    }
    let before = try subject.outputs(inputs)
    for parameter in copy.parameters {
      try parameter.set(parameter.value + 1)
    }
    _ = try copy.outputs(for: inputs, .training, storesStates: true)
    return outcome(
      try subject.differences(
        subject.outputs(inputs), before, "changing a copy changes the original",
        remedy: subject.codingRemedy))
  }
}
