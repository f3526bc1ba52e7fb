import LigatureNetworks
import LigatureTensors

/// What a report says of an error: where, what, and what to do about that error and no other.
extension CheckSubject {
  /// The path of the layer that threw, as its author knows it.
  func place(of error: any Error) -> String { shown((error as? LayerError)?.path ?? "") }

  /// What an error says, but for place and remedy, which a report tells elsewhere.
  func words(of error: any Error) -> String {
    (error as? LayerError)?.problem ?? "\(error)"
  }

  /// What to do about an error: what it says itself, else what its kind calls for.
  func remedy(for error: any Error) -> String {
    guard let error = error as? LayerError else {
      return "Look for where the layer throws this"
    }
    if isMissingValue(error), let path = uncalledLayer {
      return "Call \(path) as a function, layer(x, in: context), never by its predict: only calls "
        + "initialise it"
    }
    if !error.remedy.isEmpty { return error.remedy }
    return switch error.kind {
    case .operation, .shape: "Follow the shapes through the layer, with the ones in the error"
    case .thrown: "Look for where the layer throws this, and whether it should for this input"
    default: "Look for where the layer throws this"
    }
  }

  /// Whether an error says that something has no value yet.
  private func isMissingValue(_ error: LayerError) -> Bool {
    // A layer that was called, and left something out, is to be told so.
    error.kind == .uninitialized && !error.problem.hasPrefix("is left without")
      || error.kind == .operation && error.problem.contains("is deferred")
  }

  /// A nested layer with a learnable that has no value, though the layer around it was run.
  private var uncalledLayer: String? {
    network.learnables.first { $0.parameter.isDeferred && shown($0.path).contains("/") }.map {
      String(shown($0.path).split(separator: "/").dropLast().joined(separator: "/"))
    }
  }

  /// A failure that tells of an error.
  func failure(
    _ problem: String, _ error: any Error, at place: String = "", expected: String
  ) -> CheckReport.Failure {
    CheckReport.Failure(
      problem, at: [self.place(of: error), place].filter { !$0.isEmpty }.joined(separator: ", "),
      expected: expected, found: words(of: error), remedy: remedy(for: error))
  }

  /// Whether a layer, nested ones included, has a backward written by hand.
  var hasOwnBackward: Bool { network.everyLayer.contains { $0 is any CustomBackward } }

  /// What to do about a copy or file that is not the layer: the compiler can write the coding of a
  /// structure or final class whose properties can all be coded.
  var codingRemedy: String {
    network.everyLayer.allSatisfy(\.isCodableByCompiler)
      ? "Let the compiler write init(from:) and encode(to:), or code every property"
      : "Code everything that predict depends on in init(from:) and encode(to:), under keys of its own"
  }
}
