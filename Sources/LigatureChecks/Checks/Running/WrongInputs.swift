import LigatureLayers
import LigatureTensors

/// Row 16: wrong numbers, ranks and sizes of inputs are refused with an error that names the layer.
struct WrongInputs: LayerCheck {
  static let kind = CheckKind.wrongInputs
  static let meaning =
    "Input of a wrong count, rank or channel size is refused with an error, not computed with."
  static let commonCause = "A size that happens to broadcast; a learnable sliced to whatever came."
  static let remedy =
    "Compare the input's sizes with the learnables' in predict, or throw in validate(_:)"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let inputs = try subject.inputs()
    var failures: [CheckReport.Failure] = []
    if (try? subject.outputs(inputs + inputs)) != nil {
      failures.append(
        CheckReport.Failure(
          "too many inputs are accepted", at: subject.shown(""), expected: "an error",
          found: "an output for \(counted(2 * inputs.count, "input"))", remedy: Self.remedy))
    }
    for number in inputs.indices {
      guard let axis = subject.channelAxis(ofInput: number),
        inputs[number].scalarType.isFloatingPoint,
        subject.hasLearnable(ofSize: inputs[number].shape[axis]),
        try matters(number, inputs, subject)
      else { continue }
      var wrong = inputs
      wrong[number] = try concatenate(
        [inputs[number], inputs[number].slice(0..<1, axis: axis)], axis: axis)
      do {
        _ = try subject.outputs(wrong)
        failures.append(
          CheckReport.Failure(
            "a wrong number of channels is accepted, although learnables are made for another",
            at: subject.inputName(number), expected: "an error",
            found: "an output for shape \(wrong[number].shape)", remedy: Self.remedy))
      } catch let error as LayerError where error.path.isEmpty && !(subject.layer is Network) {
        failures.append(
          CheckReport.Failure(
            "an error does not name the layer", at: subject.inputName(number),
            expected: "a path", found: "\(error)",
            remedy: "Throw a LayerError with context.path"))
      } catch {}
    }
    return outcome(failures)
  }

  /// Whether any output depends on an input: one that is there for its shape may have any.
  private func matters(_ number: Int, _ inputs: [Tensor], _ subject: CheckSubject) throws -> Bool {
    var moved = inputs
    moved[number] = try subject.inputs(draw: 1)[number]
    return try zip(subject.outputs(moved), subject.outputs(inputs)).contains {
      try !$0.isIdentical(to: $1)
    }
  }
}
