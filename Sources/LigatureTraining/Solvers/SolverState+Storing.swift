import Foundation
import LigatureNetworks
import LigatureTensors

extension SolverState {
  /// What a file says of a state beside its tensors.
  struct Record: Codable {
    var solver: String
    var settings: [String: Double]
    var step: Int
    /// Steps of each learnable, by its owner's path.
    var counts: [String: Int]
    /// What a solver that searches remembers beside vectors.
    var search: SearchMemory.Record?
  }

  private static let key = "ligature.solver"

  /// The state as tensors and strings, by owners' paths; see ``init(_:_:for:)``. O(learnables).
  ///
  /// Throws for a learnable that has left the network, or has the path of another one.
  public var stored: NamedTensors {
    get throws {
      var record = Record(
        solver: solver.name, settings: solver.settings, step: step, counts: [:])
      var stored = NamedTensors()
      let paths = Dictionary(
        (network?.learnables ?? []).map { (ObjectIdentifier($0.parameter), $0.path) }
      ) { first, _ in first }
      for (key, memory) in memories {
        guard let path = paths[key], record.counts[path] == nil else {
          throw LayerError(
            .edited, paths[key] ?? "",
            "the solver remembers "
              + (paths[key] == nil
                ? "a learnable that the network does not own" : "two learnables of this path"),
            remedy: "Begin a new SolverState after editing the network")
        }
        record.counts[path] = memory.count
        for (name, tensor) in zip(solver.memoryNames, memory.tensors) {
          stored.tensors["\(name)/\(path)"] = tensor
        }
      }
      if solver.search != nil {
        record.search = try searched.store(in: &stored.tensors) { parameter in
          guard let path = paths[ObjectIdentifier(parameter)] else {
            throw LayerError(
              .edited, "", "the solver remembers a learnable that the network does not own",
              remedy: "Begin a new SolverState after editing the network")
          }
          return path
        }
      }
      stored.strings[Self.key] = try StateRecord.text(record)
      return stored
    }
  }

  /// A stored state, for a solver of the same name, whose settings may have changed, and a network
  /// that has a learnable of each path. O(learnables).
  ///
  /// Throws for another solver, for paths and shapes that are not the network's, and for a record
  /// that makes no sense.
  public init(_ stored: NamedTensors, _ solver: Solver, for network: Network) throws {
    try solver.validate()
    let record: Record = try StateRecord.value(of: stored, Self.key)
    guard record.solver == solver.name else {
      throw TensorError(
        "SolverState",
        "the state is of solver \"\(record.solver.prefix(80))\", and the solver is "
          + "\"\(solver.name)\"",
        remedy: "Train on with \"\(record.solver.prefix(80))\", or begin a new state")
    }
    self.init(solver)
    self.network = network
    step = try StateRecord.count(record.step, "steps")
    var tensors = stored.tensors
    for learnable in network.learnables {
      guard let count = record.counts[learnable.path] else { continue }
      let value = learnable.parameter.value
      try value.require("SolverState")
      let expected = try solver.memory(for: value)
      let found = try zip(solver.memoryNames, expected).map { name, expected in
        try Self.memory(
          name, tensors.removeValue(forKey: "\(name)/\(learnable.path)"), like: expected,
          at: learnable.path)
      }
      memories[ObjectIdentifier(learnable.parameter)] = Memory(
        parameter: learnable.parameter, shape: value.shape, scalarType: value.scalarType,
        tensors: found, count: try StateRecord.count(count, "steps of \(learnable.path)"))
    }
    if solver.search != nil, let search = record.search {
      searched = try SearchMemory(search, taking: &tensors, from: network)
    }
    let strangers =
      Set(record.counts.keys).subtracting(network.learnables.map(\.path)).sorted()
      + tensors.keys.sorted()
    if let stranger = strangers.first {
      throw LayerError(
        .notFound, String(stranger.prefix(200)),
        "the solver's state remembers it, and the network has no such learnable",
        remedy: "Restore the state for the network it is of")
    }
  }

  private static func memory(
    _ name: String, _ found: Tensor?, like expected: Tensor, at path: String
  ) throws -> Tensor {
    guard let found, !found.isDeferred, found.shape == expected.shape,
      found.scalarType == expected.scalarType
    else {
      throw LayerError(
        .shape, path,
        "the solver's \"\(name)\" must be \(expected.scalarType) \(expected.shape), found "
          + (found.map { "\($0.scalarType) \($0.shape)" } ?? "none"),
        remedy: "Restore the state for a network of that size and type")
    }
    return found.detached
  }
}
