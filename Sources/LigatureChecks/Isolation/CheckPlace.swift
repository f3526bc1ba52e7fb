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

  /// - Parameter initializes: whether the layer is given values now, as most checks need.
  init(
    _ layer: any Layer, _ layouts: [Layout], _ options: CheckOptions, initializes: Bool = true
  ) {
    subject = CheckSubject(layer, layouts, options)
    // What fails here is the finding of the check of initialisation.
    if initializes { try? subject.initialize() }
  }

  var unasked: CheckKind? { subject.initializationError == nil ? nil : .initialization }

  func run(_ check: any LayerCheck.Type) -> CheckReport.Outcome {
    subject.reset()
    do {
      return try check.init().run(on: subject)
    } catch {
      return .failed([
        CheckReport.Failure(
          "the layer threw", at: subject.place(of: error),
          expected: "no error", found: subject.words(of: error), remedy: check.remedy)
      ])
    }
  }

  func finish() { subject.restoreOriginal() }

  /// Whether the layer has learnables without values.
  var hasDeferred: Bool { subject.network.hasDeferred }
}
