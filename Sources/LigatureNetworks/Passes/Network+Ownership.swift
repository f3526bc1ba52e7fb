import Foundation
import LigatureTensors

extension Network {
  /// The number of this training pass among those whose iteration nobody named.
  func countPass() -> Int {
    state.withLock { state in
      defer { state.passes += 1 }
      return state.passes
    }
  }

  /// Whether all of these are learnables of the network, or what its aliases and wires stand for.
  fileprivate func owns(_ parameters: [ObjectIdentifier]) -> Bool {
    let known = state.withLock { $0.known }
    if parameters.allSatisfy(known.contains) { return true }
    let found = Set(self.parameters.map(ObjectIdentifier.init))
    state.withLock { $0.known = found }
    return parameters.allSatisfy(found.contains)
  }

  /// Throws for a learnable that a layer reads and no path of the network reaches.
  func requireOwnReadings(_ readings: [(parameter: Parameter, paths: [String])]) throws {
    let foreign = Set([self].foreign(readings.map(\.parameter)).map(ObjectIdentifier.init))
    if foreign.isEmpty { return }
    let paths = readings.filter { foreign.contains(ObjectIdentifier($0.parameter)) }
    throw LayerError.outOfSight(paths.flatMap(\.paths).min() ?? "", "reads a learnable")
  }
}

extension [Network] {
  /// Throws for a parameter that no path of these networks reaches.
  func requireOwn(_ parameters: [Parameter]) throws {
    if count == 1, self[0].owns(parameters.map(ObjectIdentifier.init)) { return }
    guard let foreign = foreign(parameters).first else { return }
    throw LayerError.outOfSight(
      "", "the pass reads a learnable \(foreign.value.scalarType) \(foreign.value.shape)")
  }

  /// Those of the parameters that no path of these networks reaches. What was tied to another since
  /// it was read is for the solver to refuse, and not among them.
  fileprivate func foreign(_ parameters: [Parameter]) -> [Parameter] {
    // Nobody may tie or edit while both are looked at.
    Network.structure.lock()
    defer { Network.structure.unlock() }
    let own = Set(flatMap { $0.parameters.map(ObjectIdentifier.init) })
    return parameters.filter { parameter in
      guard case .own = parameter.source else { return false }
      return !own.contains(ObjectIdentifier(parameter))
    }
  }
}

extension LayerError {
  fileprivate static func outOfSight(_ path: String, _ reading: String) -> LayerError {
    LayerError(
      .pass, path,
      reading
        + " that no path of the network reaches: it would be trained, and not counted, saved, "
        + "frozen or copied",
      remedy: "Hold its layer or network in an @Learnable property, not in a closure, an object or "
        + "a global; name another network that takes part by valueAndGradients(of: [...]) or "
        + "through: [...]")
  }
}
