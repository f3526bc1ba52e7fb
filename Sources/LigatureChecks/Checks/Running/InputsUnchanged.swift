import LigatureNetworks
import LigatureTensors

/// A pass changes neither inputs nor learnables.
struct InputsUnchanged: LayerCheck {
  static let kind = CheckKind.inputsUnchanged
  static let prerequisites: [CheckKind] = [.predictRuns]
  static let meaning = "predict and forward change neither their inputs nor learnables."
  static let commonCause =
    "A learnable assigned in predict; an input's memory written through an unsafe pointer."
  static let remedy = "Compute a new tensor; keep what changes from pass to pass in @LayerState"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    var failures: [CheckReport.Failure] = []
    for phase in Phase.allCases {
      let inputs = try subject.inputs()
      let copies = try inputs.map { try deepCopy($0) }
      let before = try subject.network.learnables.map {
        ($0.path, try deepCopy($0.parameter.value))
      }
      _ = try subject.outputs(inputs, phase)
      for number in inputs.indices {
        if let difference = try Difference(inputs[number], copies[number]) {
          failures.append(
            difference.failure(
              "an input is changed", at: "\(subject.inputName(number)), in \(phase.rawValue)",
              remedy: Self.remedy))
        }
      }
      let after = Dictionary(
        subject.network.learnables.map { ($0.path, $0.parameter.value) }
      ) { $1 }
      for (path, value) in before {
        guard let now = after[path] else { continue }
        if let difference = try Difference(now, value) {
          failures.append(
            difference.failure(
              "a learnable is changed",
              at: "learnable \(subject.shown(path)), in \(phase.rawValue)", remedy: Self.remedy))
        }
      }
      if !failures.isEmpty { break }
    }
    return outcome(failures)
  }

  /// The same numbers in memory of their own.
  private func deepCopy(_ tensor: Tensor) throws -> Tensor {
    var copy = try tensor.cast(to: .float64)
    if tensor.scalarType == .float64 { copy = try copy * 1 }
    return try copy.cast(to: tensor.scalarType)
  }
}
