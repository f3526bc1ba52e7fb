// Elements picked along an axis by indices of their own for every line: `indices` (int32 or int64)
// has the source's rank and sizes, but for any size along the axis, and sizes of 1, which stretch
// to the source's. Negative indices count from the back. A batched gather of rows `[batch, n,
// features]` at `[batch, k]` is `x.gathered(along: 1, at: places.expandingAxis(-1))`.

extension Tensor {
  /// The elements at `indices` along `axis`, each in its own line: of a matrix and axis 1, y[i, j]
  /// = x[i, indices[i, j]]. The gradient is a scatter-add. O(count of the result).
  public func gathered(along axis: Int, at indices: Tensor) throws -> Tensor {
    let (axis, places) = try places(indices, along: axis, "gathered")
    return try TakeAlong(axis: axis)([self, places])
  }

  /// This tensor with the elements of `source` in the places that `indices` name along `axis`, each
  /// in its own line; of several for one place the last stays, and only it gets a gradient.
  /// `source` has the shape of the indices after stretching. O(count).
  public func scattered(_ source: Tensor, along axis: Int, at indices: Tensor) throws -> Tensor {
    let (axis, places) = try places(indices, along: axis, "scattered", of: source)
    return try PutAlong(axis: axis)([self, source, places])
  }

  /// This tensor with the elements of `source` added in the places that `indices` name along
  /// `axis`, each in its own line and in order. Shapes are as for ``scattered(_:along:at:)``.
  /// O(count).
  public func scatterAdded(
    _ source: Tensor, along axis: Int, at indices: Tensor
  ) throws -> Tensor {
    try requireFloatingPoint("scatterAdded")
    let (axis, places) = try places(indices, along: axis, "scatterAdded", of: source)
    return try self + SpreadAlong(shape: shape, axis: axis)([source, places])
  }

  /// Checks indices, counts them from the front and stretches them.
  private func places(
    _ indices: Tensor, along axis: Int, _ name: String, of source: Tensor? = nil
  ) throws -> (axis: Int, indices: Tensor) {
    let axis = try place(of: axis, name)
    try indices.require(name)
    try source?.require(name)
    let fits = shape.indices.allSatisfy { other in
      guard indices.rank == rank else { return false }
      return other == axis || [1, shape[other]].contains(indices.shape[other])
    }
    guard fits, !indices.scalarType.isFloatingPoint else {
      throw TensorError(
        name,
        "indices are \(indices.scalarType) \(indices.shape), for axis \(axis) of shape \(shape)",
        remedy: "Give int64 or int32 of the same rank, with sizes that are equal or 1 but for that "
          + "axis")
    }
    var target = shape
    target[axis] = indices.shape[axis]
    try Tensor.validate(target, name)
    if let source {
      guard source.shape == target, source.scalarType == scalarType else {
        throw TensorError(
          name,
          "the source is \(source.scalarType) \(source.shape), expected \(scalarType) "
            + "\(target)", remedy: "Give one element for each index")
      }
    }
    let size = Int64(shape[axis])
    let given = try indices.detached.cast(to: .int64).scalars(as: Int64.self)
    if let bad = given.first(where: { $0 < -size || $0 >= size }) {
      throw TensorError(
        name, "an index is \(bad), outside axis \(axis) of shape \(shape)",
        remedy: size > 0 ? "Indices must lie in -\(size)..<\(size)" : "Give no indices: it is empty"
      )
    }
    // Indices that are computed in a trace stay a part of it.
    let isPlain = indices.traced.node != nil && given.allSatisfy { $0 >= 0 }
    let front =
      isPlain
      ? try indices.traced.cast(to: .int64)
      : try Tensor(given.map { $0 < 0 ? $0 + size : $0 }, shape: indices.shape)
    return (axis, try front.broadcast(to: target))
  }
}
