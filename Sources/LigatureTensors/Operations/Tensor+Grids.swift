/// Coordinates of a grid: for vectors of sizes n, m, ... tensors [n, m, ...], the i-th of which
/// changes along axis i only. Views, O(1). Throws for tensors that are no vectors of one type.
public func meshgrid(_ vectors: [Tensor]) throws -> [Tensor] {
  for vector in vectors { try vector.require("meshgrid") }
  guard vectors.count <= Tensor.maximumRank, vectors.allSatisfy({ $0.rank == 1 }),
    Set(vectors.map(\.scalarType)).count <= 1
  else {
    let found = vectors.prefix(9).map { "\($0.scalarType) \($0.shape)" }
    throw TensorError(
      "meshgrid", "\(found.joined(separator: ", ")) make no grid",
      remedy: "Give at most \(Tensor.maximumRank) vectors of one type")
  }
  let shape = vectors.map { $0.shape[0] }
  try Tensor.validate(shape, "meshgrid")
  return try vectors.enumerated().map { axis, vector in
    var ones = [Int](repeating: 1, count: shape.count)
    ones[axis] = shape[axis]
    return try vector.reshaped(to: ones).broadcast(to: shape)
  }
}

extension Tensor {
  /// `count` numbers at equal distances from `start` to `end`, both included: `[count]`. One number
  /// is `start`. Throws for a negative count.
  public static func linspace(
    _ start: Double, _ end: Double, count: Int, _ scalarType: ScalarType = .float32
  ) throws -> Tensor {
    try validate([count], "linspace")
    return try Tensor(shape: [count], as: Double.self) { numbers in
      for place in numbers.indices {
        let share = count > 1 ? Double(place) / Double(count - 1) : 0
        numbers[place] = share == 1 ? end : start + (end - start) * share
      }
    }.cast(to: scalarType)
  }
}
