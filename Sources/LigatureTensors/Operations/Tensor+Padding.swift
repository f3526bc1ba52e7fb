extension Tensor {
  /// This tensor with `before[i]` and `after[i]` elements more along axis i, of zeros unless
  /// another padding is named. Throws unless there is a number of 0 or more for each axis; a
  /// mirrored tensor needs more elements than it is padded with, the others one. O(count of the
  /// result), for mirrored and repeated ones times the axes.
  public func padded(
    before: [Int], after: [Int], with padding: TensorPadding = .zeros
  ) throws -> Tensor {
    try padded("padded", before, after, padding)
  }

  /// The same for an operation that pads on the way, whose name errors have.
  func padded(
    _ name: String, _ before: [Int], _ after: [Int], _ padding: TensorPadding
  ) throws -> Tensor {
    try requireWidths(name, before, after)
    let target = try shape.indices.map { axis in
      try Tensor.sum(name, [before[axis], shape[axis], after[axis]])
    }
    try Tensor.validate(target, name)
    switch padding {
    case .zeros: return try Enclose(shape: target, start: before, value: 0)([self])
    case .constant(let value):
      return try Enclose(shape: target, start: before, value: value)([self])
    case .reflect, .replicate, .circular: break
    }
    var result = self
    for axis in shape.indices where before[axis] + after[axis] > 0 {
      let size = shape[axis]
      let isReflected = padding == .reflect
      let limit = isReflected ? size - 1 : padding == .replicate && size > 0 ? .max : size
      guard size > 0, before[axis] <= limit, after[axis] <= limit else {
        throw TensorError(
          name,
          "axis \(axis) of shape \(shape) is too short for \(before[axis]) and \(after[axis]) "
            + "elements of padding",
          remedy: isReflected
            ? "Pad by less than its size, or replicate" : "Pad by its size at most, or by zeros")
      }
      let places = (-before[axis]..<(size + after[axis])).map { place in
        switch padding {
        case .reflect: place < 0 ? -place : place < size ? place : 2 * (size - 1) - place
        case .circular: (place + size) % size
        default: Swift.min(Swift.max(place, 0), size - 1)
        }
      }
      result = try Gather(axis: axis)([result, Tensor(places)])
    }
    return result
  }

  /// This tensor without its first `before[i]` and last `after[i]` elements along axis i. A view,
  /// O(1). Throws unless there is a number of 0 or more for each axis, and where nothing would be
  /// left.
  public func cropped(before: [Int], after: [Int]) throws -> Tensor {
    let name = "cropped"
    try requireWidths(name, before, after)
    var result = self
    for (axis, size) in shape.enumerated() where before[axis] > 0 || after[axis] > 0 {
      guard before[axis] < size, after[axis] < size - before[axis] else {
        throw TensorError(
          name,
          "\(before[axis]) before and \(after[axis]) after are all of the \(size) elements along "
            + "axis \(axis)", remedy: "Crop less")
      }
      result = try result.slice(before[axis]..<(size - after[axis]), axis: axis)
    }
    return result
  }

  /// Throws unless there is a width for both sides of each axis.
  private func requireWidths(_ name: String, _ before: [Int], _ after: [Int]) throws {
    try require(name)
    guard before.count == rank, after.count == rank, (before + after).allSatisfy({ $0 >= 0 })
    else {
      throw TensorError(
        name,
        "\(before.prefix(9)) and \(after.prefix(9)) are no widths for the axes of shape \(shape)",
        remedy: "Give \(counted(rank, "number")) of 0 or more for each side")
    }
  }

  /// A sum of sizes, which may not overflow.
  static func sum(_ operation: String, _ sizes: [Int]) throws -> Int {
    try sizes.reduce(0) { total, size in
      let (sum, overflows) = total.addingReportingOverflow(size)
      guard !overflows else { throw tooLarge(operation, sizes) }
      return sum
    }
  }

  /// A product of sizes, which may not overflow.
  static func product(_ operation: String, _ sizes: [Int]) throws -> Int {
    try sizes.reduce(1) { total, size in
      let (product, overflows) = total.multipliedReportingOverflow(by: size)
      guard !overflows else { throw tooLarge(operation, sizes) }
      return product
    }
  }

  private static func tooLarge(_ operation: String, _ sizes: [Int]) -> TensorError {
    TensorError(
      operation, "a size of the result, made of \(sizes), is too large to be counted",
      remedy: "Give smaller numbers")
  }
}
