import Foundation
import LigatureFiles

/// Writes MAT-files of level 5 byte by byte, as an oracle that shares nothing with the reader.
struct MATBytes {
  var bigEndian = false
  private(set) var bytes: [UInt8] = []

  init(bigEndian: Bool = false) {
    self.bigEndian = bigEndian
    let text = Array("MATLAB 5.0 MAT-file, written by a test".utf8)
    bytes = text + [UInt8](repeating: 32, count: 116 - text.count) + [UInt8](repeating: 0, count: 8)
    bytes += bigEndian ? [0x01, 0x00, 0x4D, 0x49] : [0x00, 0x01, 0x49, 0x4D]
  }

  /// A whole number of some width in the file's byte order.
  func number(_ value: some FixedWidthInteger) -> [UInt8] {
    let ordered = bigEndian ? value.bigEndian : value.littleEndian
    return withUnsafeBytes(of: ordered) { Array($0) }
  }

  /// An element in its long form, padded to eight bytes.
  func element(_ code: UInt32, _ data: [UInt8]) -> [UInt8] {
    let padding = [UInt8](repeating: 0, count: (8 - data.count % 8) % 8)
    return number(code) + number(UInt32(data.count)) + data + padding
  }

  /// An element of at most four bytes in its short form.
  func smallElement(_ code: UInt32, _ data: [UInt8]) -> [UInt8] {
    number(UInt32(data.count) << 16 | code) + data + [UInt8](repeating: 0, count: 4 - data.count)
  }

  /// A matrix element from its parts.
  func matrix(
    _ name: String, size: [Int], classCode: UInt32, flags: UInt32 = 0, data: [UInt8]
  ) -> [UInt8] {
    let characters = Array(name.utf8)
    let parts =
      element(6, number(flags << 8 | classCode) + number(UInt32(0)))
      + element(5, size.flatMap { number(Int32($0)) })
      + (characters.count <= 4 ? smallElement(1, characters) : element(1, characters)) + data
    return number(UInt32(14)) + number(UInt32(parts.count)) + parts
  }

  /// An array of doubles stored as such.
  func doubles(_ name: String, size: [Int], _ values: [Double]) -> [UInt8] {
    matrix(
      name, size: size, classCode: 6, data: element(9, values.flatMap { number($0.bitPattern) }))
  }

  /// Adds an element as it is, or compressed.
  mutating func append(_ element: [UInt8], compressed: Bool = false) {
    guard compressed else {
      bytes += element
      return
    }
    let stream = Zlib.shared?.compressed(element) ?? []
    bytes += number(UInt32(15)) + number(UInt32(stream.count)) + stream
  }
}

/// Random numbers that are the same on every run (splitmix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
