// Functions of one tensor, element by element: same shape, same scalar type, O(count). They throw
// for integer tensors and for learnables without a value. Accuracies are stated with the kernels.

/// e to the power x.
public func exp(_ x: Tensor) throws -> Tensor { try Map(.exp)([x]) }

/// e to the power x, minus 1, accurate near 0.
public func expm1(_ x: Tensor) throws -> Tensor { try Map(.expm1)([x]) }

/// The natural logarithm; -infinity at 0, NaN below.
public func log(_ x: Tensor) throws -> Tensor { try Map(.log)([x]) }

/// log(1 + x), accurate near 0.
public func log1p(_ x: Tensor) throws -> Tensor { try Map(.log1p)([x]) }

/// The square root; NaN below 0.
public func sqrt(_ x: Tensor) throws -> Tensor { try Map(.sqrt)([x]) }

/// The sine of x in radians.
public func sin(_ x: Tensor) throws -> Tensor { try Map(.sin)([x]) }

/// The cosine of x in radians.
public func cos(_ x: Tensor) throws -> Tensor { try Map(.cos)([x]) }

/// The hyperbolic tangent.
public func tanh(_ x: Tensor) throws -> Tensor { try Map(.tanh)([x]) }

/// The absolute value; its derivative at 0 is taken as 0.
public func abs(_ x: Tensor) throws -> Tensor { try Map(.abs)([x]) }

/// -1, 0 or 1; its derivative is 0 everywhere.
public func sign(_ x: Tensor) throws -> Tensor { try Map(.sign)([x]) }

/// The largest integer not above x; its derivative is 0 everywhere.
public func floor(_ x: Tensor) throws -> Tensor { try Map(.floor)([x]) }

/// The nearest integer, halves to even; its derivative is 0 everywhere.
public func round(_ x: Tensor) throws -> Tensor { try Map(.round)([x]) }

/// The smallest integer not below x; its derivative is 0 everywhere.
public func ceil(_ x: Tensor) throws -> Tensor { try Map(.ceil)([x]) }

/// The integer part, toward zero; its derivative is 0 everywhere.
public func trunc(_ x: Tensor) throws -> Tensor { try Map(.trunc)([x]) }

/// 1 / sqrt(x); infinity at 0, NaN below. Error up to 1.5 units in the last place.
public func rsqrt(_ x: Tensor) throws -> Tensor { try Map(.rsqrt)([x]) }

/// 2 to the power x, exact for whole numbers; else up to 0.6 units in the last place off in
/// float32, and 1 in float64.
public func exp2(_ x: Tensor) throws -> Tensor { try Map(.exp2)([x]) }

/// The logarithm to base 2, exact for powers of 2; -infinity at 0, NaN below. Error up to 0.6 units
/// in the last place.
public func log2(_ x: Tensor) throws -> Tensor { try Map(.log2)([x]) }

/// The logarithm to base 10; -infinity at 0, NaN below. Error up to 0.6 units in the last place.
public func log10(_ x: Tensor) throws -> Tensor { try Map(.log10)([x]) }

/// The error function 2/√π ∫ exp(-t²) dt from 0 to x. Error up to 0.6 units in the last place in
/// float32, and 3.5 in float64.
public func erf(_ x: Tensor) throws -> Tensor { try Map(.erf)([x]) }

/// x².
public func square(_ x: Tensor) throws -> Tensor { try Map(.square)([x]) }

/// 1 / x.
public func reciprocal(_ x: Tensor) throws -> Tensor {
  try Map(.reciprocal)([x])
}

/// x to a constant power.
public func pow(_ x: Tensor, _ exponent: Double) throws -> Tensor {
  try Map(.power(exponent), "pow")([x])
}

/// The logistic function 1 / (1 + exp(-x)). A loss on its result goes back to x, where logarithms
/// of it are exact however large x is.
public func sigmoid(_ x: Tensor) throws -> Tensor {
  try Map(.sigmoid)([x])
}

/// max(x, 0); its derivative at 0 is taken as 0.
public func relu(_ x: Tensor) throws -> Tensor { try Map(.relu)([x]) }

/// x where positive, else `slope` · x. Throws for a slope that is not finite.
public func leakyReLU(_ x: Tensor, slope: Double = 0.01) throws -> Tensor {
  guard slope.isFinite else {
    throw TensorError("leakyReLU", "the slope is \(slope)", remedy: "Give a finite number")
  }
  // The derivative reads the sign off the result, which a slope that is not positive hides.
  guard slope > 0 else {
    return try relu(x) - relu(-x) * slope
  }
  return try Map(.leakyReLU(slope: slope), "leakyReLU")([x])
}

/// x Φ(x), with Φ the normal distribution function (Hendrycks & Gimpel 2016), by erf and not by the
/// tanh approximation.
public func gelu(_ x: Tensor) throws -> Tensor { try Map(.gelu)([x]) }

/// log(1 + exp(x)), without overflow.
public func softplus(_ x: Tensor) throws -> Tensor {
  try Map(.softplus)([x])
}

/// x limited to `range`; outside it the derivative is 0.
public func clamp(_ x: Tensor, to range: ClosedRange<Double>) throws -> Tensor {
  try Map(.clamp(range.lowerBound, range.upperBound), "clamp")([x])
}
