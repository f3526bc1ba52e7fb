import LigatureFiles

/// Writes gzip members (RFC 1952) around what zlib deflates.
enum GzipBytes {
  /// One member with a file name and a comment in its header.
  static func member(_ contents: [UInt8]) -> [UInt8] {
    let stream = Zlib.shared?.compressed(contents) ?? []
    let header: [UInt8] = [0x1F, 0x8B, 8, 0x18, 0, 0, 0, 0, 0, 255]
    // A zlib stream is two bytes, the deflated data, and a sum of four bytes.
    return header + Array("name\0a comment\0".utf8) + stream.dropFirst(2).dropLast(4)
      + littleEndian(crc32(contents)) + littleEndian(UInt32(contents.count))
  }

  private static func littleEndian(_ value: UInt32) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private static func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in
        sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0)
      }
    }
  }
}
