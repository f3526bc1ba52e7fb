import LigatureTensors

/// How a learnable gets its first values.
public enum Initializer: Sendable, Codable, Equatable {
  /// All zeros.
  case zeros
  /// All ones.
  case ones
  /// Uniform within ±sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010).
  case glorotUniform
  /// Normal with variance 2 / (inputs + outputs) (Glorot and Bengio 2010).
  case glorotNormal
  /// Uniform within ±sqrt(6 / inputs) (He et al. 2015).
  case heUniform
  /// Normal with variance 2 / inputs (He et al. 2015).
  case heNormal
  /// Normal with mean 0.
  case normal(standardDeviation: Double)
  /// Uniform within ±limit.
  case uniform(limit: Double)

  /// Values of a shape, drawn from the network's stream for its next learnable. Inputs and outputs
  /// are the last two sizes, those before them counting to both.
  public func callAsFunction(_ shape: [Int], in context: Context) throws -> Tensor {
    let type = context.scalarType
    let outputs = Double(shape.last ?? 1)
    let inputs = Double(shape.dropLast().reduce(1, *))
    // Zeros and ones take a place in the order too, so that exchanging initialisers moves no other.
    var stream = context.initializationStream()
    func uniform(_ limit: Double) throws -> Tensor {
      guard limit.isFinite, limit >= 0 else {
        throw LayerError(
          context.path, "an initialiser has limit \(limit)", remedy: "Give a number of 0 or more")
      }
      if limit == 0 { return try .zeros(shape, type) }
      return try stream.uniform(shape, in: -limit..<limit, type)
    }
    switch self {
    case .zeros: return try .zeros(shape, type)
    case .ones: return try .ones(shape, type)
    case .glorotUniform: return try uniform((6 / max(inputs + outputs, 1)).squareRoot())
    case .glorotNormal:
      let deviation = (2 / max(inputs + outputs, 1)).squareRoot()
      return try stream.normal(shape, standardDeviation: deviation, type)
    case .heUniform: return try uniform((6 / max(inputs, 1)).squareRoot())
    case .heNormal:
      let deviation = (2 / max(inputs, 1)).squareRoot()
      return try stream.normal(shape, standardDeviation: deviation, type)
    case .normal(let deviation):
      return try stream.normal(shape, standardDeviation: deviation, type)
    case .uniform(let limit): return try uniform(limit)
    }
  }
}
