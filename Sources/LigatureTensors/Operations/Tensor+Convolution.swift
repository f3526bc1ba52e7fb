/// The convolution of images with filters, of one to three spatial axes:
///
///     y[n, p, o] =
///       Σ over k and i of x[n, p · stride + k · dilation - before, i] · filters[k, i, o]
///
/// (a cross-correlation, as everywhere in this field), plus a bias. Every output is one chain of
/// multiply-adds over the places of the filter and the channels within, or a fixed number of them
/// where there are few outputs; the gradient in the filters is summed in shares that depend on the
/// sizes only. So results depend neither on threads nor on the processor.
///
/// O(batch · outputs · kernel · inputs / groups · filters), and memory for one padded row of images
/// a thread. Throws for operands that do not fit, settings that are none, and a kernel that is
/// larger than the padded image.
///
/// - Parameters:
///   - x: `[batch, spatial..., inputs]`.
///   - filters: `[kernel..., inputs / groups, outputs]`, with as many kernel sizes as x has spatial
///     axes.
///   - bias: `[outputs]`, or nil.
///   - stride: how far apart neighbouring outputs read, one number or one an axis.
///   - padding: what is put around the image.
///   - dilation: how far apart neighbouring elements of a filter read, one number or one an axis.
///   - groups: parts of the channels, each with filters of its own. With as many as there are
///     inputs the convolution is depthwise.
/// - Returns: `[batch, outputs..., outputs]`, with (padded size - (kernel - 1) · dilation - 1) /
///   stride + 1 elements along each axis, rounded down.
public func convolution(
  _ x: Tensor, filters: Tensor, bias: Tensor? = nil, stride: [Int] = [1],
  padding: SpatialPadding = .valid, dilation: [Int] = [1], groups: Int = 1
) throws -> Tensor {
  let name = "convolution"
  let size = try spatialSizes(name, x, filters, bias, groups)
  let settings = try SpatialSettings(
    name, kernel: Array(filters.shape.dropLast(2)), stride: stride, dilation: dilation,
    padding: padding)
  guard padding.filling != .zeros else {
    let form = try settings.form(of: size, groups: groups)
    return try Convolve(form: form)([x, filters] + (bias.map { [$0] } ?? []))
  }
  let (_, before, after) = try settings.outputs(of: size)
  let padded = try x.padded(name, [0] + before + [0], [0] + after + [0], padding.filling)
  let rest = try SpatialSettings(
    name, kernel: settings.kernel, stride: stride, dilation: dilation, padding: .valid)
  let form = try rest.form(of: Array(padded.shape[1..<(x.rank - 1)]), groups: groups)
  return try Convolve(form: form)([padded, filters] + (bias.map { [$0] } ?? []))
}

/// The transpose of a convolution, which is its derivative in the image: `x`, `[batch, spatial...,
/// inputs]`, is to the result what the output of a convolution is to its image. The filters are
/// those of that convolution, `[kernel..., outputs / groups, inputs]`, so that a decoder takes an
/// encoder's filters as they are. `stride` is how far apart neighbouring elements of x are in the
/// result, and `padding` what is cropped of it; `bias` is `[outputs]`.
///
/// The result has (size - 1) · stride + (kernel - 1) · dilation + 1 elements along each axis, less
/// the padding; size · stride with padding `.same`. A convolution with a stride makes images of
/// several sizes equally large: `outputSize` says which of them it is to be.
///
/// O(batch · size · kernel · inputs · outputs / groups). Throws for operands that do not fit and
/// settings that are none.
public func transposedConvolution(
  _ x: Tensor, filters: Tensor, bias: Tensor? = nil, stride: [Int] = [1],
  padding: SpatialPadding = .valid, dilation: [Int] = [1], groups: Int = 1,
  outputSize: [Int]? = nil
) throws -> Tensor {
  let name = "transposedConvolution"
  let size = try spatialSizes(name, x, filters, bias, groups)
  let settings = try SpatialSettings(
    name, kernel: Array(filters.shape.dropLast(2)), stride: stride, dilation: dilation,
    padding: padding)
  let form = try settings.transposedForm(from: size, to: outputSize, groups: groups)
  return try ConvolveTransposed(form: form)([x, filters] + (bias.map { [$0] } ?? []))
}

/// The spatial sizes of an image that filters are made for.
private func spatialSizes(
  _ name: String, _ x: Tensor, _ filters: Tensor, _ bias: Tensor?, _ groups: Int
) throws -> [Int] {
  try x.requireFloatingPoint(name)
  try filters.requireFloatingPoint(name)
  try bias?.requireFloatingPoint(name)
  guard (3...5).contains(x.rank), filters.rank == x.rank else {
    throw TensorError(
      name, "the image has shape \(x.shape), the filters \(filters.shape)",
      remedy: "Give [batch, spatial..., channels] and [kernel..., inputs / groups, outputs], with "
        + "one to three spatial axes")
  }
  guard groups >= 1 else {
    throw TensorError(name, "there are \(groups) groups", remedy: "Give 1 or more")
  }
  return Array(x.shape[1..<(x.rank - 1)])
}
