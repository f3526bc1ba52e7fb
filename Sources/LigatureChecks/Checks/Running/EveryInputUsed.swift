import LigatureNetworks
import LigatureTensors

/// Something that comes out depends on each input.
struct EveryInputUsed: LayerCheck {
  static let kind = CheckKind.everyInputUsed
  static let prerequisites: [CheckKind] = [.determinism]
  static let meaning = "Some output depends on the values of each input, in training or inference."
  static let commonCause =
    "The wrong variable in a formula; an input multiplied by zero; a result made of learnables alone."
  static let remedy = "Use the input, remove it, or declare the exception .ignoresInputs"

  /// Other values that may show: one expert of several may see few of them.
  private static let draws = 6

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    for exception in [CheckOptions.Exception.ignoresInputs, .random]
    where subject.options.exceptions.contains(exception) {
      return .skipped(
        reason: "the exception .\(exception.rawValue) is declared",
        remedy: "Remove it to run this check")
    }
    let inputs = try subject.inputs()
    var ignored = Array(inputs.indices)
    // With other learnables too: a gate that begins at zero lets nothing through yet.
    _ = try subject.withSeveralValues { _ in
      let before = try Phase.allCases.map { try subject.outputs(inputs, $0) }
      ignored = try ignored.filter { try !matters($0, inputs, before, subject) }
      return ignored.isEmpty ? true : nil
    }
    return outcome(
      ignored.map { number in
        CheckReport.Failure(
          "nothing that comes out depends on an input", at: subject.inputName(number),
          expected: "other outputs for other values",
          found: "the same for \(Self.draws + 1) draws, with first and with other learnables",
          remedy: Self.remedy)
      }, counted(inputs.count, "input"))
  }

  private func matters(
    _ number: Int, _ inputs: [Tensor], _ before: [[Tensor]], _ subject: CheckSubject
  ) throws -> Bool {
    guard inputs[number].count > 0, before.contains(where: { $0.contains { $0.count > 0 } }) else {
      return true
    }
    var isSame = true
    for draw in 1...Self.draws {
      var moved = inputs
      moved[number] = try other(number, inputs, draw, subject)
      if try moved[number].isIdentical(to: inputs[number]) { continue }
      isSame = false
      for (phase, outputs) in zip(Phase.allCases, before) {
        let found = try subject.outputs(moved, phase)
        if try zip(found, outputs).contains(where: { try !$0.isIdentical(to: $1) }) { return true }
      }
    }
    return isSame
  }

  /// Other values of an input: drawn ones, or the examples in another order.
  private func other(
    _ number: Int, _ inputs: [Tensor], _ draw: Int, _ subject: CheckSubject
  ) throws -> Tensor {
    guard subject.options.examples != nil else { return try subject.inputs(draw: draw)[number] }
    guard let axis = subject.batchAxis(ofInput: number) else { return inputs[number] }
    let count = inputs[number].shape[axis]
    let places = (0..<count).map { Int64(($0 + draw) % Swift.max(1, count)) }
    return try inputs[number].gathered(Tensor(places), axis: axis)
  }
}
