// Functions of angles and of hyperbolas, element by element, in radians: same shape, same scalar
// type, O(count). float32 is computed in double and rounded once, within 0.6 units in the last
// place (ulp); bounds for float64 stand with each. They throw for integer tensors.

/// The tangent; 2.5 ulp.
public func tan(_ x: Tensor) throws -> Tensor { try Map(.tan)([x]) }

/// The angle in -π/2...π/2 whose sine is x; NaN beyond -1...1. 3 ulp.
public func asin(_ x: Tensor) throws -> Tensor { try Map(.asin)([x]) }

/// The angle in 0...π whose cosine is x; NaN beyond -1...1. 2.5 ulp.
public func acos(_ x: Tensor) throws -> Tensor { try Map(.acos)([x]) }

/// The angle in -π/2...π/2 whose tangent is x; 2 ulp.
public func atan(_ x: Tensor) throws -> Tensor { try Map(.atan)([x]) }

/// The angle of the point (x, y) in -π...π, element by element and with broadcasting; 2.5 ulp. 0
/// and π for y = 0, also at the origin, where it has no derivative.
public func atan2(_ y: Tensor, _ x: Tensor) throws -> Tensor {
  try y.requireFloatingPoint("atan2")
  try x.requireFloatingPoint("atan2")
  return try Zip(.atan2)([y, x])
}

/// sqrt(a² + b²) without overflow on the way, element by element and with broadcasting; 1.5 ulp. At
/// (0, 0) the derivative is taken as 0.
public func hypot(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  try a.requireFloatingPoint("hypot")
  try b.requireFloatingPoint("hypot")
  return try Zip(.hypot)([a, b])
}

/// The hyperbolic sine; 2.5 ulp.
public func sinh(_ x: Tensor) throws -> Tensor { try Map(.sinh)([x]) }

/// The hyperbolic cosine; 2.5 ulp.
public func cosh(_ x: Tensor) throws -> Tensor { try Map(.cosh)([x]) }

/// The number whose hyperbolic sine is x; 2 ulp.
public func asinh(_ x: Tensor) throws -> Tensor { try Map(.asinh)([x]) }

/// The number of 0 or more whose hyperbolic cosine is x; NaN below 1. 3 ulp.
public func acosh(_ x: Tensor) throws -> Tensor { try Map(.acosh)([x]) }

/// The number whose hyperbolic tangent is x; NaN beyond -1...1. 2.5 ulp.
public func atanh(_ x: Tensor) throws -> Tensor { try Map(.atanh)([x]) }
