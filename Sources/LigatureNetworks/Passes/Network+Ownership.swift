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
  func requireOwnReadings(_ uses: [ObjectIdentifier: [String]]) throws {
    let own = Set(parameters.map(ObjectIdentifier.init))
    let foreign = uses.filter { !own.contains($0.key) }.values.flatMap { $0 }.sorted()
    guard let path = foreign.first else { return }
    throw LayerError.outOfSight(path, "reads a learnable")
  }
}

extension [Network] {
  /// Throws for a parameter that no path of these networks reaches.
  func requireOwn(_ parameters: [Parameter]) throws {
    let keys = parameters.map(ObjectIdentifier.init)
    if count == 1, self[0].owns(keys) { return }
    // Nobody may tie or edit while both are looked at.
    Network.structure.lock()
    defer { Network.structure.unlock() }
    let own = Set(flatMap { $0.parameters.map(ObjectIdentifier.init) })
    let foreign = parameters.first { parameter in
      // What was tied to another since it was read is for the solver to refuse.
      guard case .own = parameter.source else { return false }
      return !own.contains(ObjectIdentifier(parameter))
    }
    guard let foreign else { return }
    throw LayerError.outOfSight(
      "", "the pass reads a learnable \(foreign.value.scalarType) \(foreign.value.shape)")
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
