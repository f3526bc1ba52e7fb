import LigatureNetworks
import LigatureTensors

extension SearchMemory {
  /// What a file says of it beside its vectors.
  struct Record: Codable {
    /// Paths of the learnables that the vectors are of, in order.
    var paths: [String]
    /// How many steps are remembered.
    var pairs: Int
    /// The loss where the last step ended, and the factors of its penalties, where the slope is
    /// among the vectors.
    var loss: Double?
    var factors: [Double]?
    var damping: Double?
  }

  private static let mostPairs = 100_000

  /// Puts vectors among tensors, a tensor for each learnable, and returns the rest.
  func store(
    in tensors: inout [String: Tensor], path: (Parameter) throws -> String
  ) throws -> Record {
    let record = Record(
      paths: try parameters.map(path), pairs: pairs.count, loss: known?.loss,
      factors: known?.factors,
      damping: damping)
    let shapes = parameters.map(\.value.shape)
    for (name, vector) in named {
      var start = 0
      for (path, shape) in zip(record.paths, shapes) {
        let end = start + shape.reduce(1, *)
        guard end <= vector.count else { break }
        tensors["\(name)/\(path)"] = try Tensor(Array(vector[start..<end]), shape: shape)
        start = end
      }
    }
    return record
  }

  private var named: [(String, [Double])] {
    var all = parameters.isEmpty ? [] : [("point", point)]
    if let known { all.append(("slope", known.slope)) }
    for (number, pair) in pairs.enumerated() {
      all += [("step \(number)", pair.step), ("change \(number)", pair.change)]
    }
    return all
  }

  /// Takes its vectors out of tensors. Throws for learnables that the network does not have, and
  /// for vectors that are not theirs.
  init(_ record: Record, taking tensors: inout [String: Tensor], from network: Network) throws {
    let own = Dictionary(network.learnables.map { ($0.path, $0.parameter) }) { first, _ in first }
    let numbers = [record.loss, record.damping].compactMap(\.self) + (record.factors ?? [])
    guard Set(record.paths).count == record.paths.count,
      (0...Self.mostPairs).contains(record.pairs),
      numbers.allSatisfy(\.isFinite),
      record.factors?.count == (record.loss == nil ? nil : record.paths.count)
    else { throw StateRecord.damage("what the solver remembers makes no sense") }
    parameters = try record.paths.map { path in
      guard let parameter = own[path] else {
        throw LayerError(
          .notFound, String(path.prefix(200)),
          "the solver's state remembers it, and the network has no such learnable",
          remedy: "Restore the state for the network it is of")
      }
      return parameter
    }
    damping = record.damping
    let shapes = try parameters.map { parameter in
      try parameter.value.require("SolverState")
      return parameter.value.shape
    }
    func vector(_ name: String) throws -> [Double] {
      try zip(record.paths, shapes).flatMap { path, shape in
        let found = tensors.removeValue(forKey: "\(name)/\(path)")
        guard let found, !found.isDeferred, found.shape == shape, found.scalarType == .float64,
          try found.isFinite()
        else {
          throw LayerError(
            .shape, path,
            "the solver's \"\(name)\" must be finite numbers, float64 \(shape), found "
              + (found.map { "\($0.scalarType) \($0.shape)" } ?? "none"),
            remedy: "Restore the state for a network of that size")
        }
        return try found.doubles()
      }
    }
    guard !parameters.isEmpty else { return }
    point = try vector("point")
    if let loss = record.loss, let factors = record.factors {
      known = Known(loss: loss, slope: try vector("slope"), factors: factors)
    }
    for number in 0..<record.pairs {
      pairs.append(
        Pair(step: try vector("step \(number)"), change: try vector("change \(number)")))
    }
  }
}
