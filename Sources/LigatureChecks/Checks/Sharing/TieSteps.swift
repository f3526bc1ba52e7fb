import LigatureNetworks
import LigatureTensors
import LigatureTraining

/// One step of a layer used twice, and the norm of its gradients, equal those worked out by
/// hand.
struct TieSteps: LayerCheck {
  static let kind = CheckKind.tieSteps
  static let prerequisites: [CheckKind] = [.tieGradients]
  static let meaning =
    "A solver's step and the gradient norm of a layer used twice are those of the summed gradient, taken once."
  static let commonCause =
    "One parameter under two identities: a copy made where a handle was meant."
  static let remedy = "Pass the layer or network itself on"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    if let reason = subject.reasonNotToCompareUses { return reason }
    return try subject.withScalarType(.float64) {
      let learnables = subject.network.learnables.filter { !$0.parameter.isFrozen }
      guard !learnables.isEmpty else {
        return .skipped(reason: "the layer learns nothing", remedy: "Nothing to do")
      }
      let phase = try subject.comparablePhase(type: .float64)
      let inputs = try (0..<2).map { try subject.inputs(type: .float64, draw: $0) }
      let together = try subject.uses(inputs, phase).gradients
      let sum =
        try subject.single(inputs[0], phase, use: 0).gradients
        + subject.single(inputs[1], phase, use: 1).gradients
      let norm = try sum.norm()
      guard norm.isFinite else {
        return .skipped(
          reason: "the gradients are not finite", remedy: "Run the check of finite values")
      }
      guard Swift.abs(try together.norm() - norm) <= 1e-9 * Swift.max(1, norm) else {
        return failed(
          "the gradient norm counts something twice", subject.shown(""), "\(norm)",
          "\(try together.norm())")
      }
      for (solver, isAdam) in [(Solver.sgd(momentum: 0), false), (.adam, true)] {
        let before = learnables.map { $0.parameter.value }
        var state = SolverState(solver)
        try state.update(along: together, learnRate: 0.01)
        for (learnable, value) in zip(learnables, before) {
          guard let gradient = sum[learnable.parameter] else { continue }
          let step = isAdam ? try gradient / (abs(gradient) + 1e-8) : gradient
          let expected = try value - step * (0.01 * learnable.parameter.learnRateFactor)
          let found = learnable.parameter.value
          try learnable.parameter.set(value)
          if let difference = try Difference(found, expected, tolerance: 1e-6) {
            return failed(
              "a step is not that of the summed gradient",
              "learnable \(subject.shown(learnable.path)), \(difference.element)",
              difference.expected, difference.found)
          }
        }
      }
      return .passed()
    }
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
