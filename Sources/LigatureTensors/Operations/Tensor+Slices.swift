import LigatureKernels

extension Tensor {
  /// Elements `range` along `axis`. A view, O(1). Throws outside the axis.
  public func slice(_ range: Range<Int>, axis: Int = 0) throws -> Tensor {
    try require("slice")
    guard let axis = Shape.normalized(axis, rank: rank),
      range.lowerBound >= 0, range.upperBound <= shape[axis]
    else {
      throw TensorError(
        "slice", "\(range) along axis \(axis) leaves shape \(shape)",
        remedy: "Stay within the axis's size")
    }
    var target = shape
    target[axis] = range.count
    let start = offset + range.lowerBound * strides[axis]
    let result = view(shape: target, strides: strides, offset: start)
    guard let recorder = Recorder([self]) else { return result.detached }
    let original = shape
    return recorder.record(result) { pull, gradient in
      pull.accumulate(to: 0, original, gradient.scalarType) { memory, adding in
        let whole = Shape.strides(original)
        let width = gradient.scalarType.byteCount
        if !adding {
          lk_fill(gradient.scalarType.kernelType, Shape.count(original), 0, memory)
        }
        gradient.copy(
          to: memory + range.lowerBound * whole[axis] * width, strides: whole, adding: true)
      }
    }
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
    guard let axis = Shape.normalized(axis, rank: rank), shape[axis] > 0,
      (0..<shape[axis]).contains(index)
    else {
      throw TensorError(
        "at", "there is no element \(index) along axis \(axis) of shape \(shape)",
        remedy: "Stay within the axis's size")
    }
    let part = try slice(index..<(index + 1), axis: axis)
    var target = shape
    target.remove(at: axis)
    return try part.droppingAxis(axis, to: target)
  }

  /// A view without an axis of size 1, whether contiguous or not.
  private func droppingAxis(_ axis: Int, to target: [Int]) throws -> Tensor {
    var newStrides = strides
    newStrides.remove(at: axis)
    let result = view(shape: target, strides: newStrides)
    guard let recorder = Recorder([self]) else { return result.detached }
    let original = shape
    return recorder.record(result) { pull, gradient in
      pull.add(gradient.contiguous().reshapedConstant(original), to: 0)
    }
  }

  /// Consecutive parts of the given sizes along `axis`. Views, O(parts). Throws unless the sizes
  /// add up.
  public func split(sizes: [Int], axis: Int = -1) throws -> [Tensor] {
    try require("split")
    guard let axis = Shape.normalized(axis, rank: rank),
      sizes.allSatisfy({ (0...shape[axis]).contains($0) }), sizes.reduce(0, +) == shape[axis]
    else {
      throw TensorError(
        "split", "sizes \(sizes) do not add up to axis \(axis) of shape \(shape)",
        remedy: "Give sizes whose sum is the axis's size")
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
    guard let axis = Shape.normalized(axis, rank: rank), count > 0, shape[axis] % count == 0 else {
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
  for tensor in tensors { try tensor.require("concatenate") }
  guard let axis = Shape.normalized(axis, rank: first.rank),
    tensors.allSatisfy({ tensor in
      tensor.rank == first.rank && tensor.scalarType == first.scalarType
        && tensor.shape.indices.allSatisfy { $0 == axis || tensor.shape[$0] == first.shape[$0] }
    })
  else {
    throw TensorError(
      "concatenate",
      "\(tensors.map { "\($0.scalarType) \($0.shape)" }.joined(separator: ", ")) do not fit along "
        + "axis \(axis)",
      remedy: "All sizes but that axis's, and the scalar types, must be equal")
  }
  let sizes = tensors.map { $0.shape[axis] }
  var target = first.shape
  target[axis] = sizes.reduce(0, +)
  let result = Tensor(uninitialized: target, first.scalarType)
  var start = 0
  for tensor in tensors {
    let place = start * result.strides[axis] * result.scalarType.byteCount
    tensor.copy(to: result.pointer + place, strides: result.strides)
    start += tensor.shape[axis]
  }
  guard let recorder = Recorder(tensors) else { return result }
  return recorder.record(result) { pull, gradient in
    let parts = try gradient.split(sizes: sizes, axis: axis)
    for (number, part) in parts.enumerated() { pull.add(part, to: number) }
  }
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
    let (axis, list) = try validated("gathered", indices, axis)
    let source = contiguous()
    var target = shape
    target[axis] = list.count
    let result = Tensor(uninitialized: target, scalarType)
    let outer = Shape.count(Array(shape[..<axis]))
    let inner = Shape.count(Array(shape[(axis + 1)...]))
    let (size, original) = (shape[axis], shape)
    lk_gather(
      scalarType.kernelType, outer, size, inner, list.count, list, source.pointer, result.pointer)
    guard let recorder = Recorder([self]) else { return result }
    return recorder.record(result) { pull, gradient in
      pull.accumulate(to: 0, original, gradient.scalarType) { memory, adding in
        let type = gradient.scalarType.kernelType
        if !adding { lk_fill(type, Shape.count(original), 0, memory) }
        lk_scatter_add(
          type, outer, size, inner, list.count, list, gradient.contiguous().pointer, memory)
      }
    }
  }

  /// This tensor with `source` added at `indices` along `axis`: an index named twice is added
  /// twice. `source` has this tensor's sizes but along `axis`, where it has one element per index.
  /// O(count).
  public func scatterAdded(_ source: Tensor, at indices: Tensor, axis: Int = 0) throws -> Tensor {
    try requireFloatingPoint("scatterAdded")
    try source.requireFloatingPoint("scatterAdded")
    let (axis, list) = try validated("scatterAdded", indices, axis)
    var expected = shape
    expected[axis] = list.count
    guard source.shape == expected, source.scalarType == scalarType else {
      throw TensorError(
        "scatterAdded",
        "the source is \(source.scalarType) \(source.shape), expected \(scalarType) \(expected)",
        remedy: "Give one element along the axis for each index")
    }
    let result = contiguousCopy()
    lk_scatter_add(
      scalarType.kernelType, Shape.count(Array(shape[..<axis])), shape[axis],
      Shape.count(Array(shape[(axis + 1)...])), list.count, list, source.contiguous().pointer,
      result.pointer)
    guard let recorder = Recorder([self, source]) else { return result }
    let positions = indices.detached
    return recorder.record(result) { pull, gradient in
      pull.add(gradient, to: 0)
      try pull.add(gradient.gathered(positions, axis: axis), to: 1)
    }
  }

  /// Checks an index vector and makes every index count from the front.
  private func validated(
    _ name: String, _ indices: Tensor, _ axis: Int
  ) throws -> (axis: Int, indices: [Int64]) {
    try indices.require(name)
    guard let axis = Shape.normalized(axis, rank: rank) else {
      throw TensorError(
        name, "shape \(shape) has no axis \(axis)",
        remedy: Shape.axisRemedy(rank: rank))
    }
    guard indices.rank == 1, !indices.scalarType.isFloatingPoint else {
      throw TensorError(
        name, "indices are \(indices.scalarType) \(indices.shape)",
        remedy: "Give a vector of int64 or int32")
    }
    let size = Int64(shape[axis])
    let list = try indices.cast(to: .int64).scalars(as: Int64.self).map { $0 < 0 ? $0 + size : $0 }
    if let bad = list.firstIndex(where: { $0 < 0 || $0 >= size }) {
      let index = list[bad] < 0 ? list[bad] - size : list[bad]
      throw TensorError(
        name, "index number \(bad) is \(index), outside axis \(axis) of shape \(shape)",
        remedy: size > 0 ? "Indices must lie in -\(size)..<\(size)" : "Give no indices: it is empty"
      )
    }
    return (axis, list)
  }
}
