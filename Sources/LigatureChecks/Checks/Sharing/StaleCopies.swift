import LigatureNetworks
import LigatureTensors

/// Equal values give equal results, whatever values there were before.
struct StaleCopies: LayerCheck {
  static let kind = CheckKind.staleCopies
  static let prerequisites: [CheckKind] = [.tieVisibility]
  static let meaning =
    "After another initialisation, on other inputs, learnables and states that are set to former values give the former "
    + "results."
  static let commonCause =
    "Weights, their norm or their transpose copied into a plain property when they were initialised; a scale of the first "
    + "inputs kept in one."
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
    if let failures = try first(subject, inputs, expected) { return .failed(failures) }
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

  /// How a copy that met other inputs first differs, once it has the same values. What a layer
  /// makes of inputs and keeps for itself, it makes of the first that it ever sees.
  private func first(
    _ subject: CheckSubject, _ inputs: [Tensor], _ expected: [[Tensor]]
  ) throws -> [CheckReport.Failure]? {
    guard subject.options.examples == nil, let other = subject.untouched else { return nil }
    let far = try subject.inputs(draw: 1).map { input in
      input.scalarType.isFloatingPoint ? try input * 50 + 1 : input
    }
    subject.reset()
    do {
      _ = try other.initializeAndPredict(for: far, seed: subject.network.seed &+ 1)
      try other.take(valuesOf: subject.network)
    } catch {
      // Inputs of another scale may be refused.
      return nil
    }
    other.seed = subject.network.seed
    for (phase, outputs) in zip(Phase.allCases, expected) {
      let failures = try subject.differences(
        other.outputs(for: inputs, phase, seed: subject.options.seed), outputs,
        "equal values give another result where other inputs came first",
        at: "in \(phase.rawValue)", remedy: Self.remedy)
      if !failures.isEmpty { return failures }
    }
    return nil
  }
}
