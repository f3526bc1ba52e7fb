import LigatureNetworks
import LigatureTensors

/// Where checks run: in this process, or each in a child of it.
protocol CheckPlace {
  /// A check whose entry is part of the report even if nobody asked for it, since the layer failed
  /// on the way to it.
  var unasked: CheckKind? { get }

  /// Runs one check on the layer as it was given.
  func run(_ check: any LayerCheck.Type) -> CheckReport.Outcome

  /// Puts the layer back as it was given.
  func finish()
}

/// The checks run here, one after another, on one subject.
struct ThisProcess: CheckPlace {
  private let subject: CheckSubject

  /// - Parameter runs: whether the layer may run: it is then given values now, as most checks need.
  init(_ layer: any Layer, _ layouts: [Layout], _ options: CheckOptions, runs: Bool = true) {
    subject = CheckSubject(layer, layouts, options, runs: runs)
    // What fails here is the finding of the check of initialisation.
    if runs { try? subject.initialize() }
  }

  var unasked: CheckKind? { subject.initializationError == nil ? nil : .initialization }

  func run(_ check: any LayerCheck.Type) -> CheckReport.Outcome {
    subject.reset()
    do {
      return try check.init().run(on: subject)
    } catch is CheckSubject.NotRun {
      return .skipped(
        reason: "not run, because the layer did not survive its first passes",
        remedy: "Fix that first")
    } catch {
      return .failed([
        subject.failure(
          "the layer threw while it was checked for \(check.kind.title)", error,
          expected: "an output")
      ])
    }
  }

  func finish() { subject.restoreOriginal() }

  /// Whether the layer has learnables without values.
  var hasDeferred: Bool { subject.network.hasDeferred }
}
