/// The directory at the end of a zip archive.
struct ZipDirectory {
  private static let endByteCount = 22
  private static let longestComment = 0xFFFF

  private var offset: Int
  private var byteCount: Int
  private var count: Int

  /// Finds the end of the directory, which a comment may follow.
  init(_ source: ByteSource) throws {
    let tail = min(source.byteCount, Self.endByteCount + Self.longestComment)
    let start = source.byteCount - tail
    let bytes = try ByteReader(PlainBytes(source, start..<source.byteCount))
      .bytes(tail, of: "the end of the archive")
    var place = tail - Self.endByteCount
    while place >= 0, !Self.isEnd(bytes, at: place) { place -= 1 }
    guard place >= 0 else {
      throw FileError(
        file: source.name, offset: source.byteCount, expected: "the directory of a zip archive",
        found: "none at its end",
        remedy: "the file is cut short or is no zip archive, so copy or download it again")
    }
    count = Self.number(bytes, place + 10, 2)
    byteCount = Self.number(bytes, place + 12, 4)
    offset = Self.number(bytes, place + 16, 4)
    // The locator of the longer directory stands in the 20 bytes before.
    let isLonger = count == 0xFFFF || byteCount == 0xFFFF_FFFF || offset == 0xFFFF_FFFF
    if isLonger, place >= 20, Self.number(bytes, place - 20, 4) == 0x0706_4B50 {
      try readLongEnd(source, at: Self.number(bytes, place - 12, 8))
    }
    guard offset >= 0, byteCount >= 0, offset <= source.byteCount,
      byteCount <= source.byteCount - offset, count >= 0, count <= byteCount / 46
    else {
      throw Self.damage(
        source, source.byteCount, "a directory within the file",
        "one of \(count) entries in \(byteCount) bytes at byte \(offset)")
    }
  }

  private mutating func readLongEnd(_ source: ByteSource, at place: Int) throws {
    guard place >= 0, place <= source.byteCount - 56 else {
      throw Self.damage(source, nil, "the end of a zip64 directory in the file", "byte \(place)")
    }
    let bytes = try ByteReader(PlainBytes(source, place..<source.byteCount), capacity: 64)
      .bytes(56, of: "the end of the directory")
    guard Self.number(bytes, 0, 4) == 0x0606_4B50 else {
      throw Self.damage(source, place, "the end of a zip64 directory", "other bytes")
    }
    count = Self.number(bytes, 32, 8)
    byteCount = Self.number(bytes, 40, 8)
    offset = Self.number(bytes, 48, 8)
  }

  /// Reads all entries. O(entries).
  func entries(of source: ByteSource) throws -> [ZipArchive.Entry] {
    let reader = ByteReader(
      PlainBytes(source, offset..<(offset + byteCount)), capacity: 4 << 10)
    var entries: [ZipArchive.Entry] = []
    for number in 0..<count {
      let what = "entry \(number + 1) of the directory"
      let head = try reader.bytes(46, of: what)
      guard Self.number(head, 0, 4) == 0x0201_4B50 else {
        throw Self.damage(source, offset + reader.position - 46, what, "other bytes")
      }
      let name = try reader.bytes(Self.number(head, 28, 2), of: what)
      let extra = try reader.bytes(Self.number(head, 30, 2), of: what)
      try reader.skip(Self.number(head, 32, 2), of: what)
      var sizes = [
        Self.number(head, 24, 4), Self.number(head, 20, 4), Self.number(head, 42, 4),
      ]
      Self.widen(&sizes, by: extra)
      guard sizes.allSatisfy({ $0 >= 0 }), sizes[1] <= source.byteCount,
        sizes[2] <= source.byteCount
      else {
        throw Self.damage(
          source, offset + reader.position, "\(what) within the file",
          "\(sizes[1]) bytes at byte \(sizes[2])")
      }
      entries.append(
        ZipArchive.Entry(
          name: String(decoding: name, as: UTF8.self), byteCount: sizes[0], packedCount: sizes[1],
          sum: UInt32(Self.number(head, 16, 4)), method: Self.number(head, 10, 2),
          flags: Self.number(head, 8, 2), headerOffset: sizes[2]))
    }
    return entries
  }

  /// Takes sizes of 64 bits, of those that do not fit 32, from the extra field with the number 1.
  private static func widen(_ sizes: inout [Int], by extra: [UInt8]) {
    var place = 0
    while place + 4 <= extra.count {
      let (kind, length) = (number(extra, place, 2), number(extra, place + 2, 2))
      place += 4
      guard length <= extra.count - place else { return }
      if kind == 1 {
        var next = place
        for index in sizes.indices where sizes[index] == 0xFFFF_FFFF && next + 8 <= place + length {
          sizes[index] = number(extra, next, 8)
          next += 8
        }
      }
      place += length
    }
  }

  /// Whether a directory ends here, with a comment that reaches to the end of the file.
  private static func isEnd(_ bytes: [UInt8], at place: Int) -> Bool {
    bytes[place] == 0x50 && number(bytes, place, 4) == 0x0605_4B50
      && number(bytes, place + 20, 2) == bytes.count - place - endByteCount
  }

  /// A little-endian number; -1 for one that is no `Int`.
  private static func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int {
    let value = (0..<count).reduce(UInt64(0)) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
    return Int(exactly: value) ?? -1
  }

  private static func damage(
    _ source: ByteSource, _ offset: Int?, _ expected: String, _ found: String
  ) -> FileError {
    FileError(
      file: source.name, offset: offset, expected: expected, found: found,
      remedy: "the file is damaged or cut short, so copy or download it again")
  }
}
