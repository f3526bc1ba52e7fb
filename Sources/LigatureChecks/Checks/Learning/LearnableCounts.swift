import LigatureNetworks
import LigatureTensors

/// The number of learnables is as declared, each counts once, and passes do not change it.
struct LearnableCounts: LayerCheck {
  static let kind = CheckKind.learnableCounts
  static let prerequisites: [CheckKind] = [.initialization]
  static let meaning =
    "The learnables are those declared, each counted once, before and after a pass."
  static let commonCause = "A learnable list that is assigned anew, or grows, in predict."
  static let remedy = "Assign learnables in init or initialize(for:in:) only"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let before = subject.network.learnables
    let count = subject.network.learnableCount
    let inputs = try subject.inputs()
    // What a pass throws is the finding of another check.
    for phase in Phase.allCases { _ = try? subject.outputs(inputs, phase, storesStates: true) }
    let after = subject.network.learnables
    var failures: [CheckReport.Failure] = []
    let (first, second) = (before.map(\.path), after.map(\.path))
    let isSame = zip(before, after).allSatisfy { $0.parameter === $1.parameter }
    if first != second || !isSame {
      failures.append(
        CheckReport.Failure(
          "a pass changes what the layer learns", at: subject.shown(""),
          expected: "\(first.map(subject.shown))",
          found: isSame ? "\(second.map(subject.shown))" : "other parameters under the same names",
          remedy: Self.remedy))
    }
    if let expected = subject.options.learnableCount, expected != count {
      failures.append(
        CheckReport.Failure(
          "the layer does not learn as many numbers as declared", at: subject.shown(""),
          expected: "\(expected)", found: "\(count)",
          remedy: "Look for a learnable that is missing, or tied by mistake, in print(network)"))
    }
    let unfrozen = before.filter { !$0.parameter.isFrozen }.map(\.count).reduce(0, +)
    if let expected = subject.options.unfrozenLearnableCount, expected != unfrozen {
      failures.append(
        CheckReport.Failure(
          "training does not change as many numbers as declared", at: subject.shown(""),
          expected: "\(expected)", found: "\(unfrozen)",
          remedy: "Look for a learnable that is missing, or frozen by mistake, in print(network)"))
    }
    return outcome(failures, "\(counted(count, "number")) in \(counted(before.count, "learnable"))")
  }
}
