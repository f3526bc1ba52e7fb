/// The largest element of each window, for each channel by itself: `[batch, spatial..., channels]`
/// becomes `[batch, windows..., channels]`. What lies outside the image takes no part. A NaN wins.
/// Of equals the first one has the gradient. O(batch · windows · window · channels).
///
/// `window`, `stride` and `dilation` have a number for each spatial axis, of which there are one to
/// three; windows lie side by side unless a stride says otherwise, and a dilation is how far apart
/// neighbouring elements of a window are. Throws for settings that are none, and where a window
/// lies outside of the image altogether.
public func maximumPooling(
  _ x: Tensor, window: [Int], stride: [Int]? = nil, padding: SpatialPadding = .valid,
  dilation: [Int] = [1]
) throws -> Tensor {
  try maximumPoolingWithIndices(
    x, window: window, stride: stride, padding: padding, dilation: dilation
  ).values
}

/// The same with the place of each of them: its number among the elements of its image and channel,
/// row by row, as int64 of the result's shape. ``maximumUnpooling(_:indices:size:)`` takes them.
public func maximumPoolingWithIndices(
  _ x: Tensor, window: [Int], stride: [Int]? = nil, padding: SpatialPadding = .valid,
  dilation: [Int] = [1]
) throws -> (values: Tensor, indices: Tensor) {
  let name = "maximumPooling"
  let size = try spatialSizes(name, x)
  let settings = try windowSettings(name, size, window, stride, padding, dilation)
  return try maximum(x, windows: settings.windows(of: size))
}

/// The other way: each element of `x` at its place in an image of `size` (its spatial sizes), zeros
/// elsewhere. `indices` are those of
/// ``maximumPoolingWithIndices(_:window:stride:padding:dilation:)``, of x's shape; where windows
/// overlap, elements of one place are added. O(count). Throws for indices outside the image.
public func maximumUnpooling(_ x: Tensor, indices: Tensor, size: [Int]) throws -> Tensor {
  let name = "maximumUnpooling"
  _ = try spatialSizes(name, x, allowsEmpty: true)
  try indices.require(name)
  guard indices.shape == x.shape, indices.scalarType == .int64, size.count == x.rank - 2 else {
    throw TensorError(
      name,
      "x is \(x.shape), the indices are \(indices.scalarType) \(indices.shape), the size is "
        + "\(size.prefix(8))",
      remedy: "Give int64 indices of x's shape, and a size for each spatial axis")
  }
  let shape = [x.shape[0]] + size + [x.shape[x.rank - 1]]
  try Tensor.validate(shape, name)
  let pixels = Int64(Shape.count(size))
  if let bad = try indices.detached.scalars(as: Int64.self).first(where: { $0 < 0 || $0 >= pixels })
  {
    throw TensorError(
      name,
      "there is an index \(bad), and \(counted(Int(pixels), "element")) in an image of \(size)",
      remedy: "Give indices that pooling of an image of this size gave")
  }
  return try AddPlaces(shape: shape)([x, indices])
}

/// The smallest image that windows make `x` of, which is the one that unpooling makes of it where
/// no size is given. Throws for settings that are none.
package func unpooledSize(
  of x: Tensor, window: [Int], stride: [Int]?, padding: SpatialPadding
) throws -> [Int] {
  let name = "maximumUnpooling"
  let size = try spatialSizes(name, x)
  return try windowSettings(name, size, window, stride, padding).natural(size)
}

/// The mean of each window, for each channel by itself: `[batch, spatial..., channels]` becomes
/// `[batch, windows..., channels]`. Zeros around the image are left out of the mean unless
/// `countsPadding`. O(batch · windows · window · channels).
///
/// `window` and `stride` have a number for each spatial axis, of which there are one to three;
/// windows lie side by side unless a stride says otherwise. Throws for settings that are none, and
/// where a window lies outside of the image altogether.
public func averagePooling(
  _ x: Tensor, window: [Int], stride: [Int]? = nil, padding: SpatialPadding = .valid,
  countsPadding: Bool = false
) throws -> Tensor {
  let name = "averagePooling"
  let size = try spatialSizes(name, x)
  let settings = try windowSettings(name, size, window, stride, padding)
  let windows = try settings.windows(of: size)
  let channels = x.shape[x.rank - 1]
  guard channels > 0 else {
    return try .zeros([x.shape[0]] + windows.output + [0], x.scalarType)
  }
  let filters = try Tensor.ones(settings.kernel + [1, channels], x.scalarType)
  let sums = try Convolve(form: settings.form(of: size, groups: channels))([x, filters])
  let whole = settings.kernel.reduce(1, *)
  let isWhole = windows.ranges.enumerated().allSatisfy { axis, ranges in
    ranges.allSatisfy { $0.count == settings.kernel[axis] }
  }
  guard !isWhole, !countsPadding else { return try sums / Double(whole) }
  let counts = windows.ranges.reduce([1.0]) { counts, ranges in
    counts.flatMap { count in ranges.map { count * Double($0.count) } }
  }
  return try sums / Tensor(counts, shape: windows.output + [1]).cast(to: x.scalarType)
}

/// The mean over windows that divide each spatial axis into `output` parts, as equal as they can
/// be: part i of an axis begins at element i · size / output, rounded down, and ends before element
/// (i + 1) · size / output, rounded up. `[batch, spatial..., channels]` becomes `[batch, output...,
/// channels]`. O(count · Σ output). Throws for sizes of less than 1.
public func adaptiveAveragePooling(_ x: Tensor, to output: [Int]) throws -> Tensor {
  let name = "adaptiveAveragePooling"
  let size = try spatialSizes(name, x)
  let windows = try adaptiveWindows(name, size, output)
  var result = x
  for axis in size.indices where output[axis] != size[axis] {
    let shares = windows.ranges[axis].flatMap { range in
      (0..<size[axis]).map { range.contains($0) ? 1 / Double(range.count) : 0 }
    }
    let matrix = try Tensor(shares, shape: [output[axis], size[axis]]).cast(to: x.scalarType)
    let shape = result.shape
    let rows = [Shape.count(shape[...axis]), size[axis], Shape.count(shape[(axis + 2)...])]
    result = try matmul(matrix, result.reshaped(to: rows))
      .reshaped(to: Array(shape[...axis]) + [output[axis]] + shape[(axis + 2)...])
  }
  return result
}

/// The largest element of windows that divide each spatial axis into `output` parts, which are
/// those of ``adaptiveAveragePooling(_:to:)``. O(count). Throws for sizes of less than 1.
public func adaptiveMaximumPooling(_ x: Tensor, to output: [Int]) throws -> Tensor {
  let name = "adaptiveMaximumPooling"
  return try maximum(x, windows: adaptiveWindows(name, spatialSizes(name, x), output)).values
}

private func maximum(
  _ x: Tensor, windows: SpatialWindows
) throws -> (values: Tensor, indices: Tensor) {
  let name = "maximumPooling"
  guard Shape.count(windows.size) < 1 << 31 else {
    throw TensorError(
      name, "an image of \(windows.size) has more elements than have a place",
      remedy: "Pool parts of it")
  }
  // Which element is the largest has no derivative, and yet is a part of a trace.
  let indices = try MaximumPlaces(windows: windows)([x.traced])
  return (try TakePlaces()([x, indices]), indices)
}

/// The spatial sizes of an image.
private func spatialSizes(
  _ name: String, _ x: Tensor, allowsEmpty: Bool = false
) throws -> [Int] {
  try x.requireFloatingPoint(name)
  guard (3...5).contains(x.rank) else {
    throw TensorError(
      name, "an image of shape \(x.shape) came",
      remedy: "Give [batch, spatial..., channels], with one to three spatial axes")
  }
  return Array(x.shape[1..<(x.rank - 1)])
}

private func windowSettings(
  _ name: String, _ size: [Int], _ window: [Int], _ stride: [Int]?, _ padding: SpatialPadding,
  _ dilation: [Int] = [1]
) throws -> SpatialSettings {
  guard padding.filling == .zeros else {
    throw TensorError(
      name, "the padding is \(padding)",
      remedy: "Give padding without a filling: what lies outside takes no part in pooling")
  }
  let window = try SpatialSettings.perAxis(name, "window", window, size.count, atLeast: 1)
  return try SpatialSettings(
    name, kernel: window, stride: stride ?? window, dilation: dilation, padding: padding)
}

private func adaptiveWindows(
  _ name: String, _ size: [Int], _ output: [Int]
) throws -> SpatialWindows {
  guard output.count == size.count, output.allSatisfy({ $0 >= 1 }), size.allSatisfy({ $0 >= 1 })
  else {
    throw TensorError(
      name, "an image of \(size) came, to be pooled to \(output.prefix(8))",
      remedy: "Give a size of 1 or more for each spatial axis, and an image with elements")
  }
  // Each part has one element at least, and some weight in a table of them.
  for axis in size.indices { try Tensor.validate([output[axis], size[axis]], name) }
  return SpatialWindows(
    size: size,
    ranges: size.indices.map { axis in
      (0..<output[axis]).map { part in
        let start = part * size[axis] / output[axis]
        return start..<(((part + 1) * size[axis] + output[axis] - 1) / output[axis])
      }
    }, step: size.map { _ in 1 })
}

extension SpatialSettings {
  /// The windows' elements within an image. Throws where one has none.
  fileprivate func windows(of size: [Int]) throws -> SpatialWindows {
    guard size.allSatisfy({ $0 > 0 }) else {
      throw TensorError(
        name, "the image is \(size)", remedy: "Give at least one element along each spatial axis")
    }
    let (output, before, _) = try outputs(of: size)
    try Tensor.validate(output, name)
    let step = size.indices.map { kernel[$0] == 1 ? 1 : dilation[$0] }
    return SpatialWindows(
      size: size,
      ranges: try size.indices.map { axis in
        try (0..<output[axis]).map { number in
          let start = number * stride[axis] - before[axis]
          let end = min(size[axis], start + (kernel[axis] - 1) * step[axis] + 1)
          // The first element that lies within the image.
          let first = start + (max(0, -start) + step[axis] - 1) / step[axis] * step[axis]
          guard first < end else {
            throw TensorError(
              name,
              "a window of \(kernel) lies outside an image of \(size) with padding \(padding)",
              remedy: "Give less padding than the window is large")
          }
          return first..<end
        }
      }, step: step)
  }
}
