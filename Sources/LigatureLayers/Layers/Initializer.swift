import LigatureNetworks
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
  /// Rows (or, where there are fewer of them, columns) of length 1 that are orthogonal to one
  /// another (Saxe, McClelland and Ganguli 2014). O(rows · rows · columns).
  case orthogonal

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
          .setting, context.path, "an initialiser has limit \(limit)",
          remedy: "Give a number of 0 or more")
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
    case .orthogonal:
      let (rows, columns) = (Int(inputs), Int(outputs))
      let drawn = try stream.normal([min(rows, columns), max(rows, columns)], .float64)
      let basis = try Tensor(
        orthonormalRows(of: drawn.doubles(), drawn.shape[1]), shape: drawn.shape)
      return try (rows <= columns ? basis : basis.transposed).reshaped(to: shape).cast(to: type)
    }
  }

  /// Gram and Schmidt's rows of a matrix, each made orthogonal to those before it twice, which keeps
  /// the errors of rounding small (Giraud et al. 2005).
  private func orthonormalRows(of values: [Double], _ columns: Int) -> [Double] {
    var values = values
    for start in stride(from: 0, to: values.count, by: max(columns, 1)) {
      let row = start..<start + columns
      for _ in 0..<2 {
        for earlier in stride(from: 0, to: start, by: columns) {
          let projection = row.reduce(0.0) { $0 + values[$1] * values[earlier + $1 - start] }
          for place in row { values[place] -= projection * values[earlier + place - start] }
        }
      }
      let length = row.reduce(0.0) { $0 + values[$1] * values[$1] }.squareRoot()
      if length > 0 { for place in row { values[place] /= length } }
    }
    return values
  }
}
