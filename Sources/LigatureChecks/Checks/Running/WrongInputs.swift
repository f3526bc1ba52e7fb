import LigatureNetworks
import LigatureTensors

/// Wrong numbers and sizes of inputs are refused with an error that names the layer. Ranks
/// and labels are refused at the borders of a network, by its layouts; a layer that works along the
/// last axis may take any.
struct WrongInputs: LayerCheck {
  static let kind = CheckKind.wrongInputs
  static let prerequisites: [CheckKind] = [.determinism]
  static let meaning =
    "Input of a wrong count or channel size is refused with an error, not computed with."
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
      guard !subject.options.exceptions.contains(.anyChannels),
        let axis = subject.channelAxis(ofInput: number),
        inputs[number].scalarType.isFloatingPoint,
        subject.hasLearnable(ofSize: inputs[number].shape[axis]),
        try matters(number, inputs, subject)
      else { continue }
      let size = inputs[number].shape[axis]
      // One channel is stretched to any number, by the rules of broadcasting.
      for wrongSize in [size + 1, size - 1] where wrongSize > 1 {
        failures += try check(wrongSize, axis, number, inputs, subject)
      }
    }
    return outcome(failures)
  }

  private func check(
    _ size: Int, _ axis: Int, _ number: Int, _ inputs: [Tensor], _ subject: CheckSubject
  ) throws -> [CheckReport.Failure] {
    var failures: [CheckReport.Failure] = []
    var wrong = inputs
    let twice = try concatenate([inputs[number], inputs[number]], axis: axis)
    wrong[number] = try twice.slice(0..<size, axis: axis)
    do {
      // What acts in training only is made for its channels there.
      for phase in Phase.allCases { _ = try subject.outputs(wrong, phase) }
      guard try wereMadeForOthers(wrong, size, axis, number, inputs, subject) else { return [] }
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
    return failures
  }

  /// Whether a wrong number of channels that is accepted is computed with and should not be. A
  /// learnable may have as many numbers as there are channels by chance: then one is made for any
  /// number of them, and every channel matters, as does all of the learnable.
  private func wereMadeForOthers(
    _ wrong: [Tensor], _ size: Int, _ axis: Int, _ number: Int, _ inputs: [Tensor],
    _ subject: CheckSubject
  ) throws -> Bool {
    if subject.learnablesFollow(wrong) { return true }
    subject.reset()
    let (before, after) = (
      try subject.outputs(inputs).map(\.shape), try subject.outputs(wrong).map(\.shape)
    )
    if before == after { return true }
    let right = inputs[number].shape[axis]
    let (first, second) = (
      try idle(inputs, right, axis, number, subject), try idle(wrong, right, axis, number, subject)
    )
    return second.contains { !first.contains($0) }
  }

  /// The channels of an input, and the places along axes of `size` of each learnable, that no
  /// gradient reaches, by name.
  private func idle(
    _ inputs: [Tensor], _ size: Int, _ axis: Int, _ number: Int, _ subject: CheckSubject
  ) throws -> Set<String> {
    let pass = try subject.differentiated(inputs)
    var found: Set<String> = []
    func note(_ name: String, _ gradient: Tensor?, _ shape: [Int], _ axis: Int) throws {
      guard let gradient else { return }
      let others = shape.indices.filter { $0 != axis }
      for (place, sum) in try abs(gradient).sum(axes: others).doubles().enumerated()
      where sum == 0 { found.insert("\(name) \(axis) \(place)") }
    }
    try note("input", pass.inputGradients[number], inputs[number].shape, axis)
    for learnable in subject.network.learnables {
      let shape = learnable.parameter.value.shape
      for axis in shape.indices where shape[axis] == size {
        try note(learnable.path, pass.gradients[learnable.parameter], shape, axis)
      }
    }
    return found
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
