import LigatureFiles

/// A way in which chunks are packed.
enum HDF5Filter: Equatable {
  case deflate
  /// The first bytes of all elements, then the second ones, and so on.
  case shuffle
  /// A checksum behind the bytes.
  case fletcher32

  /// The filters in the order in which they were applied.
  static func list(_ fields: HDF5Fields) throws -> [HDF5Filter] {
    var fields = fields
    let version = try fields.number(1)
    let count = try fields.number(1)
    guard version == 1 || version == 2, count <= 32 else {
      throw fields.damage("up to 32 filters of version 1 or 2", "\(count) of version \(version)")
    }
    if version == 1 { try fields.skip(6) }
    return try (0..<count).map { _ in
      let number = try fields.number(2)
      let nameCount = version == 1 || number >= 256 ? try fields.number(2) : 0
      try fields.skip(2)
      let values = try fields.number(2)
      try fields.skip(version == 1 ? (nameCount + 7) & ~7 : nameCount)
      try fields.skip(4 * values + (version == 1 && values % 2 == 1 ? 4 : 0))
      switch number {
      case 1: return .deflate
      case 2: return .shuffle
      case 3: return .fletcher32
      default:
        throw fields.refusal(
          "chunks packed with deflate, shuffle or Fletcher-32", "filter \(number)")
      }
    }
  }

  /// The elements' bytes in their places.
  static func unshuffled(_ bytes: [UInt8], elementByteCount size: Int) -> [UInt8] {
    guard size > 1 else { return bytes }
    let count = bytes.count / size
    var result = bytes
    for byte in 0..<size {
      for element in 0..<count { result[element * size + byte] = bytes[byte * count + element] }
    }
    return result
  }

  /// Whether the last four bytes are the checksum of those before.
  static func hasRightSum(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 4 else { return false }
    var (first, second) = (UInt64(0), UInt64(0))
    let end = bytes.count - 4
    for place in stride(from: 0, to: end, by: 2) {
      let low = place + 1 < end ? UInt64(bytes[place + 1]) : 0
      first = (first + (UInt64(bytes[place]) << 8 | low)) % 0xFFFF
      second = (second + first) % 0xFFFF
    }
    let stored = (0..<4).reduce(UInt64(0)) { $0 | UInt64(bytes[end + $1]) << UInt64(8 * $1) }
    return (stored & 0xFFFF) % 0xFFFF == first && (stored >> 16) % 0xFFFF == second
  }
}
