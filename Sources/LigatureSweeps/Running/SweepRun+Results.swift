import Foundation
import LigatureFiles
import LigatureInterchange
import LigatureNetworks
import LigatureTensors
import LigatureTraining

extension SweepRun {
  /// A trial's way of talking to the sweep.
  struct Reporting: TrialCourse {
    let run: SweepRun
    let number: Int

    var rungs: [Int] { run.plan.rungs }

    func report(
      _ value: Double, at resource: Int, saving state: (() throws -> TrainingState)?
    ) throws {
      try run.report(number, value, at: resource, saving: state)
    }

    func storedState() throws -> TrainingState? { try run.storedState(number) }

    func offer(_ training: TrainingRun) {
      run.offer(training.network, number)
    }
  }
}

extension SweepResults.StopReason {
  /// What is said of it.
  var sentence: String {
    switch self {
    case .cancelled: "The sweep was cancelled; what is done is kept."
    case .interrupted: "The sweep was interrupted; what is done is kept."
    }
  }
}

extension SweepResults {
  /// Throws where a sweep is over and no trial came to its end.
  func requireSuccess() throws {
    guard stopReason == nil, best == nil, !trials.isEmpty else { return }
    let failures = trials.filter { $0.failure != nil }.sorted { $0.number < $1.number }
    guard let first = failures.first, let words = first.failure else { return }
    let isOne = trials.count == 1
    let rest = trials.count - failures.count
    throw TensorError(
      "sweep",
      (isOne
        ? "the only trial failed"
        : rest > 0
          ? "no trial came to its end, and \(failures.count) of \(trials.count) failed"
          : "all \(trials.count) trials failed")
        + "; trial \(first.number) says: \(words.trimmingSuffix { $0 == "." })",
      remedy: "Mend that, or search elsewhere")
  }
}

extension Double {
  /// A number that is not finite, in words; the sign of NaN depends on the processor.
  var words: String { isNaN ? "nan" : "\(self)" }
}

extension StringProtocol {
  fileprivate func trimmingSuffix(_ isLeftOut: (Character) -> Bool) -> SubSequence {
    var text = self[...]
    while let last = text.last, isLeftOut(last) { text.removeLast() }
    return text
  }
}
