/// The type of a tensor's scalars, known at run time.
public enum ScalarType: String, Sendable, Codable, CaseIterable {
  /// 32-bit floating point, the type networks train in.
  case float32
  /// 64-bit floating point, the type gradients are checked in.
  case float64
  /// 32-bit signed integers.
  case int32
  /// 64-bit signed integers, the type of indices.
  case int64
  /// 8-bit unsigned integers, the type of raw images.
  case uint8

  /// Bytes of one scalar.
  public var byteCount: Int {
    switch self {
    case .float32, .int32: 4
    case .float64, .int64: 8
    case .uint8: 1
    }
  }

  /// Whether this is a floating-point type, on which derivatives exist.
  public var isFloatingPoint: Bool { self == .float32 || self == .float64 }

  /// The distance from 1 to the next larger number of a floating-point type; 1 for integers.
  public var epsilon: Double {
    switch self {
    case .float32: Double(Float.ulpOfOne)
    case .float64: Double.ulpOfOne
    case .int32, .int64, .uint8: 1
    }
  }

  /// The largest finite number of a floating-point type; that of float64 for integers.
  var greatestFinite: Double {
    self == .float32 ? Double(Float.greatestFiniteMagnitude) : .greatestFiniteMagnitude
  }
}

/// A Swift number type that a tensor can hold.
public protocol TensorScalar: Sendable {
  /// The tensor scalar type with this memory layout.
  static var scalarType: ScalarType { get }
}

extension Float: TensorScalar {
  /// `float32`.
  public static var scalarType: ScalarType { .float32 }
}
extension Double: TensorScalar {
  /// `float64`.
  public static var scalarType: ScalarType { .float64 }
}
extension Int32: TensorScalar {
  /// `int32`.
  public static var scalarType: ScalarType { .int32 }
}
extension Int64: TensorScalar {
  /// `int64`.
  public static var scalarType: ScalarType { .int64 }
}
extension Int: TensorScalar {
  /// `int64`.
  public static var scalarType: ScalarType { .int64 }
}
extension UInt8: TensorScalar {
  /// `uint8`.
  public static var scalarType: ScalarType { .uint8 }
}
