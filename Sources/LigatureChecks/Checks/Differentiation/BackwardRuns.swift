import LigatureLayers
import LigatureTensors

/// Row 8: automatic or hand-written backward does not throw.
struct BackwardRuns: LayerCheck {
  static let kind = CheckKind.backwardRuns
  static let meaning = "The backward pass runs in both phases."
  static let commonCause =
    "A hand-written backward whose shapes fit one case only, or that returns too few gradients."
  static let remedy = "Return one gradient for each input, of its shape, whatever the batch"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    var failures: [CheckReport.Failure] = []
    for phase in Phase.allCases {
      for count in subject.options.observationCounts where failures.isEmpty {
        do {
          _ = try subject.differentiated(subject.inputs(observations: count), phase)
        } catch let error as LayerError where error.cause is GradientMisfit {
          // A gradient of a wrong size is the finding of the next check.
        } catch {
          failures.append(
            CheckReport.Failure(
              "the backward pass throws",
              at:
                "\(subject.place(of: error)), \(counted(count, "observation")), in \(phase.rawValue)",
              expected: "gradients", found: subject.words(of: error), remedy: Self.remedy))
        }
      }
    }
    return outcome(failures)
  }
}
