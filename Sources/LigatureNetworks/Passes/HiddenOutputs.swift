import LigatureTensors

extension Network {
  /// What layers within the network put out for an input, by their paths, batch by batch: a tensor
  /// `[observations, ...]` for each path, in order.
  ///
  ///     let codes = try network.predict(x, outputs: ["encoder/fc3"])
  ///
  /// A path may lead through networks and layers of your own to a layer at any depth. One of
  /// several ports is named behind its layer, `"lstm/out2"`. Where a layer is called several times,
  /// each call has a path of its own, in which the second use of something is marked by `#2`:
  /// `"step/fc1"`, `"step#2/fc1"`, `"step#3/fc1"`. Uses that the network would otherwise run as one
  /// batch run one by one.
  ///
  /// Throws where the prediction makes no call of such a path, naming paths near it, and where an
  /// output has no entry for each observation and there are several batches. Costs what a
  /// prediction costs.
  public func predict(
    _ input: Tensor, outputs paths: [String], batchSize: Int = 128, seed: UInt64 = 0,
    sequenceLengths: [Int]? = nil
  ) throws -> [Tensor] {
    try predict(
      [input], outputs: paths, batchSize: batchSize, seed: seed, sequenceLengths: sequenceLengths)
  }

  /// What layers within the network put out for a list of inputs, by their paths.
  public func predict(
    _ inputs: [Tensor], outputs paths: [String], batchSize: Int = 128, seed: UInt64 = 0,
    sequenceLengths: [Int]? = nil
  ) throws -> [Tensor] {
    try predict(
      inputs, batchSize, seed, sequenceLengths.map { .same($0) }, tapping: HiddenOutputs(paths))
  }
}

/// Keeps what some calls of a pass put out.
final class HiddenOutputs: PassObserver {
  private struct Notes {
    /// Outputs and the names of their ports, by the call's path.
    var found: [String: (outputs: [Tensor], ports: [String])] = [:]
    /// The paths of all calls, in order of their ends.
    var calls: [String] = []
  }

  private let paths: [String]
  /// The paths as calls are known by: a first use has no number.
  private let keys: [String]
  private let notes = Lock(Notes())
  /// Calls whose paths are kept for an error.
  private static let mostCalls = 10_000

  init(_ paths: [String]) {
    self.paths = paths
    keys = paths.map { path in
      path.split(separator: "/").map { $0.hasSuffix("#1") ? $0.dropLast(2) : $0 }
        .joined(separator: "/")
    }
  }

  func didCall(_ layer: any Layer, isNamed: Bool, _ inputs: [Tensor], _ outputs: [Tensor]) {
    guard let key = Frame.current?.key, !key.isEmpty else { return }
    let isWanted = keys.contains { $0 == key || Self.layer(of: $0) == key }
    let ports = isWanted ? layer.outputNames : []
    notes.withLock { notes in
      if notes.calls.count < Self.mostCalls { notes.calls.append(key) }
      if isWanted { notes.found[key] = (outputs, ports) }
    }
  }

  /// The path without its last name, which may be that of a port.
  private static func layer(of path: String) -> Substring {
    path.lastIndex(of: "/").map { path[..<$0] } ?? ""
  }

  /// The outputs in the order of the paths, which are then forgotten.
  func take(in network: Network) throws -> [Tensor] {
    let notes = notes.withLock { notes in
      defer { notes = Notes() }
      return notes
    }
    return try zip(paths, keys).map { path, key in
      if let (outputs, ports) = notes.found[key] {
        guard outputs.count == 1 else {
          throw LayerError(
            .portCount, path, "has \(counted(outputs.count, "output")), and one was asked for",
            remedy: "Name one: \(ports.map { "\(path)/\($0)" }.joined(separator: ", "))")
        }
        return outputs[0]
      }
      let port = key.split(separator: "/").last.map(String.init) ?? ""
      if let (outputs, ports) = notes.found[String(Self.layer(of: key))],
        let place = ports.firstIndex(of: port), outputs.indices.contains(place)
      {
        return outputs[place]
      }
      let isThere = LayerEntry(network).layer(at: key) != nil
      throw LayerError(
        .notFound, path,
        isThere
          ? "the layer was not called in this prediction" : "the prediction calls no such layer",
        remedy: notes.calls.remedy(
          for: path, none: "No layer of the network was called in it"))
    }
  }

  /// Throws for outputs of one of several batches that cannot be put together.
  func require(_ outputs: [Tensor], of count: Int) throws {
    for (path, output) in zip(paths, outputs) where output.shape.first != count {
      throw LayerError(
        .shape, path,
        "its output \(output.shape) has not one entry for each of the \(count) observations of a "
          + "batch",
        remedy: "Predict all observations at once, with a batchSize as large as their number")
    }
  }
}
