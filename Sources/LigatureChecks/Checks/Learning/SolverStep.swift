import LigatureLayers
import LigatureTensors
import LigatureTraining

/// Row 21: one solver step runs and changes every unfrozen learnable.
struct SolverStep: LayerCheck {
  static let kind = CheckKind.solverStep
  static let meaning =
    "A step of gradient descent changes every unfrozen learnable that has a gradient, to finite values."
  static let commonCause =
    "A gradient that is always zero: sign, floor, a comparison or a cast to integers on the way."
  static let remedy = "Replace what has no slope by something that has one"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let learnables = subject.network.learnables.filter { !$0.parameter.isFrozen }
    guard !learnables.isEmpty else {
      return .skipped(reason: "the layer learns nothing", remedy: "Nothing to do")
    }
    var unmoved = learnables
    var failures: [CheckReport.Failure] = []
    // Several draws: a rectified unit may be off in one of them.
    for draw in 0..<4 where !unmoved.isEmpty && failures.isEmpty {
      subject.reset()
      var stream = RandomStream(seed: subject.options.seed, name: "step \(draw)")
      try subject.disturbLearnables(&stream)
      let before = learnables.map { $0.parameter.value }
      let pass = try subject.differentiated(subject.inputs(draw: draw), iteration: draw)
      var solver = SolverState(.sgd(momentum: 0))
      try solver.update(along: pass.gradients, learnRate: 1e-2)
      for (learnable, value) in zip(learnables, before) {
        let now = learnable.parameter.value
        if try !now.isFinite() {
          failures.append(
            CheckReport.Failure(
              "a learnable is not finite after a step",
              at: "learnable \(subject.shown(learnable.path))", expected: "finite numbers",
              found: "\(now)", remedy: Self.remedy))
        }
        if try !now.isIdentical(to: value) || pass.gradients[learnable.parameter] == nil {
          unmoved.removeAll { $0.parameter === learnable.parameter }
        }
      }
    }
    failures += unmoved.map { learnable in
      CheckReport.Failure(
        "a step does not change a learnable", at: "learnable \(subject.shown(learnable.path))",
        expected: "another value", found: "a gradient of zeros in 4 draws", remedy: Self.remedy)
    }
    return outcome(failures)
  }
}
