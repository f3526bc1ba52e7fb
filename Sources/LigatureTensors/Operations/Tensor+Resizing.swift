/// How elements between those of an image are found.
public enum Interpolation: String, Sendable, Codable, CaseIterable {
  /// The element next to the place; of two equally near ones the later.
  case nearest
  /// Between the two neighbours in proportion, along each axis in turn.
  case linear
}

extension Tensor {
  /// The image with other spatial sizes: `[batch, spatial..., channels]` becomes `[batch, size...,
  /// channels]`. Element i of an axis is taken from place (i + 0.5) · old size / new size - 0.5, so
  /// that the edges of both images coincide; beyond the outermost elements from these. O(count of
  /// the larger one for each axis). Throws for sizes of less than 1 and images without elements.
  public func resized(to size: [Int], by interpolation: Interpolation = .linear) throws -> Tensor {
    let name = "resized"
    try requireFloatingPoint(name)
    guard (3...5).contains(rank), size.count == rank - 2,
      zip(size, shape.dropFirst()).allSatisfy({ $0 >= 1 && $1 >= 1 })
    else {
      throw TensorError(
        name, "an image of shape \(shape) came, to be of size \(size.prefix(8))",
        remedy: "Give [batch, spatial..., channels] with elements, and a size of 1 or more for "
          + "each spatial axis")
    }
    try Tensor.validate([shape[0]] + size + [shape[rank - 1]], name)
    var result = self
    for (axis, (new, old)) in zip(size, shape[1...]).enumerated() where new != old {
      try Tensor.validate(
        Array(result.shape[...axis]) + [new] + result.shape[(axis + 2)...], name)
      let scale = Double(old) / Double(new)
      guard interpolation == .linear else {
        let places = (0..<new).map { Swift.min(Int((Double($0) + 0.5) * scale), old - 1) }
        result = try result.gathered(Tensor(places), axis: axis + 1)
        continue
      }
      let sources = (0..<new).map { Swift.max(0, (Double($0) + 0.5) * scale - 0.5) }
      let lower = sources.map { Swift.min(Int($0), old - 1) }
      let upper = lower.map { Swift.min($0 + 1, old - 1) }
      let ones = [Int](repeating: 1, count: rank - axis - 2)
      let shares = try Tensor(
        zip(sources, lower).map { Swift.min(1, $0 - Double($1)) }, shape: [new] + ones
      )
      .cast(to: scalarType)
      let first = try result.gathered(Tensor(lower), axis: axis + 1)
      let second = try result.gathered(Tensor(upper), axis: axis + 1)
      result = try first * (1 - shares) + second * shares
    }
    return result
  }
}
