import Foundation

/// Bytes of a protocol buffer message, field by field (the encoding of proto3's wire format).
struct ProtocolMessage {
  private(set) var bytes = Data()

  private enum WireType: UInt64 {
    case variable = 0
    case eightBytes = 1
    case bytes = 2
    case fourBytes = 5
  }

  private mutating func key(_ field: UInt64, _ type: WireType) {
    variable(field << 3 | type.rawValue)
  }

  private mutating func variable(_ number: UInt64) {
    var rest = number
    while rest > 0x7F {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func fixed(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ field: UInt64, integer: Int) {
    key(field, .variable)
    variable(UInt64(bitPattern: Int64(integer)))
  }

  mutating func add(_ field: UInt64, double: Double) {
    key(field, .eightBytes)
    fixed(double.bitPattern)
  }

  mutating func add(_ field: UInt64, float: Float) {
    key(field, .fourBytes)
    fixed(float.bitPattern)
  }

  mutating func add(_ field: UInt64, data: Data) {
    key(field, .bytes)
    variable(UInt64(data.count))
    bytes.append(data)
  }

  mutating func add(_ field: UInt64, text: String) { add(field, data: Data(text.utf8)) }

  mutating func add(_ field: UInt64, doubles: [Double]) {
    var packed = ProtocolMessage()
    for number in doubles { packed.fixed(number.bitPattern) }
    add(field, data: packed.bytes)
  }

  mutating func add(_ field: UInt64, _ build: (inout ProtocolMessage) -> Void) {
    var message = ProtocolMessage()
    build(&message)
    add(field, data: message.bytes)
  }
}
