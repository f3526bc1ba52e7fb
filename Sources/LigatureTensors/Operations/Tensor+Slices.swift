extension Tensor {
  /// Parts without elements that an axis without elements may be cut into.
  private static var mostEmptyParts: Int { 1 << 16 }

  /// Elements `range` along `axis`. A view, O(1). Throws outside the axis.
  public func slice(_ range: Range<Int>, axis: Int = 0) throws -> Tensor {
    try require("slice")
    let place = Shape.normalized(axis, rank: rank) ?? axis
    return try Slice(range: range, axis: place)(self)
  }

  /// Element `index` of the first axis, which goes: row `i` of a matrix is a vector. A view, O(1).
  public subscript(index: Int) -> Tensor {
    get throws { try at(index, axis: 0) }
  }

  /// Elements `range` of the first axis. A view, O(1).
  public subscript(range: Range<Int>) -> Tensor {
    get throws { try slice(range) }
  }

  /// Element `index` along `axis`, which goes. A view, O(1).
  public func at(_ index: Int, axis: Int) throws -> Tensor {
    try require("at")
    guard let axis = Shape.normalized(axis, rank: rank) else {
      throw Shape.missing(axis: axis, of: shape, "at")
    }
    guard index >= 0, index < shape[axis] else {
      throw TensorError(
        "at", "there is no element \(index) along axis \(axis) of shape \(shape)",
        remedy: shape[axis] > 0
          ? "Give one of 0..<\(shape[axis])" : "Give a tensor that is not empty along it")
    }
    let part = try slice(index..<(index + 1), axis: axis)
    var target = shape
    target.remove(at: axis)
    return try part.reshaped(to: target)
  }

  /// Consecutive parts of the given sizes along `axis`. Views, O(parts). Throws unless the sizes
  /// add up.
  public func split(sizes: [Int], axis: Int = -1) throws -> [Tensor] {
    try require("split")
    guard let axis = Shape.normalized(axis, rank: rank) else {
      throw Shape.missing(axis: axis, of: shape, "split")
    }
    guard sizes.allSatisfy({ (0...shape[axis]).contains($0) }),
      sizes.reduce(0, &+) == shape[axis]
    else {
      throw TensorError(
        "split", "sizes \(sizes) do not add up to axis \(axis) of shape \(shape)",
        remedy: "Give sizes of 0 or more whose sum is \(shape[axis])")
    }
    var start = 0
    return try sizes.map { size in
      defer { start += size }
      return try slice(start..<(start + size), axis: axis)
    }
  }

  /// `count` parts of equal size along `axis`. Views, O(parts). Throws when the size does not
  /// divide.
  public func split(into count: Int, axis: Int = -1) throws -> [Tensor] {
    try require("split")
    // An axis without elements is cut into as many parts as anybody asks for, within reason.
    guard let axis = Shape.normalized(axis, rank: rank) else {
      throw Shape.missing(axis: axis, of: shape, "split")
    }
    guard count > 0 else {
      throw TensorError(
        "split", "axis \(axis) of shape \(shape) was to be split into \(count) parts",
        remedy: "Ask for 1 part or more")
    }
    guard shape[axis] % count == 0, count <= Swift.max(shape[axis], Tensor.mostEmptyParts) else {
      throw TensorError(
        "split", "axis \(axis) of shape \(shape) does not divide into \(count) equal parts",
        remedy: "Use split(sizes:axis:) for parts of different size")
    }
    return try split(sizes: Array(repeating: shape[axis] / count, count: count), axis: axis)
  }
}

/// The tensors one after another along `axis`; their other sizes must be equal. O(count).
public func concatenate(_ tensors: [Tensor], axis: Int = -1) throws -> Tensor {
  guard let first = tensors.first else {
    throw TensorError(
      "concatenate", "there are no tensors", remedy: "Give at least one")
  }
  let place = Shape.normalized(axis, rank: first.rank) ?? axis
  return try Concatenate(axis: place, spelledAxis: axis)(tensors)
}

/// Tensors of one shape along a new axis at position `axis`. O(count).
public func stack(_ tensors: [Tensor], axis: Int = 0) throws -> Tensor {
  guard let first = tensors.first else {
    throw TensorError("stack", "there are no tensors", remedy: "Give at least one")
  }
  for tensor in tensors { try tensor.require("stack") }
  guard tensors.allSatisfy({ $0.shape == first.shape && $0.scalarType == first.scalarType }) else {
    throw TensorError(
      "stack",
      tensors.map { "\($0.scalarType) \($0.shape)" }.joined(separator: ", ") + " are not alike",
      remedy: "Shapes and scalar types must be equal")
  }
  guard let position = Shape.normalized(axis, rank: first.rank + 1) else {
    throw TensorError(
      "stack", "there is no position \(axis) for a new axis in shape \(first.shape)",
      remedy: "Give one of 0...\(first.rank)")
  }
  return try concatenate(tensors.map { try $0.expandingAxis(position) }, axis: position)
}

extension Tensor {
  /// The elements at `indices` (int32 or int64, a vector) along `axis`, in their order and as often
  /// as they are named; negative indices count from the back. O(count of the result). The gradient
  /// is a scatter-add.
  public func gathered(_ indices: Tensor, axis: Int = 0) throws -> Tensor {
    try require("gathered")
    let (axis, places) = try validated("gathered", indices, axis)
    return try Gather(axis: axis)([self, places])
  }

  /// This tensor with `source` added at `indices` along `axis`: an index named twice is added
  /// twice. `source` has this tensor's sizes but along `axis`, where it has one element per index.
  /// O(count).
  public func scatterAdded(_ source: Tensor, at indices: Tensor, axis: Int = 0) throws -> Tensor {
    try requireFloatingPoint("scatterAdded")
    try source.requireFloatingPoint("scatterAdded")
    let (axis, places) = try validated("scatterAdded", indices, axis)
    return try ScatterAdd(axis: axis)([self, source, places])
  }

  /// Checks an index vector and makes every index count from the front.
  private func validated(
    _ name: String, _ indices: Tensor, _ axis: Int
  ) throws -> (axis: Int, indices: Tensor) {
    try indices.require(name)
    guard let axis = Shape.normalized(axis, rank: rank) else {
      throw Shape.missing(axis: axis, of: shape, name)
    }
    guard indices.rank == 1, !indices.scalarType.isFloatingPoint else {
      throw TensorError(
        name, "indices are \(indices.scalarType) \(indices.shape)",
        remedy: "Give a vector of int64 or int32")
    }
    let size = Int64(shape[axis])
    let given = try indices.detached.cast(to: .int64).scalars(as: Int64.self)
    let list = given.map { $0 < 0 ? $0 + size : $0 }
    if let bad = list.firstIndex(where: { $0 < 0 || $0 >= size }) {
      let index = list[bad] < 0 ? list[bad] - size : list[bad]
      throw TensorError(
        name, "index number \(bad) is \(index), outside axis \(axis) of shape \(shape)",
        remedy: size > 0 ? "Indices must lie in -\(size)..<\(size)" : "Give no indices: it is empty"
      )
    }
    // Indices that are computed in a trace stay a part of it.
    let isPlain = list == given && indices.traced.node != nil
    return (axis, isPlain ? try indices.traced.cast(to: .int64) : Tensor(list))
  }
}
