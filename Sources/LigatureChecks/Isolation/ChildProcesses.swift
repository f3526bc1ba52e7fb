import Foundation
import LigatureNetworks
import LigatureTensors

/// Each check runs in a child of its own, which prepares the layer for itself: nothing of the layer
/// runs here.
struct ChildProcesses: CheckPlace {
  private let layer: any Layer
  private let layouts: [Layout]
  private let options: CheckOptions
  private let child: ChildProcess
  /// The layer did not survive its first passes, and the check whose finding that is.
  private var accident: (kind: CheckKind, outcome: CheckReport.Outcome)?
  private(set) var unasked: CheckKind?

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
    case .ended(let outcome):
      // Initialisation runs the layer. If it had nothing to initialise, running is what went wrong.
      let values = ask("its initialisation") {
        ThisProcess(layer, layouts, options, initializes: false).hasDeferred
          ? .passed("some are missing") : .passed()
      }
      let kind: CheckKind = values == .answered(.passed()) ? .predictRuns : .initialization
      accident = (kind, outcome)
      unasked = kind
    }
  }

  func run(_ check: any LayerCheck.Type) -> CheckReport.Outcome {
    if let accident, check.kind == accident.kind { return accident.outcome }
    let (layer, layouts, options) = (layer, layouts, options)
    let initializes = accident == nil
    let answer = ask("the check of \(check.kind.title)") {
      ThisProcess(layer, layouts, options, initializes: initializes).run(check)
    }
    return switch answer {
    case .answered(let outcome): outcome
    // The same accident is reported once.
    case .ended(let outcome): accident == nil ? outcome : Self.afterAccident
    }
  }

  /// For checks that ran the layer, where it did not survive its first passes.
  private static let afterAccident = CheckReport.Outcome.skipped(
    reason: "the layer did not survive its first passes", remedy: "Fix that first")

  func finish() {}

  /// What came back from a child: the outcome it sent, or what its end says.
  private enum Answer: Equatable {
    case answered(CheckReport.Outcome)
    case ended(CheckReport.Outcome)
  }

  private func ask(_ work: String, _ body: @escaping () -> CheckReport.Outcome) -> Answer {
    let ending = child.run { (try? JSONEncoder().encode(body())) ?? Data() }
    let place = String(describing: type(of: layer))
    if let outcome = ending.outcome(of: work, at: place, deadline: child.deadline) {
      return .ended(outcome)
    }
    guard case .answered(let data) = ending,
      let outcome = try? JSONDecoder().decode(CheckReport.Outcome.self, from: data)
    else {
      return .ended(
        .skipped(
          reason: "the child process sent something unreadable",
          remedy: "Check with isolation .none"))
    }
    return .answered(outcome)
  }
}
