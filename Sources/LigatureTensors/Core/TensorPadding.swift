/// What stands around a tensor that is padded.
public enum TensorPadding: Sendable, Hashable, Codable, CustomStringConvertible {
  /// Zeros.
  case zeros
  /// A number.
  case constant(Double)
  /// The tensor mirrored at its first and last element, which are not repeated: c b | a b c | b a.
  case reflect
  /// The first and the last element: a a | a b c | c c.
  case replicate
  /// The tensor again and again: b c | a b c | a b.
  case circular

  public var description: String {
    switch self {
    case .zeros: "zeros"
    case .constant(let value): "constant \(value)"
    case .reflect: "reflect"
    case .replicate: "replicate"
    case .circular: "circular"
    }
  }
}
