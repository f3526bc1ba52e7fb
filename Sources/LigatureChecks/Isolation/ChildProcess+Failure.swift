import Foundation

extension ChildProcess.Ending {
  /// What a check reports that ended like this; nil for an answer.
  ///
  /// - Parameters:
  ///   - work: what the child was doing: `the check "gradient values"`.
  ///   - place: the layer.
  ///   - deadline: the seconds it had.
  func outcome(of work: String, at place: String, deadline: Double) -> CheckReport.Outcome? {
    switch self {
    case .answered: return nil
    case .signalled(let signal, let words):
      return .failed([
        CheckReport.Failure(
          "the layer trapped: the program would have crashed", at: "\(place), in \(work)",
          expected: "a result, or an error that is thrown",
          found: Self.name(of: signal) + Self.lastWords(words).map { ": \($0)" }.joined(),
          remedy: Self.remedy(for: signal))
      ])
    case .exited(let status):
      return .failed([
        CheckReport.Failure(
          "the layer ended the process", at: "\(place), in \(work)",
          expected: "a result, or an error that is thrown",
          found: status == Child.exitStatus
            ? "a call of exit" : "the end of the process, with status \(status)",
          remedy: "Throw an error where the layer cannot go on, in place of exit")
      ])
    case .hung(let wasBusy):
      return .failed([
        CheckReport.Failure(
          "the layer hangs", at: "\(place), in \(work)",
          expected: "an end within \(deadline) s",
          found: wasBusy ? "still computing after that" : "still waiting after that",
          remedy: wasBusy
            ? "Look for a loop without end; if the layer is merely slow, give "
              + ".childProcess(deadline:) more seconds"
            : "Look for a lock, semaphore or task that is waited for and never comes")
      ])
    case .refused(let reason):
      return .skipped(
        reason: "no child process could be started (\(reason))",
        remedy: "Free memory or processes, or check with isolation .none")
    }
  }

  /// The signal and what it means: `SIGILL, a run-time check of Swift`.
  static func name(of signal: Int32) -> String {
    let names: [Int32: String] = [
      SIGILL: "SIGILL, a run-time check of Swift",
      SIGTRAP: "SIGTRAP, a run-time check of Swift",
      SIGABRT: "SIGABRT, a call of abort or a failed assertion",
      SIGBUS: "SIGBUS, memory that is not there",
      SIGFPE: "SIGFPE, integer arithmetic without a result",
      SIGSEGV: "SIGSEGV, memory that is not the layer's, or a stack that ran over",
      SIGKILL: "SIGKILL, ended by the system, perhaps for lack of memory",
    ]
    return names[signal] ?? "signal \(signal)"
  }

  private static func remedy(for signal: Int32) -> String {
    switch signal {
    case SIGSEGV, SIGBUS:
      "Look for recursion without end, and for unsafe pointers used beyond their memory"
    case SIGKILL: "Give smaller layouts, or look for memory that grows without end"
    default:
      "Look for an index out of range, a nil that is unwrapped by force, an overflow or a failed "
        + "precondition, and throw an error there"
    }
  }

  /// What Swift said about a trap, without the name of its source file where that is Swift's own.
  private static func lastWords(_ words: String) -> [String] {
    words.split(separator: "\n").filter { $0.contains("Fatal error") }.suffix(1).map { line in
      guard line.hasPrefix("Swift/"), let start = line.range(of: "Fatal error") else {
        return String(line)
      }
      return String(line[start.lowerBound...])
    }
  }
}
