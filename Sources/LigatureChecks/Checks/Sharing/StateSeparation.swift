import LigatureNetworks
import LigatureTensors

/// What a shared layer remembers of one use does not leak into the next.
struct StateSeparation: LayerCheck {
  static let kind = CheckKind.stateSeparation
  static let prerequisites: [CheckKind] = [.gradientSizes, .determinism]
  static let meaning =
    "A use's result does not depend on what another use of the same pass was given, unless asked for."
  static let commonCause =
    "Memory carried in a plain or static property; a state declared .shared where each use should have its own."
  static let remedy = "Use @LayerState, which is kept for each use"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    if subject.network.sharesStates {
      return .skipped(
        reason: "the layer asks for a state that all uses share",
        remedy: "Leave .shared out of @LayerState to run this check")
    }
    let inputs = try (0..<3).map { try subject.inputs(draw: $0) }
    for phase in Phase.allCases {
      for place in 1..<3 {
        var uses = [[Tensor]](repeating: inputs[1], count: place + 1)
        uses[place] = inputs[0]
        let one = try subject.uses(uses, phase).outputs[place]
        for number in 0..<place { uses[number] = inputs[2] }
        let other = try subject.uses(uses, phase).outputs[place]
        let failures = try subject.differences(
          other, one, "a use depends on what an earlier use was given",
          at: "use \(place + 1), in \(phase.rawValue)", remedy: Self.remedy)
        if !failures.isEmpty { return .failed(failures) }
      }
    }
    return .passed()
  }
}
