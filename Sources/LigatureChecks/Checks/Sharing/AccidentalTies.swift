import LigatureNetworks
import LigatureTensors

/// A list does not hold one layer several times by accident, and no two learnables merely look
/// tied.
struct AccidentalTies: LayerCheck {
  static let kind = CheckKind.accidentalTies
  static let prerequisites: [CheckKind] = [.initialization]
  static let meaning =
    "A list holds each layer once, and learnables with equal first values are one."
  static let commonCause =
    "Array(repeating: layer, count: n), which repeats a handle; a tie made by copying a value."
  static let remedy =
    "Make each layer anew: (0..<n).map { _ in Layer() }; use one property twice for a tie; or declare .repeatsLayers"

  func run(on subject: CheckSubject) throws -> CheckReport.Outcome {
    if subject.options.exceptions.contains(.repeatsLayers) {
      return .skipped(
        reason: "the exception .repeatsLayers is declared", remedy: "Remove it to run this check")
    }
    let learnables = subject.network.learnables
    var failures: [CheckReport.Failure] = []
    for learnable in learnables {
      let paths = [learnable.path] + learnable.aliases
      if let neighbour = paths.dropFirst().first(where: { Self.areNeighbours(paths[0], $0) }) {
        failures.append(
          CheckReport.Failure(
            "a list holds one layer more than once",
            at: "\(subject.shown(paths[0])) and \(subject.shown(neighbour))",
            expected: "a layer of its own at each place", found: "the same learnable",
            remedy: Self.remedy))
      }
    }
    for (place, learnable) in learnables.enumerated() {
      let value = learnable.parameter.value
      // One or two numbers are a pattern, such as the bias of a forget gate.
      guard try Set(value.doubles()).count > 2 else { continue }
      for other in learnables.dropFirst(place + 1)
      where try Self.looksLike(value, other.parameter.value) {
        failures.append(
          CheckReport.Failure(
            "two learnables begin with the same numbers but are not tied",
            at: "\(subject.shown(learnable.path)) and \(subject.shown(other.path))",
            expected: "one learnable, or different numbers", found: "a copy of the value",
            remedy: Self.remedy))
      }
    }
    return outcome(failures)
  }

  /// Whether two paths differ in one number only: `blocks/1/weights` and `blocks/2/weights`.
  private static func areNeighbours(_ a: String, _ b: String) -> Bool {
    let (first, second) = (a.split(separator: "/"), b.split(separator: "/"))
    let different = zip(first, second).filter { $0 != $1 }
    return first.count == second.count && different.count == 1
      && Int(different[0].0) != nil && Int(different[0].1) != nil
  }

  private static func looksLike(_ a: Tensor, _ b: Tensor) throws -> Bool {
    if a.shape == b.shape { return try a.isIdentical(to: b) }
    guard a.rank == 2, b.rank == 2, a.shape == b.shape.reversed() else { return false }
    return try a.isIdentical(to: b.transposed)
  }
}
