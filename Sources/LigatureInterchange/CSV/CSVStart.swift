import LigatureFiles

/// What stands before the header: a byte order mark, and the line `sep=;` in which Excel says what
/// parts the fields.
struct CSVStart {
  /// The bytes before the header.
  let byteCount: Int

  /// What the line says, where there is one.
  let separator: UInt8?

  init(_ source: ByteSource) throws {
    let reader = ByteReader(PlainBytes(source, 0..<source.byteCount), capacity: 16)
    let start = try reader.upTo(12)
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
      throw FileError(
        file: source.name, offset: 0, expected: "a text in UTF-8 (line 1)",
        found: "the mark of UTF-16", remedy: "save it as UTF-8")
    }
    let mark = start.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var rest = start.dropFirst(mark)
    let isQuoted = rest.first == CSVScanner.quote
    if isQuoted { rest = rest.dropFirst() }
    let name = String(decoding: rest.prefix(4), as: UTF8.self).lowercased()
    guard name == "sep=", rest.count > 4, let said = rest.dropFirst(4).first else {
      (byteCount, separator) = (mark, nil)
      return
    }
    rest = rest.dropFirst(5)
    if isQuoted, rest.first == CSVScanner.quote { rest = rest.dropFirst() }
    if rest.first == UInt8(ascii: "\r") { rest = rest.dropFirst() }
    guard rest.isEmpty || rest.first == CSVScanner.lineFeed else {
      (byteCount, separator) = (mark, nil)
      return
    }
    (byteCount, separator) = (rest.startIndex + min(1, rest.count), said)
  }
}
