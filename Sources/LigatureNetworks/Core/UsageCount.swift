import LigatureTensors

/// What calls layers make of each other in a pass: in which calls each parameter is read, which is
/// what "shared" means in numbers, and what goes in and out of layers that no network names.
final class UsageCount: PassObserver {
  private struct Notes {
    var uses: [ObjectIdentifier: Uses] = [:]
    var calls: [ObjectIdentifier: Call] = [:]
  }

  /// The calls that read a parameter, by key, and their paths in order.
  private struct Uses {
    let parameter: Parameter
    var keys: Set<String> = []
    var paths: [String] = []
  }

  /// What went into and came out of a layer.
  struct Call: Sendable {
    let inputs: [Layout]
    let outputs: [Layout]
  }

  private let notes = Lock(Notes())

  func didRead(_ parameter: Parameter, in frame: Frame) {
    let (key, path) = (frame.key, frame.path)
    notes.withLock { notes in
      let identity = ObjectIdentifier(parameter)
      if notes.uses[identity, default: Uses(parameter: parameter)].keys.insert(key).inserted {
        notes.uses[identity]?.paths.append(path)
      }
    }
  }

  /// Notes a call of a layer that a custom layer holds itself.
  func didCall(
    _ layer: any Layer, isNamed: Bool, _ inputs: [Tensor], _ outputs: [Tensor]
  ) {
    guard !isNamed, let identity = layer.identity else { return }
    let entering = inputs.map { Layout(Layout.labels(rank: $0.rank), of: $0) }
    let leaving = zip(layer.outputLayouts(outputs.map(\.shape), for: entering), outputs)
      .map { Layout($0.labels, of: $1) }
    notes.withLock { $0.calls[identity] = Call(inputs: entering, outputs: leaving) }
  }

  /// Paths of the calls that read each parameter, one entry a call.
  var paths: [ObjectIdentifier: [String]] {
    notes.withLock { $0.uses.mapValues(\.paths) }
  }

  /// The parameters that were read, and in which calls.
  var readings: [(parameter: Parameter, paths: [String])] {
    notes.withLock { $0.uses.values.map { ($0.parameter, $0.paths) } }
  }

  /// The last call of each layer that no network names.
  var calls: [ObjectIdentifier: Call] { notes.withLock { $0.calls } }
}
