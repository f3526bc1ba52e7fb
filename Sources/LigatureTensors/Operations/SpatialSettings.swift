/// Stride, padding and dilation of filters or windows, as a caller spells them, brought together
/// with an image and checked. All sizes may be anything, so nothing here overflows.
struct SpatialSettings {
  let name: String
  let kernel: [Int]
  let stride: [Int]
  let dilation: [Int]
  let padding: SpatialPadding

  /// Settings for as many axes as the kernel has; one number stands for all of them. Throws unless
  /// they are possible.
  init(
    _ name: String, kernel: [Int], stride: [Int], dilation: [Int] = [1], padding: SpatialPadding
  ) throws {
    self.name = name
    self.kernel = kernel
    self.padding = padding
    self.stride = try Self.perAxis(name, "stride", stride, kernel.count, atLeast: 1)
    self.dilation = try Self.perAxis(name, "dilation", dilation, kernel.count, atLeast: 1)
    guard kernel.allSatisfy({ $0 >= 1 }) else {
      throw TensorError(
        name, "the kernel is \(kernel)", remedy: "Give a size of 1 or more for each axis")
    }
  }

  static func perAxis(
    _ name: String, _ what: String, _ values: [Int], _ axes: Int, atLeast least: Int
  ) throws -> [Int] {
    guard values.count == 1 || values.count == axes, values.allSatisfy({ $0 >= least }) else {
      throw TensorError(
        name, "the \(what) is \(values.prefix(8)), for \(counted(axes, "axis", plural: "axes"))",
        remedy: "Give one number of \(least) or more for all axes, or one for each")
    }
    return values.count == axes ? values : [Int](repeating: values[0], count: axes)
  }

  /// What the kernel covers along an axis; nil beyond what can be counted.
  private func extent(_ axis: Int) -> Int? {
    let (span, overflows) = (kernel[axis] - 1).multipliedReportingOverflow(by: dilation[axis])
    return overflows || span == .max ? nil : span + 1
  }

  /// Elements before and after each axis of an image. Throws for amounts that are none.
  func sides(of size: [Int]) throws -> (before: [Int], after: [Int]) {
    switch padding.amount {
    case .valid: return (size.map { _ in 0 }, size.map { _ in 0 })
    case .causal:
      return (try size.indices.map { try requiredExtent($0, size) - 1 }, size.map { _ in 0 })
    case .explicit(let before, let after):
      return (
        try Self.perAxis(name, "padding before", before, kernel.count, atLeast: 0),
        try Self.perAxis(name, "padding after", after, kernel.count, atLeast: 0)
      )
    case .same:
      let all = try size.indices.map { axis -> Int in
        if size[axis] == 0 { return 0 }
        let outputs = (size[axis] - 1) / stride[axis] + 1
        let extent = try requiredExtent(axis, size)
        return max(0, (outputs - 1) * stride[axis] + extent - size[axis])
      }
      return (all.map { $0 / 2 }, all.map { $0 - $0 / 2 })
    }
  }

  private func requiredExtent(_ axis: Int, _ size: [Int]) throws -> Int {
    guard let extent = extent(axis), extent <= Self.mostElements else {
      throw covering(size)
    }
    return extent
  }

  /// Longer axes do not fit in memory.
  static var mostElements: Int { 1 << 48 }

  private func covering(_ size: [Int]) -> TensorError {
    let covered = kernel.indices.map { extent($0).map { "\($0)" } ?? "more than \(Int.max)" }
    return TensorError(
      name,
      "the kernel \(kernel) with dilation \(dilation) covers [\(covered.joined(separator: ", "))], "
        + "the image with padding \(padding) is \(size)",
      remedy: "Give a smaller kernel or dilation, a larger image, or more padding")
  }

  /// How many outputs there are along each axis of an image, and the zeros before it. Throws where
  /// the kernel covers more than there is.
  func outputs(of size: [Int]) throws -> (output: [Int], before: [Int], after: [Int]) {
    // Of no elements a filter that keeps the size makes none, as of a sequence without steps.
    let keepsSize = padding.amount == .same || padding.amount == .causal
    guard size.allSatisfy({ $0 >= (keepsSize ? 0 : 1) && $0 <= Self.mostElements }) else {
      throw TensorError(
        name, "the image is \(size)", remedy: "Give at least one element along each spatial axis")
    }
    let (before, after) = try sides(of: size)
    for list in [before, after] where list.contains(where: { $0 > Self.mostElements }) {
      throw TensorError(
        name, "the padding is \(padding)", remedy: "Give less padding: the image is \(size)")
    }
    let output = try size.indices.map { axis -> Int in
      if size[axis] == 0 { return 0 }
      let padded = size[axis] + before[axis] + after[axis]
      guard let extent = extent(axis), extent <= padded else {
        throw covering(size)
      }
      return (padded - extent) / stride[axis] + 1
    }
    return (output, before, after)
  }

  /// The form of a convolution of an image. What reads one output has any stride: the whole image
  /// is the one that its gradient is fastest with.
  func form(of size: [Int], groups: Int) throws -> ConvolutionForm {
    let (output, before, after) = try outputs(of: size)
    let padded = size.indices.map { size[$0] + before[$0] + after[$0] }
    return ConvolutionForm(
      size: size, kernel: kernel, output: output,
      stride: size.indices.map { output[$0] == 1 ? padded[$0] : stride[$0] },
      dilation: size.indices.map { kernel[$0] == 1 ? 1 : dilation[$0] }, before: before,
      groups: groups)
  }

  /// The form whose transpose makes an image of `size`, or of the smallest possible size, from
  /// `output`.
  func transposedForm(
    from output: [Int], to size: [Int]?, groups: Int
  ) throws -> ConvolutionForm {
    guard output.allSatisfy({ $0 > 0 && $0 <= Self.mostElements }) else {
      throw TensorError(
        name, "the image is \(output)", remedy: "Give at least one element along each spatial axis")
    }
    guard padding.filling == .zeros else {
      throw TensorError(
        name, "the padding is \(padding)",
        remedy: "Give zeros: a transposed convolution crops what it makes")
    }
    let smallest = try size ?? natural(output)
    guard smallest.count == kernel.count else {
      throw TensorError(
        name, "the output size is \(smallest.prefix(8))",
        remedy: "Give \(counted(kernel.count, "size")), one for each spatial axis")
    }
    let form = try form(of: smallest, groups: groups)
    guard form.output == output else {
      throw TensorError(
        name,
        "an image of \(smallest) would be made from \(form.output), and \(output) came",
        remedy: "Leave the output size out, or give one that a convolution makes \(output) of")
    }
    return form
  }

  /// The size of the image that a transposed convolution makes, as long as no other is wanted.
  func natural(_ output: [Int]) throws -> [Int] {
    try output.indices.map { axis in
      let (moved, overflows) = (output[axis] - 1).multipliedReportingOverflow(by: stride[axis])
      let extent = try requiredExtent(axis, output)
      guard !overflows, moved <= Self.mostElements else {
        throw TensorError(
          name, "the stride is \(stride), for an image of \(output)",
          remedy: "Give a smaller stride: what it makes does not fit in memory")
      }
      var size = moved + extent
      switch padding.amount {
      case .valid: break
      case .causal: size -= extent - 1
      case .same: size = moved + stride[axis]
      case .explicit(let before, let after):
        let before = try Self.perAxis(name, "padding before", before, kernel.count, atLeast: 0)
        let after = try Self.perAxis(name, "padding after", after, kernel.count, atLeast: 0)
        guard before[axis] < size, after[axis] < size - before[axis] else {
          throw TensorError(
            name, "the padding \(padding) crops all of the \(size) elements along axis \(axis)",
            remedy: "Give less padding")
        }
        size -= before[axis] + after[axis]
      }
      return size
    }
  }
}
