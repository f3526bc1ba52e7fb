import LigatureNetworks
import LigatureTensors

/// Nested layers are called, and not their predict, which knows no phase.
struct EveryLayerCalled: LayerCheck {
  static let kind = CheckKind.everyLayerCalled
  static let meaning =
    "A layer that is held in the layer and learns nothing itself, such as a dropout, is called in some pass."
  static let commonCause =
    "dropout.predict(x, in: context) in place of dropout(x, in: context): the dropout then never learns that it is "
    + "training. Or a layer that is left over."
  static let remedy = "Call it, layer(x, in: context), or remove it"

  /// Passes in which it may turn up.
  private static let draws = 8

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    if subject.options.exceptions.contains(.unusedLearnables) {
      return .skipped(
        reason: "the exception .unusedLearnables is declared", remedy: "Remove it to run this check"
      )
    }
    let inputs = try (0..<Self.draws).map {
      try subject.inputs(draw: subject.options.examples == nil ? $0 : 0)
    }
    let (uncalled, count) = try subject.network.uncalledLayers(
      for: inputs, seed: subject.options.seed)
    guard count > 0 else {
      return .skipped(
        reason: "the layer holds none that learns nothing itself", remedy: "Nothing to do")
    }
    return outcome(
      uncalled.map { path in
        CheckReport.Failure(
          "a layer inside is never called", at: subject.shown(path),
          expected: "a call, in training or inference",
          found: "none in \(2 * Self.draws) passes", remedy: Self.remedy)
      }, counted(count, "layer"))
  }
}
