import LigatureNetworks
import LigatureTensors

/// The gradient of a shared layer is the sum over its uses.
struct TieGradients: LayerCheck {
  static let kind = CheckKind.tieGradients
  static let prerequisites: [CheckKind] = [.gradientSizes, .scalarType, .determinism]
  static let meaning =
    "The gradient of a layer used k times is the sum of the gradients of k uses alone, for k = 1, 2, 3, 5, 8 and 9; the "
    + "gradient of each use's inputs is that of the use alone."
  static let commonCause =
    "A hand-written backward that remembers one use only, in a stored or static property."
  static let remedy = "Put what the backward needs into its memory, which belongs to one use"

  private static let uses = [1, 2, 3, 5, 8, 9]

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    if let reason = subject.reasonNotToCompareUses { return reason }
    return try subject.withScalarType(.float64) {
      let learnables = subject.network.learnables.filter { !$0.parameter.isFrozen }
      let phase = try subject.comparablePhase(type: .float64)
      let inputs = try (0..<(Self.uses.max() ?? 1)).map {
        try subject.inputs(observations: 2, type: .float64, draw: $0)
      }
      let alone = try inputs.enumerated().map { use, inputs in
        try subject.single(inputs, phase, use: use)
      }
      for count in Self.uses {
        let together = try subject.uses(Array(inputs.prefix(count)), phase)
        let sum = try alone.prefix(count).map(\.gradients).reduce(Gradients(), +)
        for learnable in learnables {
          let pair = (together.gradients[learnable.parameter], sum[learnable.parameter])
          if let (expected, found) = try Self.difference(pair) {
            return failed(
              "the gradient of \(counted(count, "use")) is not the sum over the uses",
              "learnable \(subject.shown(learnable.path))", expected, found)
          }
        }
        for (use, gradients) in together.inputGradients.enumerated() {
          for (number, gradient) in gradients.enumerated() {
            let pair = (gradient, alone[use].inputGradients[0][number])
            if let (expected, found) = try Self.difference(pair) {
              return failed(
                "the gradient of an input is another one "
                  + (count == 1 ? "in a second pass" : "where the layer is used \(count) times"),
                "\(subject.inputName(number)) of use \(use + 1)", expected, found)
            }
          }
        }
      }
      return .passed("in \(phase.rawValue)")
    }
  }

  /// What was expected and found where two gradients differ.
  private static func difference(
    _ pair: (found: Tensor?, expected: Tensor?)
  ) throws -> (expected: String, found: String)? {
    guard let found = pair.found, let expected = pair.expected else {
      if pair.found == nil, pair.expected == nil { return nil }
      return ("a gradient in both", "one in one of them")
    }
    guard expected.count > 0 else { return nil }
    let scale = try Swift.max(1, abs(expected).max().item())
    return try Difference(found / scale, expected / scale, tolerance: 1e-10)
      .map { ($0.expected, $0.found) }
  }

  private func failed(
    _ problem: String, _ place: String, _ expected: String, _ found: String
  ) -> CheckReport.Outcome {
    .failed([
      CheckReport.Failure(
        problem, at: place, expected: expected, found: found, remedy: Self.remedy)
    ])
  }
}
