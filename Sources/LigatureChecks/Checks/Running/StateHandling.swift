import LigatureNetworks
import LigatureTensors

/// States keep shape and type, are changed by training only, and reset.
struct StateHandling: LayerCheck {
  static let kind = CheckKind.stateHandling
  static let prerequisites: [CheckKind] = [.determinism, .observationCounts]
  static let meaning =
    "States keep shape and scalar type, stay finite, are changed by training only, and return to their first value when reset."
  static let commonCause =
    "A state that takes the batch's shape; memory carried in a plain property."
  static let remedy =
    "Give a state its shape in initialize(for:in:), and write it in forward only; or declare .remembersObservations"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let initial = subject.network.stateValues
    guard !initial.isEmpty else {
      return .skipped(reason: "the layer has no state", remedy: "Nothing to do")
    }
    let inputs = try subject.inputs()
    _ = try subject.outputs(inputs, .inference, storesStates: false)
    var failures = try changes(subject, from: initial, "predicting changes a state")
    // One observation too: a variance with divisor n - 1 is no number then.
    let counts = Array(Set(subject.options.observationCounts).union([1])).sorted()
    let remembers = subject.options.exceptions.contains(.remembersObservations)
    let passes = remembers ? counts.flatMap { [$0, $0] } : counts + counts
    for (iteration, count) in passes.enumerated() where failures.isEmpty {
      if remembers, iteration.isMultiple(of: 2) { subject.network.resetEveryState() }
      _ = try subject.outputs(
        subject.inputs(observations: count), .training, iteration: iteration, storesStates: true)
      failures += try misfits(
        subject, initial, remembers ? count : nil,
        "after training on \(counted(count, "observation"))")
    }
    // Predicting is tried again now that the states are no longer those a reset leads back to.
    let trained = subject.network.stateValues
    _ = try subject.outputs(
      remembers ? subject.inputs(observations: passes.last) : inputs, .inference,
      storesStates: false)
    failures += try changes(subject, from: trained, "predicting changes a state")
    subject.network.resetEveryState()
    failures += try changes(subject, from: initial, "resetting does not bring a state back")
    return outcome(failures, counted(initial.count, "state"))
  }

  /// What to do about a state that changes otherwise than it should.
  private func remedy(_ subject: CheckSubject) -> String {
    let general = "Give a state its shape in initialize(for:in:), and write it in forward only"
    return subject.options.exceptions.contains(.remembersObservations)
      ? general : general + "; or declare .remembersObservations"
  }

  /// States that no longer have the shape and type they began with, or are not finite. Those that
  /// remember a number of observations may have gained an axis for them.
  private func misfits(
    _ subject: CheckSubject, _ initial: [String: [Tensor]], _ observations: Int?, _ moment: String
  ) throws -> [CheckReport.Failure] {
    try subject.network.stateValues.sorted { $0.key < $1.key }.compactMap { path, values in
      guard let first = initial[path]?.first else { return nil }
      let place = "state \(subject.shown(path)), \(moment)"
      if let value = values.first(where: {
        $0.shape != first.shape && $0.shape != observations.map { [$0] + first.shape }
          || $0.scalarType != first.scalarType
      }) {
        return CheckReport.Failure(
          "a state changes shape or type in training", at: place,
          expected: "\(first.scalarType) \(first.shape)",
          found: "\(value.scalarType) \(value.shape)", remedy: remedy(subject))
      }
      let bad = try values.compactMap { try CheckSubject.nonFinite(in: $0) }.first
      return bad.map { element, number in
        CheckReport.Failure(
          "a state is not finite after training", at: "\(place), \(element)",
          expected: "a finite number", found: number,
          remedy: "Add an epsilon, or divide by the number of observations and not by one less")
      }
    }
  }

  private func changes(
    _ subject: CheckSubject, from initial: [String: [Tensor]], _ problem: String
  ) throws -> [CheckReport.Failure] {
    try subject.network.stateValues.compactMap { path, values in
      guard let first = initial[path]?.first, let value = values.first else { return nil }
      return try Difference(value, first)?.failure(
        problem, at: "state \(subject.shown(path))", remedy: remedy(subject))
    }
  }
}
