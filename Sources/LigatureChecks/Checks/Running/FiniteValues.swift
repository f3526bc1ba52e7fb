import LigatureNetworks
import LigatureTensors

/// Outputs and gradients are finite.
struct FiniteValues: LayerCheck {
  static let kind = CheckKind.finiteValues
  static let prerequisites: [CheckKind] = [.gradientSizes]
  static let meaning =
    "Outputs and gradients are finite for ordinary inputs, for zeros and for equal numbers."
  static let commonCause =
    "A logarithm or square root of 0, a division by a variance or norm that can be 0."
  static let remedy =
    "Add an epsilon inside the root or the divisor; or give examples the layer is made for"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    var cases: [(name: String, inputs: [Tensor])] = [("ordinary input", try subject.inputs())]
    let counts = subject.options.observationCounts
    cases += try counts.filter { $0 != counts.max() }.map {
      (counted($0, "observation"), try subject.inputs(observations: $0))
    }
    if subject.hasFreeTime {
      let times = subject.options.timeStepCounts
      cases += try times.filter { $0 != times.max() }.map {
        (counted($0, "time step"), try subject.inputs(timeSteps: $0))
      }
    }
    if subject.options.examples == nil {
      for (name, value) in [("zeros", 0.0), ("ones", 1.0)] {
        let constant = try subject.inputs().map { input in
          input.scalarType.isFloatingPoint
            ? try Tensor.full(input.shape, value, input.scalarType) : input
        }
        cases.append((name, constant))
      }
    }
    for (name, inputs) in cases {
      for phase in Phase.allCases {
        let failures = try check(subject, inputs, "for \(name), in \(phase.rawValue)", phase)
        if !failures.isEmpty { return .failed(failures) }
      }
    }
    return .passed(cases.map(\.name).joined(separator: ", "))
  }

  private func check(
    _ subject: CheckSubject, _ inputs: [Tensor], _ place: String, _ phase: Phase
  ) throws -> [CheckReport.Failure] {
    let pass = try subject.differentiated(inputs, phase)
    var found: [(String, Tensor)] = pass.outputs.enumerated().map {
      (subject.outputName($0), $1)
    }
    for variable in Variable.all(of: subject, inputs) {
      if let gradient = variable.gradient(in: pass) {
        found.append(("gradient of \(variable.name)", gradient))
      }
    }
    return try found.compactMap { name, tensor in
      try CheckSubject.nonFinite(in: tensor).map { element, number in
        CheckReport.Failure(
          "a number is not finite", at: "\(name), \(element), \(place)",
          expected: "a finite number", found: number, remedy: Self.remedy)
      }
    }
  }
}
