extension Tensor {
  /// `[batch, spatial..., channels]` with zeros around the spatial axes, one number for all of them
  /// or one for each. O(count of the result). Throws for amounts that are none.
  package func zeroPadded(before: [Int], after: [Int]) throws -> Tensor {
    let (before, after) = try margins("zero padding", before, after)
    return try padded("zero padding", before, after, .zeros)
  }

  /// `[batch, spatial..., channels]` without its outermost elements. A view, O(1). Throws where
  /// nothing would be left.
  package func cropped(before: [Int], after: [Int]) throws -> Tensor {
    let (before, after) = try margins("cropping", before, after)
    var result = self
    for axis in before.indices {
      let size = shape[axis + 1]
      guard before[axis] < size, after[axis] < size - before[axis] else {
        throw TensorError(
          "cropping",
          "\(before[axis]) before and \(after[axis]) after are all of the \(size) elements along "
            + "axis \(axis + 1)", remedy: "Crop less")
      }
      result = try result.slice(before[axis]..<(size - after[axis]), axis: axis + 1)
    }
    return result
  }

  private func margins(
    _ name: String, _ before: [Int], _ after: [Int]
  ) throws -> (before: [Int], after: [Int]) {
    try require(name)
    guard (3...5).contains(rank) else {
      throw TensorError(
        name, "an image of shape \(shape) came",
        remedy: "Give [batch, spatial..., channels], with one to three spatial axes")
    }
    return (
      try SpatialSettings.perAxis(name, "number before", before, rank - 2, atLeast: 0),
      try SpatialSettings.perAxis(name, "number after", after, rank - 2, atLeast: 0)
    )
  }

  /// More of an image around its spatial axes.
  func padded(
    _ name: String, _ before: [Int], _ after: [Int], _ filling: SpatialPadding.Filling
  ) throws -> Tensor {
    var target = shape
    for axis in before.indices {
      let (sum, overflows) = before[axis].addingReportingOverflow(after[axis])
      let (size, overflowsToo) = sum.addingReportingOverflow(target[axis + 1])
      target[axis + 1] = overflows || overflowsToo ? .max : size
    }
    try Tensor.validate(target, name)
    var result = self
    for axis in before.indices where before[axis] > 0 || after[axis] > 0 {
      let size = shape[axis + 1]
      guard filling != .zeros else {
        func zeros(_ count: Int) throws -> [Tensor] {
          guard count > 0 else { return [] }
          var part = result.shape
          part[axis + 1] = count
          return [try .zeros(part, scalarType)]
        }
        result = try concatenate(
          zeros(before[axis]) + [result] + zeros(after[axis]), axis: axis + 1)
        continue
      }
      guard filling != .reflect || Swift.max(before[axis], after[axis]) < size else {
        throw TensorError(
          name,
          "the padding reflects \(Swift.max(before[axis], after[axis])) of the \(size) elements "
            + "along axis \(axis + 1), which the outermost one is not among",
          remedy: "Give less padding than there are elements, or fill with .replicate")
      }
      let places = (-before[axis]..<(size + after[axis])).map { place in
        switch filling {
        case .reflect where place < 0: -place
        case .reflect where place >= size: 2 * size - 2 - place
        default: Swift.min(Swift.max(place, 0), size - 1)
        }
      }
      result = try result.gathered(Tensor(places), axis: axis + 1)
    }
    return result
  }
}
