import LigatureLayers
import LigatureTensors

/// Where checks run: in this process, or each in a child of it.
protocol CheckPlace {
  /// A check whose entry is part of the report even if nobody asked for it, since the layer failed
  /// on the way to it.
  var unasked: CheckKind? { get }

  /// Runs one check on the layer as it was given.
  mutating func run(_ check: any LayerCheck.Type) -> CheckReport.Outcome

  /// Puts the layer back as it was given.
  func finish()
}

/// The checks run here, one after another, on one subject.
struct ThisProcess: CheckPlace {
  let unasked: CheckKind? = nil
  private let subject: CheckSubject?
  /// Why there is no subject.
  private(set) var obstacle: CheckReport.Outcome?
  private var hasReportedObstacle = false

  /// - Parameter initializes: whether the layer is given values now, as most checks need.
  init(
    _ layer: any Layer, _ layouts: [Layout], _ options: CheckOptions, initializes: Bool = true
  ) {
    do {
      subject = try CheckSubject(layer, layouts, options)
    } catch {
      subject = nil
      obstacle = .failed([
        CheckReport.Failure(
          "the layer cannot be put into a network", at: String(describing: type(of: layer)),
          expected: "ports that inputs of the given layouts can be connected to", found: "\(error)",
          remedy: "Give one layout for each input, and distinct port names")
      ])
    }
    // What fails here is the finding of the check of initialisation.
    if initializes { try? subject?.initialize() }
  }

  mutating func run(_ check: any LayerCheck.Type) -> CheckReport.Outcome {
    guard let subject else {
      defer { hasReportedObstacle = true }
      return hasReportedObstacle ? .afterObstacle : obstacle ?? .afterObstacle
    }
    if subject.initializationError != nil, check.needsValues { return .withoutValues }
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

  func finish() { subject?.restoreOriginal() }

  /// Whether the layer has learnables without values.
  var hasDeferred: Bool { subject?.network.hasDeferred ?? false }
}

extension CheckReport.Outcome {
  /// For the checks after the one that reported why there is nothing to check.
  static var afterObstacle: Self {
    .skipped(reason: "the layer cannot be put into a network", remedy: "Mend that first")
  }

  /// For checks that run the layer, where it did not survive its first passes.
  static var afterAccident: Self {
    .skipped(reason: "the layer did not survive its first passes", remedy: "Mend that first")
  }

  /// For checks that run the layer, where it got no values.
  static var withoutValues: Self {
    .skipped(reason: "the layer could not be initialised", remedy: "Mend its initialisation first")
  }
}
