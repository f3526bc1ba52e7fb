// Activations that are made of other functions, element by element: same shape, same scalar type,
// O(count), in a few sweeps. They throw for integer tensors.

/// x where positive, else alpha (exp(x) - 1) (Clevert et al. 2015); its derivative at 0 is taken as
/// alpha. Throws for an alpha that is not finite.
public func elu(_ x: Tensor, alpha: Double = 1) throws -> Tensor {
  try x.requireFloatingPoint("elu")
  guard alpha.isFinite else {
    throw TensorError("elu", "alpha is \(alpha)", remedy: "Give a finite number")
  }
  return try relu(x) + expm1(clamp(x, to: -Double.infinity...0)) * alpha
}

/// 1.0507 elu(x, alpha: 1.6733), which keeps mean 0 and variance 1 (Klambauer et al. 2017).
public func selu(_ x: Tensor) throws -> Tensor {
  try x.requireFloatingPoint("selu")
  return try elu(x, alpha: 1.6732632423543772) * 1.0507009873554805
}

/// x sigmoid(x), which is also called swish (Elfwing et al. 2018).
public func silu(_ x: Tensor) throws -> Tensor {
  try x.requireFloatingPoint("silu")
  return try x * sigmoid(x)
}

/// x tanh(softplus(x)) (Misra 2019).
public func mish(_ x: Tensor) throws -> Tensor {
  try x.requireFloatingPoint("mish")
  return try x * tanh(softplus(x))
}

/// x / (1 + |x|).
public func softsign(_ x: Tensor) throws -> Tensor {
  try x.requireFloatingPoint("softsign")
  return try x / (abs(x) + 1)
}

/// log(sigmoid(x)) = -softplus(-x), without overflow.
public func logSigmoid(_ x: Tensor) throws -> Tensor {
  try x.requireFloatingPoint("logSigmoid")
  return try -softplus(-x)
}

/// x limited to 0...6; outside it the derivative is 0.
public func relu6(_ x: Tensor) throws -> Tensor {
  try x.requireFloatingPoint("relu6")
  return try clamp(x, to: 0...6)
}

/// (x + 3) / 6 limited to 0...1.
public func hardSigmoid(_ x: Tensor) throws -> Tensor {
  try x.requireFloatingPoint("hardSigmoid")
  return try relu6(x + 3) / 6
}

/// x hardSigmoid(x) (Howard et al. 2019).
public func hardSwish(_ x: Tensor) throws -> Tensor {
  try x.requireFloatingPoint("hardSwish")
  return try x * hardSigmoid(x)
}
