import LigatureNetworks
import LigatureTensors

/// Equal values give equal results, whatever values there were before.
struct StaleCopies: LayerCheck {
  static let kind = CheckKind.staleCopies
  static let prerequisites: [CheckKind] = [.tieVisibility]
  static let meaning =
    "After another initialisation, learnables and states that are set to former values give the former results."
  static let commonCause =
    "Weights, their norm or their transpose copied into a plain property when they were initialised."
  static let remedy =
    "Work out in predict what depends on learnables; keep what is fixed from the start in a @LayerState"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let inputs = try subject.inputs()
    let expected = try Phase.allCases.map { try subject.outputs(inputs, $0) }
    subject.restoreOriginal()
    guard subject.network.hasDeferred else {
      return .skipped(
        reason: "the layer was given with all its values",
        remedy: "Give it without values, .deferred, to see whether it copies them")
    }
    let seed = subject.network.seed
    defer {
      // What the layer keeps for itself is to be that of its values again.
      subject.network.seed = seed
      subject.restoreOriginal()
      try? subject.initialize()
    }
    do { _ = try subject.network.initializeAndPredict(for: inputs, seed: seed &+ 1) } catch {
      // Other values may lead past a part of the layer.
      return .skipped(
        reason: "another seed does not give the layer all its values",
        remedy: "Call every nested layer in initialize(for:in:)")
    }
    subject.reset()
    for (phase, outputs) in zip(Phase.allCases, expected) {
      let failures = try subject.differences(
        subject.outputs(inputs, phase), outputs,
        "equal values give another result after another initialisation",
        at: "in \(phase.rawValue)", remedy: Self.remedy)
      if !failures.isEmpty { return .failed(failures) }
    }
    return .passed()
  }
}
