/// A function of one tensor, element by element.
struct Map: Operation {
  let function: MapFunction
  /// As the caller writes it, where that is not the function's own name.
  private let spelling: StaticString?

  init(_ function: MapFunction, _ spelling: StaticString? = nil) {
    self.function = function
    self.spelling = spelling
  }

  var name: String { spelling.map { "\($0)" } ?? "\(function)" }

  func output(of operands: [Tensor]) throws -> TensorSpec {
    let x = operands[0]
    if x.isDeferred || !x.scalarType.isFloatingPoint { try x.requireFloatingPoint(name) }
    return TensorSpec(like: x)
  }

  var canAdd: Bool { false }
  /// Of a sigmoid also what a loss goes back to.
  var keeps: Keeping {
    function == .sigmoid ? [.first, .result] : function.derivativeReadsInput ? .first : .result
  }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    result.perform(.map(function), operands)
  }

  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    let read = function.derivativeReadsInput ? pull.operand(0) : pull.result
    guard pull.isRecorded(gradient, read) else {
      return try pull.add(MapGradient(function), [read, gradient], to: 0)
    }
    if function == .gelu {
      return try pull.add(MapGradient(function), [read, gradient], to: 0)
    }
    try pull.add(gradient * function.derivative(at: read), to: 0)
  }

  var attributes: String {
    switch function {
    case .leakyReLU(let slope): "slope: \(slope)"
    case .clamp(let low, let high): "to: \(low)...\(high)"
    case .power(let exponent): "exponent: \(exponent)"
    case .affine(let scale, let offset): "scale: \(scale), offset: \(offset)"
    case .quotient(let divisor): "divisor: \(divisor)"
    default: ""
    }
  }
}

/// Of [what the derivative reads, gradient]: gradient times derivative, in one sweep.
struct MapGradient: Operation {
  let function: MapFunction

  init(_ function: MapFunction) { self.function = function }

  var name: String { "gradient of \(function)" }
  var keeps: Keeping { .operands }

  func output(of operands: [Tensor]) throws -> TensorSpec { TensorSpec(like: operands[0]) }

  func run(_ operands: [Tensor], into result: Tensor, adding: Bool) {
    result.perform(.mapGradient(function), operands, adding: adding)
  }

  /// Recorded for the one function whose derivative is not made of others, x Φ(x): its second
  /// derivative is φ(x) (2 - x²), with φ the density of the normal distribution.
  func differentiate(_ gradient: Tensor, _ pull: PullBack) throws {
    let (x, outer) = (pull.operand(0), pull.operand(1))
    if pull.needs(0) {
      let squares = try square(x)
      let density = try exp(squares * -0.5) * (1 / (2 * Double.pi).squareRoot())
      try pull.add(gradient * outer * density * (2 - squares), to: 0)
    }
    try pull.add(MapGradient(function), [x, gradient], to: 1)
  }
}

extension MapFunction {
  /// The derivative made of tensor operations, from the argument or from the value: whichever
  /// `derivativeReadsInput` says. Pieces that are constant have the derivative that the kernel
  /// gives them, also at kinks.
  func derivative(at read: Tensor) throws -> Tensor {
    switch self {
    case .negate: return try .full(read.shape, -1, read.scalarType)
    case .abs: return try LigatureTensors.sign(read)
    case .sign, .floor, .round, .ceil, .trunc: return try .zeros(read.shape, read.scalarType)
    case .square: return try read * 2
    case .sqrt: return try LigatureTensors.reciprocal(read) * 0.5
    case .reciprocal: return try -LigatureTensors.square(read)
    case .exp: return read
    case .expm1: return try read + 1
    case .log: return try LigatureTensors.reciprocal(read)
    case .log1p: return try LigatureTensors.reciprocal(read + 1)
    case .sin: return try LigatureTensors.cos(read)
    case .cos: return try -LigatureTensors.sin(read)
    case .tanh: return try 1 - LigatureTensors.square(read)
    case .rsqrt: return try LigatureTensors.square(read) * read * -0.5
    case .exp2: return try read * 0x1.62e42fefa39efp-1
    case .log2: return try LigatureTensors.reciprocal(read * 0x1.62e42fefa39efp-1)
    case .log10: return try LigatureTensors.reciprocal(read * 0x1.26bb1bbb55516p+1)
    case .erf:
      return try LigatureTensors.exp(-LigatureTensors.square(read)) * 0x1.20dd750429b6dp+0
    case .tan: return try LigatureTensors.square(read) + 1
    case .asin: return try LigatureTensors.rsqrt((1 - read) * (read + 1))
    case .acos: return try -LigatureTensors.rsqrt((1 - read) * (read + 1))
    case .atan: return try LigatureTensors.reciprocal(LigatureTensors.square(read) + 1)
    case .sinh: return try LigatureTensors.cosh(read)
    case .cosh: return try LigatureTensors.sinh(read)
    case .asinh: return try LigatureTensors.rsqrt(LigatureTensors.square(read) + 1)
    case .acosh: return try LigatureTensors.rsqrt((read - 1) * (read + 1))
    case .atanh: return try LigatureTensors.reciprocal((1 - read) * (read + 1))
    case .sigmoid: return try read * (1 - read)
    case .relu: return try read .> 0
    case .leakyReLU(let slope):
      return try select(
        read .>= 0, .ones([], read.scalarType), .full([], slope, read.scalarType))
    case .gelu: return try MapGradient(.gelu)([read, .ones(read.shape, read.scalarType)])
    case .softplus: return try LigatureTensors.sigmoid(read)
    case .clamp(let low, let high): return try (read .>= low) * (read .<= high)
    case .power(let exponent):
      // To the power 0 everything is 1, also 0, whose slope would come out as 0 · infinity.
      if exponent == 0 { return try .zeros(read.shape, read.scalarType) }
      return try pow(read, exponent - 1) * exponent
    case .affine(let scale, _): return try .full(read.shape, scale, read.scalarType)
    case .quotient(let divisor): return try .full(read.shape, 1 / divisor, read.scalarType)
    }
  }
}
