import LigatureFiles

/// The head of one data element of a MAT file: its type and length, and its data if they are short.
struct MATElement {
  /// The numbers by which the format tells element types apart (table 5-1).
  enum Code {
    static let int8: UInt32 = 1
    static let int32: UInt32 = 5
    static let uint32: UInt32 = 6
    static let matrix: UInt32 = 14
    static let compressed: UInt32 = 15
    static let utf8: UInt32 = 16
    static let last: UInt32 = 18
  }

  /// The bytes of a tag, which every element has.
  static let tagByteCount = 8

  let code: UInt32

  /// The data's length without padding.
  let byteCount: Int

  /// The data of a small element, which stand in the tag itself.
  let inlineBytes: [UInt8]?

  /// Reads the eight bytes of a tag.
  ///
  /// A small element packs length and type into the first word, and up to four bytes into the
  /// second.
  init(from reader: ByteReader, bigEndian: Bool, of what: String) throws {
    let tag = try reader.bytes(8, of: "the tag of \(what)")
    let first = MATElement.word(tag[0..<4], bigEndian: bigEndian)
    if first >> 16 == 0 {
      code = first
      byteCount = Int(MATElement.word(tag[4..<8], bigEndian: bigEndian))
      inlineBytes = nil
    } else {
      code = first & 0xFFFF
      byteCount = Int(first >> 16)
      guard byteCount <= 4 else {
        throw reader.failure(
          expected: "at most 4 bytes in a small data element (\(what))", found: "\(byteCount)",
          remedy: "the file is damaged, so copy or download it again")
      }
      inlineBytes = Array(tag[4..<4 + byteCount])
    }
  }

  /// The bytes from the tag's end to the next element.
  var paddedCount: Int { inlineBytes == nil ? (byteCount + 7) & ~7 : 0 }

  /// The type of the numbers in this element, or `nil` if it does not hold numbers.
  var storedType: StoredType? {
    let table: [UInt32: StoredType] = [
      1: .int8, 2: .uint8, 3: .int16, 4: .uint16, 5: .int32, 6: .uint32, 7: .float32, 9: .float64,
      12: .int64, 13: .uint64, 16: .uint8, 17: .uint16, 18: .uint32,
    ]
    return table[code]
  }

  /// Reads the data of an element that is known to be short, and its padding.
  ///
  /// - Parameter limit: the most bytes that make sense.
  func contents(from reader: ByteReader, atMost limit: Int, of what: String) throws -> [UInt8] {
    if let inlineBytes { return inlineBytes }
    guard byteCount <= limit else {
      throw reader.failure(
        expected: "at most \(limit) bytes of \(what)", found: "a length of \(byteCount)",
        remedy: "the file is damaged, so copy or download it again")
    }
    let bytes = try reader.bytes(byteCount, of: what)
    try reader.skip(paddedCount - byteCount, of: "the padding of \(what)")
    return bytes
  }

  /// A number of 32 bits in the file's byte order.
  static func word(_ bytes: some Collection<UInt8>, bigEndian: Bool) -> UInt32 {
    let value = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return bigEndian ? value : value.byteSwapped
  }
}
