import Foundation
import LigatureTensors

/// The child's side of a ``ChildProcess``.
///
/// Locks that other threads held when the process forked stay locked for ever in the child, so it
/// must not touch what they guard: the threads that tensor operations are split over, the storage
/// pool, and the clean-up that other parts of the program have registered for the end of the
/// process.
struct Child {
  let answers: ChildPipe
  let words: ChildPipe
  let deadline: Double

  /// What `exit` ends a child with, in place of the status it was given.
  static let exitStatus: Int32 = 86

  /// Signals whose handlers, such as the one that prints a backtrace, are not for the child.
  private static let signals = [
    SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS, SIGALRM, SIGPIPE, SIGTERM, SIGINT,
    SIGHUP, SIGQUIT,
  ]

  /// Does the work, sends its answer and ends the process.
  func run(_ body: @escaping () -> Data) -> Never {
    silence()
    for number in Self.signals { signal(number, SIG_DFL) }
    var none = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, nil)
    var noCore = rlimit(rlim_cur: 0, rlim_max: 0)
    #if os(macOS)
      setrlimit(RLIMIT_CORE, &noCore)
    #else
      setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &noCore)
    #endif
    // Should the parent die, nobody else ends a child that hangs.
    alarm(UInt32(deadline.rounded(.up)) + 2)
    // Registered last, so called first: nothing of the parent's is cleaned up from here.
    atexit { _exit(Child.exitStatus) }
    Parallel.threads = 1
    StoragePool.replaceShared()
    // Swift's locks are held in the name of a thread, and the one that forked has the name of its
    // parent's.
    nonisolated(unsafe) let body = body
    let thread = Thread { [answers] in
      let answer = body()
      var length = UInt64(answer.count).littleEndian
      let message = Data(bytes: &length, count: 8) + answer
      _exit(answers.write(message) ? 0 : Child.exitStatus)
    }
    thread.stackSize = 8 << 20
    thread.start()
    while true { pause() }
  }

  /// Nothing is read from the parent's input or written to its output; errors go to the parent.
  private func silence() {
    let nowhere = open("/dev/null", O_RDWR)
    if nowhere >= 0 {
      dup2(nowhere, STDIN_FILENO)
      dup2(nowhere, STDOUT_FILENO)
    }
    dup2(words.writing, STDERR_FILENO)
  }
}
