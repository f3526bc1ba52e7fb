import LigatureNetworks

/// Predict is deterministic, forward is reproducible from its seed, and passes leave
/// nothing behind.
struct Determinism: LayerCheck {
  static let kind = CheckKind.determinism
  static let prerequisites: [CheckKind] = [.gradientSizes]
  static let meaning =
    "Equal seed, iteration and input give equal results to the last bit, whatever ran in between."
  static let commonCause =
    "Random numbers from outside the context; a value remembered in a plain or static property; a tensor whose order "
    + "comes from a Set."
  static let remedy = "Draw from context.randomStream(), and keep what is remembered in @LayerState"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let inputs = try subject.inputs()
    let others = try subject.inputs(draw: 1)
    for phase in Phase.allCases {
      let first = try subject.outputs(inputs, phase)
      _ = try subject.outputs(others, phase, iteration: 1)
      let second = try subject.outputs(inputs, phase)
      let failures = try subject.differences(
        second, first, "two passes over the same input from the same seed differ",
        at: "in \(phase.rawValue)", remedy: Self.remedy)
      if !failures.isEmpty { return .failed(failures) }
    }
    let first = try subject.differentiated(inputs)
    _ = try subject.differentiated(others, iteration: 1)
    let second = try subject.differentiated(inputs)
    for variable in Variable.all(of: subject, inputs) {
      guard let a = variable.gradient(in: first), let b = variable.gradient(in: second) else {
        continue
      }
      if let difference = try Difference(b, a) {
        return .failed([
          difference.failure(
            "two backward passes over the same input differ", at: variable.name,
            remedy: Self.remedy)
        ])
      }
    }
    if !subject.options.exceptions.contains(.random) {
      let failures = try subject.differences(
        subject.outputs(inputs, .inference, iteration: 7),
        subject.outputs(inputs, .inference, iteration: 8),
        "predict is random", at: "in inference",
        remedy: "Draw random numbers in forward only, or declare the exception .random")
      if !failures.isEmpty { return .failed(failures) }
    }
    return .passed()
  }
}
