import Foundation
import Synchronization

/// Runs work in a forked child, so that a trap or a hang of that work is an answer and not the end.
///
/// A child has the memory of its parent as it was, so nothing is handed over; its answer comes back
/// through a pipe. Of the threads only the one that forked lives on in it: see ``Child`` for what
/// follows from that.
struct ChildProcess {
  /// Seconds the child may take.
  let deadline: Double

  /// - Parameter deadline: seconds; what is not between a millisecond and a day is taken as that.
  init(deadline: Double) {
    self.deadline = deadline < 86_400 ? max(deadline, 0.001) : 86_400
  }

  /// How a child ended.
  enum Ending: Sendable, Equatable {
    /// The work was done, and this is its answer.
    case answered(Data)
    /// The child was ended by a signal, such as that of a trap. `words` is what it wrote to its
    /// standard error.
    case signalled(Int32, words: String)
    /// The work ended the process itself: with this status, or by `exit`.
    case exited(Int32)
    /// The deadline passed. `wasBusy` tells work without end from waiting without end.
    case hung(wasBusy: Bool)
    /// The system did not let this process fork, for this reason.
    case refused(String)
  }

  /// Whether processes may fork here at all.
  static var isAvailable: Bool { systemFork != nil }

  /// Swift hides `fork`, since a child that does not replace itself must take care. The loader
  /// knows it.
  private static let systemFork: (@convention(c) () -> pid_t)? = {
    #if os(Linux) || os(macOS)
      #if os(macOS)
        let everywhere = UnsafeMutableRawPointer(bitPattern: -2)
      #else
        let everywhere: UnsafeMutableRawPointer? = nil
      #endif
      return dlsym(everywhere, "fork").map {
        unsafeBitCast($0, to: (@convention(c) () -> pid_t).self)
      }
    #else
      return nil
    #endif
  }()

  /// Held from making pipes until the parent has closed its ends for writing: another child that
  /// inherited one would keep it open.
  private static let starting = Mutex(())

  /// Runs `body` in a child and waits for its answer.
  ///
  /// A child that stands still may have inherited a lock, of Swift's runtime say, whose holder does
  /// not live in it. It is given up soon and another one tried; only the last one may stand still
  /// until the deadline.
  func run(_ body: @escaping () -> Data) -> Ending {
    for _ in 0..<Self.patientTrials {
      let ending = runOnce(body, patience: Self.patience)
      guard ending == .hung(wasBusy: false) else { return ending }
    }
    return runOnce(body, patience: deadline)
  }

  private static let patientTrials = 2
  /// Seconds without any work after which a child is given up.
  private static let patience = 0.5

  private func runOnce(_ body: @escaping () -> Data, patience: Double) -> Ending {
    let limit = deadline
    let started = Self.starting.withLock { _ -> Result<RunningChild, Refusal> in
      guard let fork = Self.systemFork else { return .failure(Refusal(reason: "no fork")) }
      guard let answers = ChildPipe() else { return .failure(Refusal()) }
      guard let words = ChildPipe() else {
        defer { answers.close() }
        return .failure(Refusal())
      }
      let identifier = fork()
      // The child stays in here: unlocking is not its business, and would be refused to it.
      if identifier == 0 { Child(answers: answers, words: words, deadline: limit).run(body) }
      guard identifier > 0 else {
        defer {
          answers.close()
          words.close()
        }
        return .failure(Refusal())
      }
      answers.closeWriting()
      words.closeWriting()
      return .success(RunningChild(identifier: identifier, answers: answers, words: words))
    }
    switch started {
    case .success(let child): return child.wait(deadline: deadline, patience: patience)
    case .failure(let refusal): return .refused(refusal.reason)
    }
  }

  /// Why there is no child: what the system says.
  private struct Refusal: Error {
    var reason = String(cString: strerror(errno))
  }
}
