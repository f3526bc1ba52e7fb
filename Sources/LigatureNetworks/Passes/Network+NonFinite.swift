import LigatureTensors

extension Network {
  /// The first layer of a training pass that makes numbers that are not finite of numbers that are,
  /// by its path: where to look when a loss is NaN. Nil where none does; what the pass throws, or
  /// writes into states, is forgotten. O(one pass), and one more over all activations.
  package func firstNonFinite(
    _ inputs: [Tensor], seed: UInt64, iteration: Int, sequenceLengths: [[Int]?]
  ) -> String? {
    let search = NonFiniteSearch()
    let pass = Pass(
      .training, seed: seed, iteration: iteration, scalarType: scalarType, observers: [search],
      lengths: .given(sequenceLengths))
    let context = pass.rootContext(root: self)
    _ = try? Frame.$current.withValue(context.frame) { try self(inputs, in: context) }
    return search.found
  }
}

/// Looks at what comes into layers and out of them.
private final class NonFiniteSearch: PassObserver {
  private struct Search {
    /// The layers that run now, outer ones first.
    var running: [String] = []
    var found: String?
  }

  private let search = Lock(Search())

  var found: String? { search.withLock { $0.found } }

  func willCall<L: Layer>(_ layer: L, _ input: L.Input, in context: Context) throws {
    search.withLock { $0.running.append(context.path) }
  }

  func didCall(_ layer: any Layer, isNamed: Bool, _ inputs: [Tensor], _ outputs: [Tensor]) {
    search.withLock { search in
      let path = search.running.popLast()
      guard search.found == nil, let path, !outputs.allSatisfy(Self.isFinite),
        inputs.allSatisfy(Self.isFinite)
      else { return }
      search.found = path
    }
  }

  private static func isFinite(_ tensor: Tensor) -> Bool {
    guard tensor.scalarType.isFloatingPoint, !tensor.isDeferred else { return true }
    return (try? tensor.detached.isFinite()) ?? true
  }
}
