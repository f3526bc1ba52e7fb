import Foundation
import Synchronization

/// Shows how training gets on: one line that is written again and again on a terminal, and a line
/// now and then where the output goes to a file.
///
/// ```swift
/// let progress = ProgressDisplay(quiet: values[quiet])
/// progress.show(ProgressReading(epoch: 1, of: 30, iteration: 17, of: 39, loss: 0.23))
/// progress.finish()
/// ```
///
/// `show` may be called for every mini-batch: it draws at most ten times a second, less often where
/// metrics take long to compute, and otherwise only looks at the clock. Where there is no terminal,
/// it writes at most about a dozen lines for a run, at the ends of epochs, and one now and then if
/// epochs are long. It may be called from any thread.
public final class ProgressDisplay: Sendable {
  /// What is written.
  public enum Mode: Equatable, Sendable {
    /// One line that is written anew over the old one.
    case live(ProgressBar)

    /// A line now and then.
    case lines

    /// Nothing.
    case quiet
  }

  private struct State {
    var latest: ProgressReading?
    var latestIsShown = true
    var lastShown: Duration?
    var lineIsOpen = false
    var validationLoss: Double?
    /// How long the details of a reading took.
    var cost = Duration.zero
  }

  private let mode: Mode
  private let width: @Sendable () -> Int
  private let now: @Sendable () -> Duration
  private let write: @Sendable (String) -> Void
  private let state = Mutex(State())

  /// A display on the terminal that standard output or else standard error is connected to, or, if
  /// neither is, one that writes lines to standard output. Time counts from here.
  public convenience init(quiet: Bool = false) {
    let start = ContinuousClock.now
    let terminal = [Terminal.standardOutput, .standardError].first(where: \.isLive)
    let mode = terminal.map { Mode.live($0.bar) } ?? .lines
    let output = terminal ?? .standardOutput
    self.init(
      quiet ? .quiet : mode, width: { output.width },
      now: { ContinuousClock.now - start }, write: { output.write($0) })
  }

  /// A display of the given kind: `width` is asked for the room on a line, `now` for the time since
  /// the run began, and `write` gets the text.
  public init(
    _ mode: Mode, width: @escaping @Sendable () -> Int, now: @escaping @Sendable () -> Duration,
    write: @escaping @Sendable (String) -> Void
  ) {
    self.mode = mode
    self.width = width
    self.now = now
    self.write = write
  }

  deinit { finish() }

  /// Takes a reading, and shows it if it is time to.
  public func show(_ reading: ProgressReading) { show(reading) { _ in } }

  /// Where training stands. Metrics are computed only if it is time to show them.
  public func show(_ progress: TrainingProgress) {
    show(ProgressReading(withoutDetails: progress)) { $0.addDetails(of: progress) }
  }

  private func show(_ reading: ProgressReading, details: (inout ProgressReading) -> Void) {
    guard mode != .quiet else { return }
    state.withLock { state in
      var reading = reading
      state.validationLoss = reading.validationLoss ?? state.validationLoss
      reading.validationLoss = state.validationLoss
      state.latestIsShown = false
      let isDue = isDue(reading, after: state.lastShown, cost: state.cost)
      // The last one is shown in the end, if not now.
      if isDue || reading.endsRun {
        let start = now()
        details(&reading)
        state.cost = now() - start
      }
      state.latest = reading
      if isDue { showLatest(&state) }
    }
  }

  /// Writes a line that stays, above the progress line.
  public func note(_ text: String) {
    guard mode != .quiet else { return }
    state.withLock { state in
      write(state.lineIsOpen ? "\r\u{1B}[K\(text)\n" : text + "\n")
      guard state.lineIsOpen else { return }
      state.lineIsOpen = false
      showLatest(&state)
    }
  }

  /// Shows the last reading and leaves the cursor on a fresh line. A display that goes away without
  /// this, because training threw, does it by itself.
  public func finish() {
    state.withLock { state in
      if !state.latestIsShown { showLatest(&state) }
      if state.lineIsOpen { write("\n") }
      state.lineIsOpen = false
    }
  }

  private func isDue(
    _ reading: ProgressReading, after lastShown: Duration?, cost: Duration
  ) -> Bool {
    let now = now()
    if case .live = mode {
      return lastShown.map { now - $0 >= max(.milliseconds(100), cost * 20) } ?? true
    }
    let every = max(1, reading.epochCount / 10 + (reading.epochCount % 10 > 0 ? 1 : 0))
    let isMilestone = reading.epoch == 1 || reading.epoch % every == 0
    if reading.endsRun || (reading.endsEpoch && isMilestone) { return true }
    return now - (lastShown ?? .zero) >= max(.seconds(30), now / 10)
  }

  private func showLatest(_ state: inout State) {
    guard let reading = state.latest else { return }
    let now = now()
    switch mode {
    case .live(let bar):
      // One column is left free: a full line would make some terminals begin the next one.
      let line = reading.line(elapsed: now, width: max(1, width() - 1), bar: bar)
      write("\r\(line)\u{1B}[K")
      state.lineIsOpen = true
    case .lines:
      write(reading.line(elapsed: now, width: .max, bar: .none) + "\n")
    case .quiet: return
    }
    state.lastShown = now
    state.latestIsShown = true
  }
}
