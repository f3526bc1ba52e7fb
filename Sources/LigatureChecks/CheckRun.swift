import Foundation
import LigatureNetworks
import LigatureTensors

/// Runs the checks one after another and gathers what they say.
struct CheckRun {
  private let layer: any Layer
  private let layouts: [Layout]
  private let options: CheckOptions
  /// Whether this system lets a process fork.
  private let canFork: Bool

  init(
    _ layer: any Layer, _ layouts: [Layout], _ options: CheckOptions,
    canFork: Bool = ChildProcess.isAvailable
  ) {
    self.layer = layer
    self.layouts = layouts
    self.options = options
    self.canFork = canFork
  }

  func report() -> CheckReport {
    let clock = ContinuousClock()
    let start = clock.now
    var entries: [CheckReport.Entry] = []
    var failed: Set<CheckKind> = []
    let announces = options.announces && !isIsolated
    if announces { announce("Checking \(String(describing: type(of: layer))): first passes") }
    let place = place()
    defer {
      place.finish()
      if announces { announce("\n") }
    }
    for check in LayerChecks.all
    where options.checks.contains(check.kind) || check.kind == place.unasked {
      let began = clock.now
      let elapsed = start.duration(to: began) / .seconds(1)
      let outcome: CheckReport.Outcome =
        if elapsed > options.timeLimit {
          .skipped(
            reason: "the time limit of \(options.timeLimit) s was reached",
            remedy: "Raise timeLimit, or give smaller layouts")
        } else if let cause = LayerChecks.allPrerequisites(of: check.kind).first(
          where: failed.contains)
        {
          .skipped(
            reason: "not run, because the check of \(cause.title) failed", remedy: "Fix that first")
        } else {
          run(check, in: place, announces)
        }
      // An initialisation that gave values, only not as it should, leaves something to check.
      if case .failed = outcome, check.kind != .initialization || place.unasked == check.kind {
        failed.insert(check.kind)
      }
      entries.append(
        CheckReport.Entry(
          check: check.kind, outcome: outcome,
          seconds: began.duration(to: clock.now) / .seconds(1)))
    }
    return CheckReport(
      layer: String(describing: type(of: layer)), notices: notices, entries: entries,
      seconds: start.duration(to: clock.now) / .seconds(1))
  }

  private func run(
    _ check: any LayerCheck.Type, in place: any CheckPlace, _ announces: Bool
  ) -> CheckReport.Outcome {
    if announces { announce(", \(check.kind.title)") }
    return place.run(check)
  }

  /// Writes to standard error at once, so that it is there if the layer ends the process.
  private func announce(_ words: String) {
    try? FileHandle.standardError.write(contentsOf: Data(words.utf8))
  }

  private var isIsolated: Bool { options.isolation != .none && canFork }

  private func place() -> any CheckPlace {
    switch options.isolation {
    case .childProcess(let deadline) where canFork:
      ChildProcesses(layer, layouts, options, deadline: deadline)
    default:
      ThisProcess(layer, layouts, options)
    }
  }

  /// What was asked for and could not be had.
  private var notices: [String] {
    options.isolation == .none || canFork
      ? []
      : [
        "the checks ran in this process, since this system lets none fork: a trap or a hang would "
          + "have ended it. Check on Linux or macOS for isolation"
      ]
  }
}
