import Foundation
import LigatureNetworks
import LigatureTensors

/// Each check runs in a child of its own, which prepares the layer for itself: nothing of the layer
/// runs here.
final class ChildProcesses: CheckPlace {
  private let layer: any Layer
  private let layouts: [Layout]
  private let options: CheckOptions
  private let child: ChildProcess
  /// The layer did not survive its first passes, and the check whose finding that is.
  private var accident: (kind: CheckKind, outcome: CheckReport.Outcome)?
  private(set) var unasked: CheckKind?
  /// The check that the layer hung in: the next one would most likely wait as long for it.
  private var hang: CheckKind?

  /// Prepares the layer in a child, to see whether that goes well.
  init(
    _ layer: any Layer, _ layouts: [Layout], _ options: CheckOptions, deadline: Double
  ) {
    self.layer = layer
    self.layouts = layouts
    self.options = options
    child = ChildProcess(deadline: deadline)
    // A process forks the faster the less memory it holds.
    StoragePool.shared.drain()
    let preparation = ask("its initialisation") {
      ThisProcess(layer, layouts, options).unasked == nil ? .passed() : .failed([])
    }
    switch preparation {
    case .answered(.passed): break
    case .answered: unasked = .initialization
    case .ended(let outcome, _):
      // Initialisation runs the layer. If it had nothing to initialise, running is what went wrong.
      let values = ask("its initialisation") {
        ThisProcess(layer, layouts, options, runs: false).hasDeferred
          ? .passed("some are missing") : .passed()
      }
      let kind: CheckKind = values == .answered(.passed()) ? .predictRuns : .initialization
      accident = (kind, outcome)
      unasked = kind
    }
  }

  func run(_ check: any LayerCheck.Type) -> CheckReport.Outcome {
    if let accident, check.kind == accident.kind { return accident.outcome }
    if let hang {
      return .skipped(
        reason: "not run, because the layer hangs in the check of \(hang.title)",
        remedy: "Fix that first")
    }
    let (layer, layouts, options) = (layer, layouts, options)
    let runs = accident == nil
    let answer = ask("the check of \(check.kind.title)") {
      ThisProcess(layer, layouts, options, runs: runs).run(check)
    }
    switch answer {
    case .answered(let outcome): return outcome
    case .ended(let outcome, let isHang):
      if isHang { hang = check.kind }
      return outcome
    }
  }

  func finish() {}

  /// What came back from a child: the outcome it sent, or what its end says.
  private enum Answer: Equatable {
    case answered(CheckReport.Outcome)
    case ended(CheckReport.Outcome, isHang: Bool)
  }

  private func ask(_ work: String, _ body: @escaping () -> CheckReport.Outcome) -> Answer {
    let ending = child.run { (try? JSONEncoder().encode(body())) ?? Data() }
    let place = String(describing: type(of: layer))
    if let outcome = ending.outcome(of: work, at: place, deadline: child.deadline) {
      if case .hung = ending { return .ended(outcome, isHang: true) }
      return .ended(outcome, isHang: false)
    }
    guard case .answered(let data) = ending,
      let outcome = try? JSONDecoder().decode(CheckReport.Outcome.self, from: data)
    else {
      return .ended(
        .skipped(
          reason: "the child process sent something unreadable",
          remedy: "Check with isolation .none"), isHang: false)
    }
    return .answered(outcome)
  }
}
