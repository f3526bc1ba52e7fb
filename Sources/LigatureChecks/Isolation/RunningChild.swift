import Foundation

/// The parent's side of a ``ChildProcess``: listens until there is an answer, an end or no time
/// left.
struct RunningChild {
  let identifier: pid_t
  let answers: ChildPipe
  let words: ChildPipe

  /// Bytes kept of what the child writes to its standard error.
  private static let keptWords = 1 << 16

  /// Waits, ends the child if need be, and leaves neither process nor open file behind.
  ///
  /// - Parameters:
  ///   - deadline: seconds the child may take.
  ///   - patience: seconds it may take without using the processor.
  func wait(deadline: Double, patience: Double) -> ChildProcess.Ending {
    defer {
      answers.closeReading()
      words.closeReading()
    }
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: .seconds(deadline))
    var answer = Data()
    var written = Data()
    var answersOpen = true
    var wordsOpen = true
    var lastWork = (time: clock.now, used: 0.0)
    while true {
      if answersOpen { answersOpen = answers.read(into: &answer) }
      if wordsOpen { wordsOpen = words.read(into: &written) }
      if written.count > Self.keptWords { written = written.suffix(Self.keptWords) }
      if let message = Self.message(in: answer) {
        kill(identifier, SIGKILL)
        _ = reap(waiting: true)
        return .answered(message)
      }
      if let (status, _) = reap(waiting: false) {
        // What came between the last look and the end.
        if answersOpen { _ = answers.read(into: &answer) }
        if wordsOpen { _ = words.read(into: &written) }
        if let message = Self.message(in: answer) { return .answered(message) }
        return Self.ending(status, written)
      }
      let now = clock.now
      let used = processorSeconds ?? .infinity
      let processorIsKnown = used < .infinity
      if used > lastWork.used + 0.001 || used == .infinity { lastWork = (now, used) }
      let stillness = lastWork.time.duration(to: now) / .seconds(1)
      let rest = now.duration(to: end) / .seconds(1)
      guard rest > 0, stillness < patience else {
        kill(identifier, SIGKILL)
        let used = reap(waiting: true)?.seconds ?? deadline
        // On a busy machine a loop without end gets little of the processor, but gets some.
        let isWorking =
          processorIsKnown ? stillness < Swift.min(1, deadline / 2) : used > deadline / 4
        return .hung(wasBusy: rest <= 0 && isWorking)
      }
      listen(answersOpen, wordsOpen, atMost: rest)
    }
  }

  /// Sleeps until something comes: also wakes now and then to look whether the child still lives.
  private func listen(_ answersOpen: Bool, _ wordsOpen: Bool, atMost seconds: Double) {
    var descriptors: [pollfd] = []
    if answersOpen {
      descriptors.append(pollfd(fd: answers.reading, events: Int16(POLLIN), revents: 0))
    }
    if wordsOpen {
      descriptors.append(pollfd(fd: words.reading, events: Int16(POLLIN), revents: 0))
    }
    let longest: Double = answersOpen ? 50 : 1
    let milliseconds = min(longest, (seconds * 1000).rounded(.up))
    poll(&descriptors, nfds_t(descriptors.count), Int32(milliseconds))
  }

  /// The processor time the child has used so far; nil where the system does not tell.
  private var processorSeconds: Double? {
    #if os(Linux)
      var clock = clockid_t()
      var time = timespec()
      guard clock_getcpuclockid(identifier, &clock) == 0, clock_gettime(clock, &time) == 0 else {
        return nil
      }
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    #else
      return nil
    #endif
  }

  /// The child's status and the processor time it used, once it has ended.
  private func reap(waiting: Bool) -> (status: Int32?, seconds: Double)? {
    var status: Int32 = 0
    var usage = rusage()
    while true {
      let found = wait4(identifier, &status, waiting ? 0 : WNOHANG, &usage)
      if found == identifier {
        let time = [usage.ru_utime, usage.ru_stime]
        return (status, time.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 })
      }
      if found == 0 { return nil }
      // Somebody else has waited for it: that it ended is all there is to know.
      if errno != EINTR { return (nil, 0) }
    }
  }

  /// The answer, once all of it is there: eight bytes of length come first.
  private static func message(in data: Data) -> Data? {
    guard data.count >= 8 else { return nil }
    let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard data.count - 8 >= length else { return nil }
    return data.dropFirst(8).prefix(Int(length))
  }

  private static func ending(_ status: Int32?, _ written: Data) -> ChildProcess.Ending {
    guard let status else { return .exited(Child.exitStatus) }
    let signal = status & 0x7f
    guard signal != 0 else { return .exited(status >> 8 & 0xff) }
    if signal == SIGALRM { return .hung(wasBusy: true) }
    return .signalled(signal, words: String(decoding: written, as: UTF8.self))
  }
}
