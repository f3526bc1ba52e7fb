/// The checksums that PNG, zip and compressed data need.
package enum Checksum {
  fileprivate static let table = table(0xEDB8_8320)
  private static let castagnoli = table(0x82F6_3B78)

  /// What each byte adds to a sum of a reflected polynomial.
  private static func table(_ polynomial: UInt32) -> [UInt32] {
    (0..<256).map { byte in
      (0..<8).reduce(UInt32(byte)) { sum, _ in
        sum & 1 == 1 ? polynomial ^ (sum >> 1) : sum >> 1
      }
    }
  }

  private static func sum(_ bytes: some Sequence<UInt8>, _ table: [UInt32]) -> UInt32 {
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      sum = table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ (sum >> 8)
    }
    return ~sum
  }

  /// CRC-32 as in PNG (ISO 3309, reflected polynomial `EDB88320`). O(bytes).
  package static func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 { sum(bytes, table) }

  /// CRC-32C (RFC 3720, reflected polynomial `82F63B78`), as in records of events. O(bytes).
  package static func crc32c(_ bytes: some Sequence<UInt8>) -> UInt32 { sum(bytes, castagnoli) }

  /// Adler-32 as in RFC 1950. O(bytes).
  package static func adler32(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var low: UInt32 = 1
    var high: UInt32 = 0
    for byte in bytes {
      low = (low + UInt32(byte)) % 65521
      high = (high + low) % 65521
    }
    return high << 16 | low
  }
}

/// A CRC-32 of bytes that come in pieces.
package struct RunningCRC32: Sendable {
  private var sum: UInt32 = 0xFFFF_FFFF

  package init() {}

  /// Adds bytes. O(count).
  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    var sum = sum
    Checksum.table.withUnsafeBufferPointer { table in
      for byte in bytes { sum = table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ (sum >> 8) }
    }
    self.sum = sum
  }

  /// The sum of all bytes so far.
  package var value: UInt32 { ~sum }
}
