// The functions that operations and devices speak of.

/// A function of one number.
package enum MapFunction: Sendable, Equatable {
  case negate, abs, sign, square, sqrt, reciprocal
  case exp, expm1, log, log1p, sin, cos, tanh, sigmoid
  case relu, gelu, softplus, floor, round, ceil, trunc
  case rsqrt, exp2, log2, log10, erf
  case tan, asin, acos, atan, sinh, cosh, asinh, acosh, atanh
  /// x where positive, else slope · x; the slope is positive.
  case leakyReLU(slope: Double)
  case clamp(Double, Double)
  /// To a constant power.
  case power(Double)
  /// scale · x + offset.
  case affine(scale: Double, offset: Double)
  /// x / divisor, rounded once.
  case quotient(divisor: Double)

  /// Whether the derivative is computed from the argument, and not from the value.
  var derivativeReadsInput: Bool {
    switch self {
    case .exp, .expm1, .exp2, .sqrt, .rsqrt, .reciprocal, .tan, .tanh, .sigmoid, .relu,
      .leakyReLU:
      false
    default: true
    }
  }
}

/// A function of two numbers.
package enum ZipFunction: Sendable {
  case add, subtract, multiply, divide, power, maximum, minimum
  /// Comparisons give 1 where true and 0 where not.
  case less, lessEqual, greater, greaterEqual, equal, notEqual
  /// a - b floor(a / b).
  case remainder
  case atan2, hypot

  /// As its caller writes it.
  var name: String {
    switch self {
    case .add: "+"
    case .subtract: "-"
    case .multiply: "*"
    case .divide: "/"
    case .power: "pow"
    case .maximum: "maximum"
    case .minimum: "minimum"
    case .less: ".<"
    case .lessEqual: ".<="
    case .greater: ".>"
    case .greaterEqual: ".>="
    case .equal: ".=="
    case .notEqual: ".!="
    case .remainder: "remainder"
    case .atan2: "atan2"
    case .hypot: "hypot"
    }
  }
}

/// What becomes of the elements that are reduced to one.
package enum Reduction: String, Sendable {
  case sum, mean, max, min, product
}

/// What is carried along an axis, one number after another.
package enum ScanFunction: Sendable {
  /// y[i] = y[i - 1] + x[i] of [x], from 0 on.
  case sum
  /// y[i] = y[i - 1] · x[i] of [x], from 1 on.
  case product
  /// y[i] = a[i] · y[i - 1] + b[i] of [a, b], from 0 on.
  case linear
}

/// How a small matrix is taken apart.
package enum MatrixFunction: Sendable {
  /// X with A X = B of [A, B].
  case solve
  /// The same for a triangular A.
  case solveTriangle(isUpper: Bool)
  /// The lower triangular L with L Lᵀ = A of [A].
  case cholesky
  /// Numbers whose product is the determinant of A of [A].
  case pivots
}

/// An activation that a product applies while its result is still in registers.
public enum FusedActivation: Sendable {
  case identity, relu, tanh, sigmoid

  /// The same function on its own; nil for none.
  var map: MapFunction? {
    switch self {
    case .identity: nil
    case .relu: .relu
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    }
  }
}

/// A loss that a device sums together with its gradient in one sweep.
package enum FusedLoss: Sendable, Equatable {
  /// max(z, 0) - z t + log(1 + exp(-|z|)) of logits z.
  case binaryCrossEntropyOfLogits
  /// -t log(p) - (1 - t) log(1 - p) of probabilities that are kept epsilon away from 0 and 1.
  case binaryCrossEntropy(epsilon: Double)
  /// (prediction - target)².
  case squaredError
}
