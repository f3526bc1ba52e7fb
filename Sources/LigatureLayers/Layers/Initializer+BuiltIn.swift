import LigatureNetworks
import LigatureTensors

extension Initializer {
  /// All zeros.
  public static let zeros = builtIn("zeros") { shape, type, _ in try .zeros(shape, type) }

  /// All ones.
  public static let ones = builtIn("ones") { shape, type, _ in try .ones(shape, type) }

  /// Uniform within ±sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010).
  public static let glorotUniform = builtIn("glorotUniform") { shape, type, stream in
    try uniform((6 / max(inputs(shape) + outputs(shape), 1)).squareRoot(), shape, type, &stream)
  }

  /// Normal with variance 2 / (inputs + outputs) (Glorot and Bengio 2010).
  public static let glorotNormal = builtIn("glorotNormal") { shape, type, stream in
    let deviation = (2 / max(inputs(shape) + outputs(shape), 1)).squareRoot()
    return try stream.normal(shape, standardDeviation: deviation, type)
  }

  /// Uniform within ±sqrt(6 / inputs) (He et al. 2015).
  public static let heUniform = builtIn("heUniform") { shape, type, stream in
    try uniform((6 / max(inputs(shape), 1)).squareRoot(), shape, type, &stream)
  }

  /// Normal with variance 2 / inputs (He et al. 2015).
  public static let heNormal = builtIn("heNormal") { shape, type, stream in
    let deviation = (2 / max(inputs(shape), 1)).squareRoot()
    return try stream.normal(shape, standardDeviation: deviation, type)
  }

  /// Normal with mean 0. The deviation is not negative.
  public static func normal(standardDeviation: Double) -> Initializer {
    builtIn("normal", ["standardDeviation": standardDeviation]) { shape, type, stream in
      try requireSetting("normal", "standard deviation", standardDeviation)
      return try stream.normal(shape, standardDeviation: standardDeviation, type)
    }
  }

  /// Uniform within ±limit. The limit is not negative.
  public static func uniform(limit: Double) -> Initializer {
    builtIn("uniform", ["limit": limit]) { shape, type, stream in
      try requireSetting("uniform", "limit", limit)
      return try uniform(limit, shape, type, &stream)
    }
  }

  /// Rows (or, where there are fewer of them, columns) of length 1 that are at right angles to one
  /// another (Saxe, McClelland and Ganguli 2014). O(rows · rows · columns).
  public static let orthogonal = builtIn("orthogonal") { shape, type, stream in
    let columns = shape.last ?? 1
    // Throws where the product is no number of rows.
    guard let rows = Int(exactly: shape.dropLast().reduce(1.0) { $0 * Double($1) }), columns >= 0
    else { return try .zeros(shape, type) }
    let drawn = try stream.normal([min(rows, columns), max(rows, columns)], .float64)
    let orthogonal = try Tensor(
      orthonormalRows(of: drawn.doubles(), drawn.shape[1]), shape: drawn.shape)
    return try (rows <= columns ? orthogonal : orthogonal.transposed)
      .reshaped(to: shape).cast(to: type)
  }

  private static func builtIn(
    _ name: String, _ settings: [String: Double] = [:], _ function: @escaping Function
  ) -> Initializer {
    Initializer(name, settings: settings, isBuiltIn: true, function)
  }

  /// The outputs that an input goes to.
  private static func outputs(_ shape: [Int]) -> Double {
    Double(shape.last ?? 1) * leading(shape)
  }

  /// The inputs that go to an output.
  private static func inputs(_ shape: [Int]) -> Double {
    Double(shape.dropLast().last ?? 1) * leading(shape)
  }

  /// The places that a filter `[..., inputs, outputs]` has.
  private static func leading(_ shape: [Int]) -> Double {
    shape.dropLast(2).reduce(1) { $0 * Double($1) }
  }

  private static func uniform(
    _ limit: Double, _ shape: [Int], _ type: ScalarType, _ stream: inout RandomStream
  ) throws -> Tensor {
    if limit == 0 { return try .zeros(shape, type) }
    return try stream.uniform(shape, in: -limit..<limit, type)
  }

  private static func requireSetting(_ name: String, _ what: String, _ value: Double) throws {
    guard value.isFinite, value >= 0 else {
      throw TensorError(
        name, "an initialiser has \(what) \(value)", remedy: "Give a finite number of 0 or more")
    }
  }

  /// Gram and Schmidt's rows of a matrix, each made orthogonal to those before it twice, which
  /// keeps the errors of rounding small (Giraud et al. 2005).
  private static func orthonormalRows(of values: [Double], _ columns: Int) -> [Double] {
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
