import LigatureNetworks
import LigatureTensors

/// Automatic or hand-written backward does not throw.
struct BackwardRuns: LayerCheck {
  static let kind = CheckKind.backwardRuns
  static let prerequisites: [CheckKind] = [.observationCounts]
  static let meaning = "The backward pass runs in both phases."
  static let commonCause =
    "A hand-written backward whose shapes fit one case only, or that returns too few gradients."
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
    return outcome(failures)
  }
}
