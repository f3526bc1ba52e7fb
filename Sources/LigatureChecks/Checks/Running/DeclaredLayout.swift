import LigatureNetworks

/// Outputs have the declared layout, and their size does not depend on values.
struct DeclaredLayout: LayerCheck {
  static let kind = CheckKind.declaredLayout
  static let prerequisites: [CheckKind] = [.observationCounts]
  static let meaning =
    "outputLayouts describes what comes out, and sizes follow from the sizes of the input alone."
  static let commonCause = "Labels for another rank; an output cut where a value says so."
  static let remedy = "Return one layout for each output, of its rank and sizes"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let shapes = try subject.outputs(subject.inputs()).map(\.shape)
    var failures: [CheckReport.Failure] = []
    // A layout that names the batch of one example fits no other.
    for count in subject.options.observationCounts where !(subject.layer is Network) {
      guard failures.isEmpty else { break }
      let shapes = try subject.outputs(subject.inputs(observations: count)).map(\.shape)
      let layouts = subject.layer.outputLayouts(shapes, for: subject.layouts)
      if layouts.count != shapes.count {
        failures.append(
          CheckReport.Failure(
            "the number of declared layouts is not that of the outputs", at: subject.shown(""),
            expected: "\(shapes.count)", found: "\(layouts.count)", remedy: Self.remedy))
      }
      for (number, (layout, shape)) in zip(layouts, shapes).enumerated() {
        if let problem = layout.problem {
          failures.append(
            CheckReport.Failure(
              "the declared layout is none", at: subject.outputName(number),
              expected: "a label for each axis of \(shape)", found: problem, remedy: Self.remedy))
          continue
        }
        guard layout.rank != shape.count || !layout.fits(shape) else { continue }
        failures.append(
          CheckReport.Failure(
            "the declared layout is not what comes out", at: subject.outputName(number),
            expected: "\(layout)", found: "\(shape)", remedy: Self.remedy))
      }
    }
    if !subject.options.exceptions.contains(.sizeDependsOnValues) {
      for draw in 1...3 {
        let others = try subject.outputs(subject.inputs(draw: draw)).map(\.shape)
        guard others != shapes else { continue }
        failures.append(
          CheckReport.Failure(
            "the size of an output depends on the values of the input", at: subject.shown(""),
            expected: "\(shapes)", found: "\(others) for other values of the same size",
            remedy: "Keep the size and mask instead, or declare the exception .sizeDependsOnValues")
        )
        break
      }
    }
    return outcome(failures)
  }
}
