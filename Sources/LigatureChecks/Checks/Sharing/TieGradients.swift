import LigatureNetworks
import LigatureTensors

/// The gradient of a shared layer is the sum over its uses.
struct TieGradients: LayerCheck {
  static let kind = CheckKind.tieGradients
  static let prerequisites: [CheckKind] = [.gradientSizes, .scalarType, .determinism]
  static let meaning =
    "The gradient of a layer used k times is the sum of the gradients of k uses alone, for k = 1, 2, 3, 5, 8 and 9."
  static let commonCause =
    "A hand-written backward that remembers one use only, in a stored or static property."
  static let remedy = "Put what the backward needs into its memory, which belongs to one use"

  private static let uses = [1, 2, 3, 5, 8, 9]

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    if let reason = subject.reasonNotToCompareUses { return reason }
    return try subject.withScalarType(.float64) {
      let learnables = subject.network.learnables.filter { !$0.parameter.isFrozen }
      guard !learnables.isEmpty else {
        return .skipped(reason: "the layer learns nothing", remedy: "Nothing to do")
      }
      let phase = try subject.comparablePhase(type: .float64)
      let inputs = try (0..<(Self.uses.max() ?? 1)).map {
        try subject.inputs(observations: 2, type: .float64, draw: $0)
      }
      let alone = try inputs.enumerated().map { use, inputs in
        try subject.single(inputs, phase, use: use).gradients
      }
      for count in Self.uses {
        let together = try subject.uses(Array(inputs.prefix(count)), phase).gradients
        let sum = try alone.prefix(count).reduce(Gradients(), +)
        for learnable in learnables {
          let (found, expected) = (together[learnable.parameter], sum[learnable.parameter])
          guard let found, let expected else {
            if found == nil, expected == nil { continue }
            return failed(subject, learnable, count, "a gradient in both", "one in one of them")
          }
          let scale = try Swift.max(1, abs(expected).max().item())
          if let difference = try Difference(found / scale, expected / scale, tolerance: 1e-10) {
            return failed(subject, learnable, count, difference.expected, difference.found)
          }
        }
      }
      return .passed("in \(phase.rawValue)")
    }
  }

  private func failed(
    _ subject: CheckSubject, _ learnable: LearnableInfo, _ count: Int, _ expected: String,
    _ found: String
  ) -> CheckReport.Outcome {
    .failed([
      CheckReport.Failure(
        "the gradient of \(counted(count, "use")) is not the sum over the uses",
        at: "learnable \(subject.shown(learnable.path))", expected: expected, found: found,
        remedy: Self.remedy)
    ])
  }
}
