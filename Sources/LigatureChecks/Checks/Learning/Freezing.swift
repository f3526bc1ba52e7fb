import LigatureNetworks
import LigatureTensors
import LigatureTraining

/// A frozen path does not move and costs no gradient work.
struct Freezing: LayerCheck {
  static let kind = CheckKind.freezing
  static let prerequisites: [CheckKind] = [.gradientSizes]
  static let meaning =
    "A frozen learnable gets no gradient, does not move, costs no product of its own, and leaves the gradients of the inputs "
    + "as they were."
  static let commonCause =
    "A learnable written by hand in forward, past the solver; a hand-written backward that computes what its layer has "
    + "frozen; the whole result detached where only the learnable is meant."
  static let remedy =
    "Leave changing learnables to the solver, and gradients of frozen ones out of a hand-written "
    + "backward"

  /// Learnables frozen one by one; larger layers are frozen whole as well.
  private static let most = 12

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    if let failure = try needless(subject) { return .failed([failure]) }
    let learnables = subject.network.learnables.filter { !$0.parameter.isFrozen }
    guard !learnables.isEmpty else {
      return .skipped(reason: "the layer learns nothing", remedy: "Nothing to do")
    }
    let inputs = try subject.inputs()
    let (unfrozen, free) = try OperationCount.counting(true) { try subject.differentiated(inputs) }
    for learnable in learnables.prefix(Self.most) {
      subject.reset()
      learnable.parameter.learnRateFactor = 0
      let before = learnable.parameter.value
      let (pass, cost) = try OperationCount.counting(true) { try subject.differentiated(inputs) }
      var solver = SolverState(.sgd)
      try solver.update(along: pass.gradients, learnRate: 1e-2)
      let place = "learnable \(subject.shown(learnable.path))"
      if pass.gradients[learnable.parameter] != nil {
        return failed("a frozen learnable costs gradient work", place, "no gradient", "a gradient")
      }
      if cost > free {
        return failed(
          "a frozen learnable costs gradient work", place,
          "no more operations than the \(free) of a pass in which it learns", "\(cost)")
      }
      for (number, pair) in zip(pass.inputGradients, unfrozen.inputGradients).enumerated() {
        guard let expected = pair.1, try expected.isFinite() else { continue }
        let input = "the gradient of \(subject.inputName(number)), with \(place) frozen"
        let scale = try Swift.max(1, expected.count > 0 ? abs(expected).max().item() : 1)
        guard let found = pair.0 else {
          return failed("freezing a learnable cuts a gradient", input, "a gradient", "none")
        }
        if let difference = try Difference(found / scale, expected / scale, tolerance: 1e-4) {
          return failed(
            "freezing a learnable changes a gradient", input, difference.expected, difference.found)
        }
      }
      if let difference = try Difference(learnable.parameter.value, before) {
        return failed("a frozen learnable moves", place, difference.expected, difference.found)
      }
    }
    return .passed(counted(Swift.min(Self.most, learnables.count), "learnable"))
  }

  /// A gradient that a backward written by hand computes for a learnable that the layer itself has
  /// frozen.
  private func needless(_ subject: CheckSubject) throws -> CheckReport.Failure? {
    guard subject.network.learnables.contains(where: \.parameter.isFrozen) else { return nil }
    let inputs = try subject.inputs()
    let found = try NeedlessGradients.collecting { try subject.differentiated(inputs) }.paths
    return found.min().map { path in
      CheckReport.Failure(
        "a backward computes the gradient of a frozen learnable",
        at: "learnable \(subject.shown(path))", expected: "no entry for it", found: "a gradient",
        remedy: "Leave out of LayerGradients what is frozen: $weights.parameters[0].isFrozen")
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
