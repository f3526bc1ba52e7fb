/// The matrix product: `[..., m, k]` times `[..., k, n]` is `[..., m, n]`. Leading axes are batches
/// and stretch as in arithmetic. Transposed views are read in place. O(batch · m · k · n); every
/// element is one chain of multiply-adds over k, so results do not depend on batch size or threads.
/// Throws when the inner sizes differ or an operand is no matrix.
public func matmul(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  try Product("matmul").applied(a, b)
}

/// activation(x · weights + bias) in one pass: `x` is `[..., inputs]`, `weights` `[inputs,
/// outputs]`, `bias` `[outputs]` or nil. The same numbers as the three operations in a row, and
/// O(batch · inputs · outputs) like them, but the sum and the activation never travel through
/// memory on their own.
public func linear(
  _ x: Tensor, weights: Tensor, bias: Tensor? = nil, activation: FusedActivation = .identity
) throws -> Tensor {
  try Product("linear", activation: activation).applied(x, weights, bias: bias)
}
