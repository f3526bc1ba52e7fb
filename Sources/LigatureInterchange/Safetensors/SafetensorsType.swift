import LigatureTensors

/// A type of number that safetensors files store, by its name there.
enum SafetensorsType: String, CaseIterable, Sendable {
  case float64 = "F64"
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int64 = "I64"
  case uint64 = "U64"
  case int32 = "I32"
  case uint32 = "U32"
  case int16 = "I16"
  case uint16 = "U16"
  case int8 = "I8"
  case uint8 = "U8"
  case bool = "BOOL"

  /// Whether a file may call a type so: one of these, or one that came later.
  static func isName(_ text: String) -> Bool {
    (1...16).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_")
      }
  }

  var byteCount: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// What a tensor of this type becomes: its own type, or the narrowest that holds every value.
  var scalarType: ScalarType {
    switch self {
    case .float64: .float64
    case .float32, .float16, .bfloat16: .float32
    case .int64, .uint64, .uint32: .int64
    case .int32, .int16, .uint16, .int8: .int32
    case .uint8, .bool: .uint8
    }
  }

  /// The type that a tensor is stored in, exactly.
  init(_ type: ScalarType) {
    switch type {
    case .float32: self = .float32
    case .float64: self = .float64
    case .int32: self = .int32
    case .int64: self = .int64
    case .uint8: self = .uint8
    }
  }
}

extension Float {
  /// A number of 16 bits after IEEE 754, exactly.
  init(halfBits bits: UInt16) {
    let exponent = bits >> 10 & 0x1F
    let fraction = UInt32(bits & 0x3FF)
    let sign: Float = bits >> 15 == 1 ? -1 : 1
    switch exponent {
    case 0: self = sign * Float(fraction) * 0x1p-24
    case 0x1F: self.init(bitPattern: UInt32(bits >> 15) << 31 | 0x7F80_0000 | fraction << 13)
    default:
      self.init(
        bitPattern: UInt32(bits >> 15) << 31 | (UInt32(exponent) + 112) << 23 | fraction << 13)
    }
  }
}
