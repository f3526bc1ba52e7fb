import LigatureNetworks
import LigatureTensors

/// Port counts and names agree with what goes in and comes out.
struct Ports: LayerCheck {
  static let kind = CheckKind.ports
  static let prerequisites: [CheckKind] = []
  static let meaning = "inputNames and outputNames are distinct names, one for each tensor."
  static let commonCause =
    "A layer of type [Tensor] that does not say how many ports it has; a number that changed in one place."
  static let remedy = "Make inputNames and outputNames count what predict takes and returns"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let layer = subject.layer
    var failures = subject.layouts.enumerated().compactMap { number, layout in
      layout.problem.map {
        CheckReport.Failure(
          "a layout given to the checks is misspelt", at: "layout \(number + 1)",
          expected: "a label for each axis", found: $0, remedy: Layout.remedy)
      }
    }
    for (kind, names) in [("input", layer.inputNames), ("output", layer.outputNames)] {
      if Set(names).count < names.count || names.contains(where: { $0.isEmpty }) {
        failures.append(
          CheckReport.Failure(
            "\(kind) ports do not have distinct names", at: subject.shown(""),
            expected: "a name of its own for each port", found: "\(names)", remedy: Self.remedy))
      }
    }
    if layer.inputNames.count != subject.layouts.count, !(layer is any InputLayer) {
      failures.append(
        CheckReport.Failure(
          "the number of input ports is not that of the layouts given", at: subject.shown(""),
          expected: counted(subject.layouts.count, "input"),
          found: counted(layer.inputNames.count, "port")
            + ": \(layer.inputNames.joined(separator: ", "))",
          remedy: "Give one layout for each input, or correct inputNames"))
    }
    if failures.isEmpty, let problem = subject.portProblem {
      failures.append(
        CheckReport.Failure(
          "the layer cannot be put into a network", at: subject.shown(""),
          expected: "ports that inputs of the given layouts can be connected to",
          found: "\(problem)", remedy: Self.remedy))
    }
    if failures.isEmpty, let returned = subject.portMismatch() {
      failures.append(
        CheckReport.Failure(
          "predict does not take and return one tensor for each port", at: subject.shown(""),
          expected:
            "inputs \(layer.inputNames.joined(separator: ", ")); "
            + "outputs \(layer.outputNames.joined(separator: ", "))",
          found: returned, remedy: Self.remedy))
    }
    return outcome(failures)
  }
}
