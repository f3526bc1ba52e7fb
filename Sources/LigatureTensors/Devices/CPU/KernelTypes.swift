import LigatureKernels

// What the kernels call the things that operations name.

extension ScalarType {
  var kernelType: LKScalar {
    switch self {
    case .float32: LK_F32
    case .float64: LK_F64
    case .int32: LK_I32
    case .int64: LK_I64
    case .uint8: LK_U8
    }
  }
}

extension MapFunction {
  /// The kernel, and its parameters.
  var kernel: (map: LKMap, p: Double, q: Double) {
    switch self {
    case .negate: (LK_NEGATE, 0, 0)
    case .abs: (LK_ABS, 0, 0)
    case .sign: (LK_SIGN, 0, 0)
    case .square: (LK_SQUARE, 0, 0)
    case .sqrt: (LK_SQRT, 0, 0)
    case .reciprocal: (LK_RECIPROCAL, 0, 0)
    case .exp: (LK_EXP, 0, 0)
    case .expm1: (LK_EXPM1, 0, 0)
    case .log: (LK_LOG, 0, 0)
    case .log1p: (LK_LOG1P, 0, 0)
    case .sin: (LK_SIN, 0, 0)
    case .cos: (LK_COS, 0, 0)
    case .tanh: (LK_TANH, 0, 0)
    case .sigmoid: (LK_SIGMOID, 0, 0)
    case .relu: (LK_RELU, 0, 0)
    case .leakyReLU(let slope): (LK_LEAKY_RELU, slope, 0)
    case .gelu: (LK_GELU, 0, 0)
    case .softplus: (LK_SOFTPLUS, 0, 0)
    case .clamp(let low, let high): (LK_CLAMP, low, high)
    case .power(let exponent): (LK_POWER, exponent, 0)
    case .affine(let scale, let offset): (LK_AFFINE, scale, offset)
    case .quotient(let divisor): (LK_QUOTIENT, divisor, 0)
    case .floor: (LK_FLOOR, 0, 0)
    case .round: (LK_ROUND, 0, 0)
    case .ceil: (LK_CEIL, 0, 0)
    case .trunc: (LK_TRUNC, 0, 0)
    case .rsqrt: (LK_RSQRT, 0, 0)
    case .exp2: (LK_EXP2, 0, 0)
    case .log2: (LK_LOG2, 0, 0)
    case .log10: (LK_LOG10, 0, 0)
    case .erf: (LK_ERF, 0, 0)
    case .tan: (LK_TAN, 0, 0)
    case .asin: (LK_ASIN, 0, 0)
    case .acos: (LK_ACOS, 0, 0)
    case .atan: (LK_ATAN, 0, 0)
    case .sinh: (LK_SINH, 0, 0)
    case .cosh: (LK_COSH, 0, 0)
    case .asinh: (LK_ASINH, 0, 0)
    case .acosh: (LK_ACOSH, 0, 0)
    case .atanh: (LK_ATANH, 0, 0)
    }
  }
}

extension ZipFunction {
  var kernel: LKZip {
    switch self {
    case .add: LK_ADD
    case .subtract: LK_SUBTRACT
    case .multiply: LK_MULTIPLY
    case .divide: LK_DIVIDE
    case .power: LK_POWER_ZIP
    case .maximum: LK_MAXIMUM
    case .minimum: LK_MINIMUM
    case .less: LK_LESS
    case .lessEqual: LK_LESS_EQUAL
    case .greater: LK_GREATER
    case .greaterEqual: LK_GREATER_EQUAL
    case .equal: LK_EQUAL
    case .notEqual: LK_NOT_EQUAL
    case .remainder: LK_REMAINDER
    case .atan2: LK_ATAN2
    case .hypot: LK_HYPOT
    }
  }
}

extension Reduction {
  var kernel: LKReduction {
    switch self {
    case .sum: LK_SUM
    case .mean: LK_MEAN_OF
    case .max: LK_MAX_OF
    case .min: LK_MIN_OF
    case .product: LK_PRODUCT_OF
    }
  }
}

extension FusedActivation {
  var kernel: LKActivation {
    switch self {
    case .identity: LK_IDENTITY
    case .relu: LK_ACT_RELU
    case .tanh: LK_ACT_TANH
    case .sigmoid: LK_ACT_SIGMOID
    }
  }
}

extension RecurrentCell {
  var kernel: LKCell {
    switch self {
    case .lstm: LK_CELL_LSTM
    case .gru: LK_CELL_GRU
    case .tanh: LK_CELL_TANH
    case .relu: LK_CELL_RELU
    }
  }
}
