// The three operations of a convolution. Each is the derivative of the other two, so that they are
// differentiated to any order.

extension ConvolutionForm {
  /// Throws unless an operand is an image of a size.
  fileprivate func requireImage(_ name: String, _ x: Tensor, _ size: [Int]) throws {
    try x.requireFloatingPoint(name)
    guard x.rank == size.count + 2, Array(x.shape[1..<(x.rank - 1)]) == size else {
      throw TensorError(
        name, "an operand has shape \(x.shape), expected [batch, \(size), channels]",
        remedy: "Give an image of these sizes")
    }
  }

  fileprivate func requireFilters(_ name: String, _ filters: Tensor) throws {
    try filters.requireFloatingPoint(name)
    guard filters.rank == kernel.count + 2, Array(filters.shape.dropLast(2)) == kernel else {
      throw TensorError(
        name, "the filters have shape \(filters.shape), expected \(kernel) and their channels",
        remedy: "Give filters of the kernel's sizes")
    }
  }

  /// Throws where an image with what is put around it would take far more memory than the image and
  /// the result: with a large stride, as much padding as anybody asks for costs nothing else.
  fileprivate func requireRoom(_ name: String, channels: Int, beside count: Int) throws {
    try Tensor.validate([1] + paddedSize + [channels], name)
    guard Shape.count(paddedSize) * channels > max(1 << 24, 8 * count) else { return }
    throw TensorError(
      name, "the padding \(padding) makes an image of \(paddedSize) from one of \(size)",
      remedy: "Give less padding")
  }

  fileprivate func requireFit(_ fits: Bool, _ name: String, _ operands: [Tensor]) throws {
    let types = Set(operands.map(\.scalarType))
    guard types.count == 1 else {
      throw TensorError(
        name,
        "operands are " + operands.map { "\($0.scalarType) \($0.shape)" }.joined(separator: ", "),
        remedy: "Convert them to one type with cast(to:)")
    }
    guard fits else {
      throw TensorError(
        name,
        "channels of " + operands.map { "\($0.shape)" }.joined(separator: ", ")
          + " do not fit with \(counted(groups, "group"))",
        remedy:
          "Filters are [kernel..., inputs / groups, outputs], both of which the groups divide, "
          + "and a bias has one number for each channel of the result")
    }
  }
}

/// A convolution or its transpose: of [images, filters] or [images, filters, bias].
private protocol FilterOperation: Operation {
  associatedtype Transposed: Operation
  var form: ConvolutionForm { get }
  var way: ConvolutionWay { get }
  /// The derivative in the images.
  var transposed: Transposed { get }
}

extension FilterOperation {
  var keeps: Keeping { [.first, .second] }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    OperationCount.add(multiplyAdds(of: operands))
    result.perform(.convolution(form, way), operands, adding: adding)
  }

  func multiplyAdds(of operands: [Tensor]) -> Int {
    form.multiplyAdds(batch: operands[0].shape[0], filters: operands[1].shape)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    let gradient = pull.isRecorded(gradient) ? gradient : gradient.contiguous()
    try pull.add(transposed, [gradient, pull.operand(1)], to: 0)
    let images =
      way == .forward ? [pull.operand(0), gradient] : [gradient, pull.operand(0)]
    try pull.add(ConvolutionFilters(form: form), images, to: 1)
    if pull.operandCount > 2 {
      try pull.add(gradient.summed(to: pull.shape(2)), to: 2)
    }
  }
}

/// Each output is the sum of what lies under a filter.
struct Convolve: FilterOperation {
  let form: ConvolutionForm

  var name: String { "convolution" }
  var attributes: String { form.attributes }
  var way: ConvolutionWay { .forward }
  var transposed: ConvolveTransposed { ConvolveTransposed(form: form) }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    let (x, filters) = (operands[0], operands[1])
    try form.requireImage(name, x, form.size)
    try form.requireFilters(name, filters)
    let (inputs, depth) = (x.shape[x.rank - 1], filters.shape[filters.rank - 2])
    let outputs = filters.shape[filters.rank - 1]
    for bias in operands.dropFirst(2) { try bias.requireFloatingPoint(name) }
    try form.requireFit(
      outputs > 0 && inputs > 0 && inputs % form.groups == 0 && outputs % form.groups == 0
        && depth == inputs / form.groups
        && (operands.count < 3 || operands[2].shape == [outputs]), name, operands)
    let shape = [x.shape[0]] + form.output + [outputs]
    try Tensor.validate(shape, name)
    try form.requireRoom(name, channels: inputs, beside: x.count + Shape.count(shape))
    return TensorSpec(shape, x.scalarType)
  }
}

/// Each element goes to all places that a filter would have read it from, which is the derivative
/// of a convolution in its image.
struct ConvolveTransposed: FilterOperation {
  let form: ConvolutionForm

  var name: String { "transposedConvolution" }
  var attributes: String { form.attributes + ", to: \(form.size)" }
  var way: ConvolutionWay { .transposed }
  var transposed: Convolve { Convolve(form: form) }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    let (y, filters) = (operands[0], operands[1])
    try form.requireImage(name, y, form.output)
    try form.requireFilters(name, filters)
    let (outputs, depth) = (filters.shape[filters.rank - 1], filters.shape[filters.rank - 2])
    for bias in operands.dropFirst(2) { try bias.requireFloatingPoint(name) }
    let (inputs, overflows) = depth.multipliedReportingOverflow(by: form.groups)
    try form.requireFit(
      !overflows && depth > 0 && outputs > 0 && outputs % form.groups == 0
        && y.shape[y.rank - 1] == outputs
        && (operands.count < 3 || operands[2].shape == [inputs]), name, operands)
    try Tensor.validate([1] + form.paddedSize + [max(outputs, 1)], name)
    let shape = [y.shape[0]] + form.size + [inputs]
    try Tensor.validate(shape, name)
    return TensorSpec(shape, y.scalarType)
  }
}

/// Of [x, outputs]: for each element of a filter the sum of products of what it met, which is the
/// derivative of a convolution in its filters.
struct ConvolutionFilters: Operation {
  let form: ConvolutionForm

  var name: String { "gradient of convolution in its filters" }
  var attributes: String { form.attributes }
  var keeps: Keeping { [.first, .second] }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    let (x, y) = (operands[0], operands[1])
    try form.requireImage(name, x, form.size)
    try form.requireImage(name, y, form.output)
    let (inputs, outputs) = (x.shape[x.rank - 1], y.shape[y.rank - 1])
    try form.requireFit(
      inputs > 0 && outputs > 0 && inputs % form.groups == 0 && outputs % form.groups == 0
        && x.shape[0] == y.shape[0], name, operands)
    let shape = form.kernel + [inputs / form.groups, outputs]
    try Tensor.validate(shape, name)
    return TensorSpec(shape, x.scalarType)
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    OperationCount.add(multiplyAdds(of: operands))
    result.perform(.convolutionFilters(form), operands, adding: adding)
  }

  func multiplyAdds(of operands: [Tensor]) -> Int {
    let (x, y) = (operands[0].shape, operands[1].shape)
    return form.multiplyAdds(
      batch: x[0], filters: form.kernel + [x[x.count - 1] / form.groups, y[y.count - 1]])
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    let gradient = pull.isRecorded(gradient) ? gradient : gradient.contiguous()
    try pull.add(ConvolveTransposed(form: form), [pull.operand(1), gradient], to: 0)
    try pull.add(Convolve(form: form), [pull.operand(0), gradient], to: 1)
  }
}
