import LigatureKernels

// Functions of one tensor, element by element: same shape, same scalar type, O(count). They throw
// for integer tensors and for learnables without a value. Accuracies are stated with the kernels.

/// e to the power x.
public func exp(_ x: Tensor) throws -> Tensor { try Elementwise.map("exp", LK_EXP, x) }

/// e to the power x, minus 1, accurate near 0.
public func expm1(_ x: Tensor) throws -> Tensor { try Elementwise.map("expm1", LK_EXPM1, x) }

/// The natural logarithm; -infinity at 0, NaN below.
public func log(_ x: Tensor) throws -> Tensor { try Elementwise.map("log", LK_LOG, x) }

/// log(1 + x), accurate near 0.
public func log1p(_ x: Tensor) throws -> Tensor { try Elementwise.map("log1p", LK_LOG1P, x) }

/// The square root; NaN below 0.
public func sqrt(_ x: Tensor) throws -> Tensor { try Elementwise.map("sqrt", LK_SQRT, x) }

/// The sine of x in radians.
public func sin(_ x: Tensor) throws -> Tensor { try Elementwise.map("sin", LK_SIN, x) }

/// The cosine of x in radians.
public func cos(_ x: Tensor) throws -> Tensor { try Elementwise.map("cos", LK_COS, x) }

/// The hyperbolic tangent.
public func tanh(_ x: Tensor) throws -> Tensor { try Elementwise.map("tanh", LK_TANH, x) }

/// The absolute value; its derivative at 0 is taken as 0.
public func abs(_ x: Tensor) throws -> Tensor { try Elementwise.map("abs", LK_ABS, x) }

/// -1, 0 or 1; its derivative is 0 everywhere.
public func sign(_ x: Tensor) throws -> Tensor { try Elementwise.map("sign", LK_SIGN, x) }

/// The largest integer not above x; its derivative is 0 everywhere.
public func floor(_ x: Tensor) throws -> Tensor { try Elementwise.map("floor", LK_FLOOR, x) }

/// The nearest integer, halves to even; its derivative is 0 everywhere.
public func round(_ x: Tensor) throws -> Tensor { try Elementwise.map("round", LK_ROUND, x) }

/// x².
public func square(_ x: Tensor) throws -> Tensor { try Elementwise.map("square", LK_SQUARE, x) }

/// 1 / x.
public func reciprocal(_ x: Tensor) throws -> Tensor {
  try Elementwise.map("reciprocal", LK_RECIPROCAL, x)
}

/// x to a constant power.
public func pow(_ x: Tensor, _ exponent: Double) throws -> Tensor {
  try Elementwise.map("pow", LK_POWER, x, exponent)
}

/// The logistic function 1 / (1 + exp(-x)). A loss on its result goes back to x, where logarithms
/// of it are exact however large x is.
public func sigmoid(_ x: Tensor) throws -> Tensor {
  try Elementwise.map("sigmoid", LK_SIGMOID, x) { .sigmoid(logits: $0.detached) }
}

/// max(x, 0); its derivative at 0 is taken as 0.
public func relu(_ x: Tensor) throws -> Tensor { try Elementwise.map("relu", LK_RELU, x) }

/// x where positive, else `slope` · x.
public func leakyReLU(_ x: Tensor, slope: Double = 0.01) throws -> Tensor {
  // The kernel reads the sign off the result, which a slope that is not positive hides.
  guard slope > 0 else {
    return try relu(x) - relu(-x) * slope
  }
  return try Elementwise.map("leakyReLU", LK_LEAKY_RELU, x, slope)
}

/// x Φ(x), with Φ the normal distribution function (Hendrycks & Gimpel 2016), by erf and not by the
/// tanh approximation.
public func gelu(_ x: Tensor) throws -> Tensor { try Elementwise.map("gelu", LK_GELU, x) }

/// log(1 + exp(x)), without overflow.
public func softplus(_ x: Tensor) throws -> Tensor {
  try Elementwise.map("softplus", LK_SOFTPLUS, x)
}

/// x limited to `range`; outside it the derivative is 0.
public func clamp(_ x: Tensor, to range: ClosedRange<Double>) throws -> Tensor {
  try Elementwise.map("clamp", LK_CLAMP, x, range.lowerBound, range.upperBound)
}
