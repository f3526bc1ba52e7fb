/// A number as files store it, with its conversions to the types it may be read as.
protocol StoredNumber {
  static func load(_ address: UnsafeRawPointer, swapped: Bool) -> Self
  var float: Float { get }
  var double: Double { get }
  /// The same number, or `nil` if it is not whole or out of range.
  var exactInt64: Int64? { get }
}

extension StoredNumber where Self: FixedWidthInteger {
  @inline(__always)
  static func load(_ address: UnsafeRawPointer, swapped: Bool) -> Self {
    let value = address.loadUnaligned(as: Self.self)
    return swapped ? value.byteSwapped : value
  }

  @inline(__always) var float: Float { Float(self) }
  @inline(__always) var double: Double { Double(self) }
  @inline(__always) var exactInt64: Int64? { Int64(exactly: self) }
}

extension Int8: StoredNumber {}
extension UInt8: StoredNumber {}
extension Int16: StoredNumber {}
extension UInt16: StoredNumber {}
extension Int32: StoredNumber {}
extension UInt32: StoredNumber {}
extension Int64: StoredNumber {}
extension UInt64: StoredNumber {}

extension Float: StoredNumber {
  @inline(__always)
  static func load(_ address: UnsafeRawPointer, swapped: Bool) -> Float {
    Float(bitPattern: UInt32.load(address, swapped: swapped))
  }

  @inline(__always) var float: Float { self }
  @inline(__always) var double: Double { Double(self) }
  @inline(__always) var exactInt64: Int64? { Int64(exactly: self) }
}

extension Double: StoredNumber {
  @inline(__always)
  static func load(_ address: UnsafeRawPointer, swapped: Bool) -> Double {
    Double(bitPattern: UInt64.load(address, swapped: swapped))
  }

  @inline(__always) var float: Float { Float(self) }
  @inline(__always) var double: Double { self }
  @inline(__always) var exactInt64: Int64? { Int64(exactly: self) }
}

/// A number of 16 bits after IEEE 754.
struct Half: StoredNumber, CustomStringConvertible {
  // Nothing else, since its size is that of a number in a file.
  let bits: UInt16

  @inline(__always)
  static func load(_ address: UnsafeRawPointer, swapped: Bool) -> Half {
    Half(bits: UInt16.load(address, swapped: swapped))
  }

  @inline(__always) var float: Float { Float(halfBits: bits) }

  @inline(__always) var double: Double { Double(float) }
  @inline(__always) var exactInt64: Int64? { Int64(exactly: float) }
  var description: String { "\(float)" }
}

/// The types of number that files store.
enum StoredType: Sendable {
  case int8, uint8, int16, uint16, int32, uint32, int64, uint64, float16, float32, float64

  var byteCount: Int {
    switch self {
    case .int8, .uint8: 1
    case .int16, .uint16, .float16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }
}
