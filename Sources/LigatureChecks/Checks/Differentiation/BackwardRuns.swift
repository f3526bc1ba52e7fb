import LigatureNetworks
import LigatureTensors

/// Automatic or hand-written backward does not throw.
struct BackwardRuns: LayerCheck {
  static let kind = CheckKind.backwardRuns
  static let prerequisites: [CheckKind] = [.observationCounts, .determinism]
  static let meaning =
    "The backward pass runs in both phases, and gives the same whatever ran before."
  static let commonCause =
    "A hand-written backward whose shapes fit one case only, that returns too few gradients, or "
    + "that counts its calls."
  static let remedy = "Return one gradient for each input, of its shape, whatever the batch"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    var failures: [CheckReport.Failure] = []
    let times: [Int?] = subject.hasFreeTime ? subject.options.timeStepCounts : [nil]
    let sizes = subject.options.observationCounts.flatMap { count in times.map { (count, $0) } }
    for phase in Phase.allCases {
      for (count, time) in sizes where failures.isEmpty {
        do {
          let inputs = try subject.inputs(observations: count, timeSteps: time)
          _ = try subject.differentiated(inputs, phase)
        } catch let error as LayerError where error.cause is GradientMisfit {
          // A gradient of a wrong size is the finding of the next check.
        } catch {
          failures.append(
            subject.failure(
              "the backward pass throws", error,
              at: "\(counted(count, "observation")), "
                + (time.map { counted($0, "time step") + ", " } ?? "") + "in \(phase.rawValue)",
              expected: "gradients"))
        }
      }
    }
    if failures.isEmpty { failures += try differences(subject) }
    return outcome(failures)
  }

  /// Gradients that depend on what ran before.
  private func differences(_ subject: CheckSubject) throws -> [CheckReport.Failure] {
    let inputs = try subject.inputs()
    // What a backward returns of a wrong size is the finding of the next check.
    guard let first = try? subject.differentiated(inputs) else { return [] }
    _ = try subject.differentiated(subject.inputs(draw: 1), iteration: 1)
    let second = try subject.differentiated(inputs)
    for variable in Variable.all(of: subject, inputs) {
      guard let a = variable.gradient(in: first), let b = variable.gradient(in: second),
        let difference = try Difference(b, a)
      else { continue }
      return [
        difference.failure(
          "two backward passes over the same input differ", at: variable.name,
          remedy: "Put what the backward needs into its memory, and nothing into stored properties")
      ]
    }
    return []
  }
}
