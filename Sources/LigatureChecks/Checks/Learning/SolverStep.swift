import LigatureNetworks
import LigatureTensors
import LigatureTraining

/// One solver step runs and changes every unfrozen learnable.
struct SolverStep: LayerCheck {
  static let kind = CheckKind.solverStep
  static let prerequisites: [CheckKind] = [.gradientSizes]
  static let meaning =
    "A step of gradient descent changes every unfrozen learnable that has a gradient, to finite values."
  static let commonCause =
    "A gradient that is always zero: sign, floor, a comparison or a cast to integers on the way."
  static let remedy = "Replace what has no slope by something that has one"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    let learnables = subject.network.learnables.filter {
      !$0.parameter.isFrozen && $0.parameter.value.count > 0
    }
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
        if let (element, number) = try CheckSubject.nonFinite(in: now) {
          failures.append(
            CheckReport.Failure(
              "a learnable is not finite after a step",
              at: "learnable \(subject.shown(learnable.path)), \(element)",
              expected: "a finite number", found: number,
              remedy:
                "Look for a division by zero, or a root or logarithm of 0, in what its gradient "
                + "is made of"))
        }
        // A gradient too small for single precision is no gradient of zeros; a missing one is the
        // finding of another check.
        let gradient = pass.gradients[learnable.parameter]
        let hasSlope = try gradient.map { try abs($0).max().item() > 0 } ?? true
        if try hasSlope || !now.isIdentical(to: value) {
          unmoved.removeAll { $0.parameter === learnable.parameter }
        }
      }
    }
    if subject.options.exceptions.contains(.unusedLearnables) { unmoved = [] }
    failures += try unmoved.filter { try !cancels($0, subject) }.map { learnable in
      CheckReport.Failure(
        "a step does not change a learnable", at: "learnable \(subject.shown(learnable.path))",
        expected: "another value", found: "a gradient of zeros in 4 draws", remedy: Self.remedy)
    }
    return outcome(failures)
  }

  /// Whether no value of a learnable, however far off, changes what training returns beyond
  /// rounding: a bias that a softmax or a normalisation takes away again. A gradient of zeros is
  /// right there. It is not behind `floor`, where a large change shows, nor behind a multiplication
  /// by zero, where not even rounding does.
  private func cancels(_ learnable: LearnableInfo, _ subject: CheckSubject) throws -> Bool {
    subject.reset()
    return try subject.withScalarType(.float64) {
      let inputs = try subject.inputs(type: .float64)
      let parameter = learnable.parameter
      let value = parameter.value
      var stream = RandomStream(seed: subject.options.seed, name: "far off")
      var shows = Dictionary(uniqueKeysWithValues: Phase.allCases.map { ($0, false) })
      var leavesTraces = false
      for _ in 0..<3 {
        let moved = try value + stream.normal(value.shape, standardDeviation: 2, value.scalarType)
        for phase in Phase.allCases {
          let before = try subject.outputs(inputs, phase)
          try parameter.set(moved)
          let after = try subject.outputs(inputs, phase)
          try parameter.set(value)
          // Rounding leaves traces of what is added and taken away.
          let differ = try zip(after, before).contains {
            try Difference($0, $1, tolerance: 1e-9) != nil
          }
          if differ { shows[phase] = true }
          if try zip(after, before).contains(where: { try !$0.isIdentical(to: $1) }) {
            leavesTraces = true
          }
        }
      }
      return shows[.training] == false && leavesTraces
    }
  }
}
