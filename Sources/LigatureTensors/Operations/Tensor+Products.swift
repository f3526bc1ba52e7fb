import LigatureKernels

/// The matrix product: `[..., m, k]` times `[..., k, n]` is `[..., m, n]`. Leading axes are batches
/// and stretch as in arithmetic. Transposed views are read in place. O(batch · m · k · n); every
/// element is one chain of multiply-adds over k, so results do not depend on batch size or threads.
/// Throws when the inner sizes differ or an operand is no matrix.
public func matmul(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  try Product(a, b, bias: nil, activation: .identity).result("matmul")
}

/// An activation that a product applies while its result is still in registers.
public enum FusedActivation: Sendable {
  case identity, relu, tanh, sigmoid

  var kernel: LKActivation {
    switch self {
    case .identity: LK_IDENTITY
    case .relu: LK_ACT_RELU
    case .tanh: LK_ACT_TANH
    case .sigmoid: LK_ACT_SIGMOID
    }
  }
}

/// activation(x · weights + bias) in one pass: `x` is `[..., inputs]`, `weights` `[inputs,
/// outputs]`, `bias` `[outputs]` or nil. The same numbers as the three operations in a row, and
/// O(batch · inputs · outputs) like them, but the sum and the activation never travel through
/// memory on their own.
public func linear(
  _ x: Tensor, weights: Tensor, bias: Tensor? = nil, activation: FusedActivation = .identity
) throws -> Tensor {
  try Product(x, weights, bias: bias, activation: activation).result("linear")
}

/// One product with its epilogue, and its derivative.
private struct Product {
  let a: Tensor
  let b: Tensor
  let bias: Tensor?
  let activation: FusedActivation

  init(_ a: Tensor, _ b: Tensor, bias: Tensor?, activation: FusedActivation) {
    self.a = a
    self.b = b
    self.bias = bias
    self.activation = activation
  }

  func result(_ name: String) throws -> Tensor {
    try validate(name)
    // Rows of a left operand that meets one matrix are one long matrix: [batch, time, features].
    if b.rank == 2, a.rank != 2 {
      let rows = a.shape.dropLast().reduce(1, *)
      let flat = try a.reshaped(to: [rows, a.shape[a.rank - 1]])
      let product = try Product(flat, b, bias: bias, activation: activation).result(name)
      return try product.reshaped(to: Array(a.shape.dropLast()) + [b.shape[1]])
    }
    return record(
      try BatchedProduct(a.detached, b.detached, name: name)
        .evaluated(bias: bias?.contiguous(), activation: activation))
  }

  private func record(_ result: Tensor) -> Tensor {
    let operands = [a, b] + (bias.map { [$0] } ?? [])
    guard let recorder = Recorder(operands, resolvingSwaps: false) else { return result }
    let swaps = operands.map { $0.node?.isSwapped ?? false }
    let (left, right, hasBias) = (a.detached, b.detached, bias != nil)
    let activation = activation
    let output = activation == .identity ? nil : result
    return recorder.record(result) { pull, gradient in
      var outer = gradient.contiguous()
      if output != nil || (hasBias && pull.needs(2)) {
        outer = throughEpilogue(
          outer, output: output, activation: activation, biased: hasBias && pull.needs(2), pull)
      }
      try addShare(pull, 0, shape: left.shape, swapped: swaps[0], outer, right.swappedLastAxes)
      try addShare(pull, 1, shape: right.shape, swapped: swaps[1], left.swappedLastAxes, outer)
    }
  }

  private func validate(_ name: String) throws {
    try a.requireFloatingPoint(name)
    try b.requireFloatingPoint(name)
    guard a.scalarType == b.scalarType else {
      throw TensorError(
        name, "one operand is \(a.scalarType) \(a.shape), the other \(b.scalarType) \(b.shape)",
        remedy: "Convert one with cast(to:)")
    }
    guard a.rank >= 2, b.rank >= 2 else {
      throw TensorError(
        name, "needs matrices, found shapes \(a.shape) and \(b.shape)",
        remedy: "Reshape a vector to [1, n] or [n, 1]")
    }
    guard a.shape[a.rank - 1] == b.shape[b.rank - 2] else {
      throw TensorError(
        name,
        "the inner sizes differ: \(a.shape) · \(b.shape) "
          + "(\(a.shape[a.rank - 1]) against \(b.shape[b.rank - 2]))",
        remedy: "Transpose an operand, or correct the size before it")
    }
    if let bias {
      try bias.requireFloatingPoint(name)
      guard bias.shape == [b.shape[b.rank - 1]], bias.scalarType == a.scalarType, b.rank == 2
      else {
        throw TensorError(
          name,
          "the bias is \(bias.scalarType) \(bias.shape), the weights \(b.scalarType) \(b.shape)",
          remedy: "Give a bias of shape [outputs] and the weights' type")
      }
    }
  }
}

/// The gradient before activation and bias, both of whose derivatives are taken in one pass.
private func throughEpilogue(
  _ gradient: Tensor, output: Tensor?, activation: FusedActivation, biased: Bool, _ pull: PullBack
) -> Tensor {
  let columns = gradient.shape[gradient.rank - 1]
  let rows = columns == 0 ? 0 : gradient.count / columns
  let type = gradient.scalarType
  let inner = output == nil ? gradient : Tensor(uninitialized: gradient.shape, type)
  func run(_ bias: UnsafeMutableRawPointer?, _ adding: Bool) {
    let minimum = max(16, Kernels.elementwiseMinimum / max(rows, 1))
    Parallel.split(columns, granularity: 16, minimum: minimum) { range in
      let start = range.lowerBound * type.byteCount
      lk_activation_gradient(
        type.kernelType, activation.kernel, 0, rows, range.count, columns,
        (output ?? gradient).pointer + start, gradient.pointer + start, inner.pointer + start,
        bias.map { $0 + start }, adding ? 1 : 0)
    }
  }
  if biased {
    pull.accumulate(to: 2, [columns], type) { run($0, $1) }
  } else {
    run(nil, false)
  }
  return inner
}

/// Adds x · y, summed over stretched batches, to the gradient of operand `number`; for an operand
/// that was read through a transposed view, the transpose of that.
private func addShare(
  _ pull: PullBack, _ number: Int, shape: [Int], swapped: Bool, _ x: Tensor, _ y: Tensor
) throws {
  guard pull.needs(number) else { return }
  let share =
    swapped
    ? try BatchedProduct(y.swappedLastAxes, x.swappedLastAxes, name: "matmul")
    : try BatchedProduct(x, y, name: "matmul")
  var target = shape
  if swapped { target.swapAt(target.count - 1, target.count - 2) }
  if share.shape == target {
    pull.accumulate(to: number, target, x.scalarType) { share.evaluate(into: $0, adding: $1) }
  } else {
    try pull.add(share.evaluated().summed(to: target), to: number)
  }
}
