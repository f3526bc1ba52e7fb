import LigatureLayers
import LigatureTensors

/// Runs the checks one after another and gathers what they say.
struct CheckRun {
  private let layer: any Layer
  private let layouts: [Layout]
  private let options: CheckOptions

  init(_ layer: any Layer, _ layouts: [Layout], _ options: CheckOptions) {
    self.layer = layer
    self.layouts = layouts
    self.options = options
  }

  func report() -> CheckReport {
    let clock = ContinuousClock()
    let start = clock.now
    var entries: [CheckReport.Entry] = []
    var subject: CheckSubject?
    var obstacle: CheckReport.Outcome?
    do {
      subject = try CheckSubject(layer, layouts, options)
    } catch {
      obstacle = .failed([
        CheckReport.Failure(
          "the layer cannot be put into a network", at: String(describing: type(of: layer)),
          expected: "ports that inputs of the given layouts can be connected to", found: "\(error)",
          remedy: "Give one layout for each input, and distinct port names")
      ])
    }
    defer { subject?.restoreOriginal() }
    // What fails here is the finding of the check of initialisation.
    try? subject?.initialize()
    for check in LayerChecks.all where options.checks.contains(check.kind) {
      let began = clock.now
      let elapsed = start.duration(to: began) / .seconds(1)
      let outcome: CheckReport.Outcome
      if let present = obstacle {
        outcome =
          entries.isEmpty
          ? present
          : .skipped(
            reason: "the layer cannot be put into a network", remedy: "Mend that first")
      } else if elapsed > options.timeLimit {
        outcome = .skipped(
          reason: "the time limit of \(options.timeLimit) s was reached",
          remedy: "Raise timeLimit, or give smaller layouts")
      } else if let subject {
        outcome = run(check, on: subject)
      } else {
        continue
      }
      entries.append(
        CheckReport.Entry(
          check: check.kind, outcome: outcome,
          seconds: began.duration(to: clock.now) / .seconds(1)))
    }
    return CheckReport(
      layer: String(describing: type(of: layer)), entries: entries,
      seconds: start.duration(to: clock.now) / .seconds(1))
  }

  private func run(_ check: any LayerCheck.Type, on subject: CheckSubject) -> CheckReport.Outcome {
    if subject.initializationError != nil, check.needsValues {
      return .skipped(
        reason: "the layer could not be initialised", remedy: "Mend its initialisation first")
    }
    subject.reset()
    do {
      return try check.init().run(on: subject)
    } catch {
      return .failed([
        CheckReport.Failure(
          "the layer threw", at: subject.shown((error as? LayerError)?.path ?? ""),
          expected: "no error", found: "\(error)", remedy: check.remedy)
      ])
    }
  }
}
