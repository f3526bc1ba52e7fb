import LigatureFiles

/// Takes a text apart into records, and these into fields, as RFC 4180 says. Its memory is bounded,
/// whatever the text.
struct CSVScanner {
  static let quote = UInt8(ascii: "\"")
  static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  /// The most bytes of a field, and the most fields of a record.
  static let (fieldLimit, columnLimit) = (4096, 16_384)

  /// A place in the file: the line from 1, and the bytes before it.
  typealias Place = (line: Int, offset: Int)

  /// A field of the record.
  struct Field {
    /// Where its bytes lie in `text`.
    let bytes: Range<Int>
    /// Where it begins in the file.
    let place: Place
    let isQuoted: Bool
  }

  /// The fields of the record, one behind the other, without their quotes.
  private(set) var text: [UInt8] = []

  private(set) var fields: [Field] = []

  private let producer: PlainBytes
  private let separator: UInt8
  private var buffer = [UInt8](repeating: 0, count: ByteReader.capacity)
  private var unread: Range<Int> = 0..<0
  private var line = 1

  /// Begins behind a byte order mark, where there is one.
  init(_ source: ByteSource, separator: CSVFile.Separator) throws {
    producer = PlainBytes(source, 0..<source.byteCount)
    self.separator = separator.rawValue
    try fill()
    let start = Array(buffer[unread].prefix(3))
    if start == [0xEF, 0xBB, 0xBF] { unread = 3..<unread.upperBound }
    if start.prefix(2) == [0xFF, 0xFE] || start.prefix(2) == [0xFE, 0xFF] {
      throw failure(
        expected: "a text in UTF-8", found: "the mark of UTF-16", remedy: "save it as UTF-8")
    }
  }

  /// Reads the next record; `false` at the end of the text.
  mutating func next() throws -> Bool {
    text.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
    guard try peek() != nil else { return false }
    while try readField() {}
    return true
  }

  /// An error at a place, or where reading has come to.
  func failure(
    at place: Place? = nil, expected: String, found: String, remedy: String
  ) -> FileError {
    let place = place ?? self.place
    return FileError(
      file: producer.name, offset: place.offset, expected: "\(expected) (line \(place.line))",
      found: found, remedy: remedy)
  }

  private var place: Place { (line, producer.fileOffset - unread.count) }

  /// Reads a field and what ends it; `true` if another field follows.
  private mutating func readField() throws -> Bool {
    let start = place
    let first = text.count
    guard fields.count < Self.columnLimit else {
      throw failure(
        expected: "at most \(Self.columnLimit) columns", found: "more",
        remedy: "check that this is the file you meant")
    }
    let isQuoted = try peek() == Self.quote
    if isQuoted {
      _ = try take()
      try readQuoted(from: start)
    } else {
      while let byte = try peek(), isOrdinary(byte) { try append(from: start) }
    }
    fields.append(Field(bytes: first..<text.count, place: start, isQuoted: isQuoted))
    return try readEnd(of: start, isQuoted: isQuoted)
  }

  /// Reads up to the quote that ends a field.
  private mutating func readQuoted(from start: Place) throws {
    while let byte = try peek() {
      if byte == Self.quote {
        _ = try take()
        guard try peek() == Self.quote else { return }
      }
      try append(from: start)
    }
    throw failure(
      at: start, expected: "a quote that ends the field", found: "the end of the file",
      remedy: "the file is cut short, or a quote is missing")
  }

  /// Reads the separator or the end of the line behind a field; `true` for a separator.
  private mutating func readEnd(of start: Place, isQuoted: Bool) throws -> Bool {
    switch try take() {
    case separator: return true
    case nil, Self.lineFeed: return false
    case Self.carriageReturn:
      guard try take() == Self.lineFeed else {
        throw failure(
          at: start, expected: "lines that end with LF or CRLF", found: "a CR alone",
          remedy: "save the file with one of these")
      }
      return false
    default:
      throw failure(
        at: start,
        expected: isQuoted
          ? "a separator or the end of the line after a quoted field"
          : "a quote only at the beginning and the end of a field",
        found: isQuoted ? "more text" : "one within",
        remedy: "quote the whole field, and double the quotes in it")
    }
  }
}

extension CSVScanner {
  /// Whether a byte means the same in quotes and without.
  private func isOrdinary(_ byte: UInt8) -> Bool {
    byte != separator && byte != Self.lineFeed && byte != Self.carriageReturn && byte != Self.quote
  }

  /// Takes a byte, whatever it is, and the ordinary ones behind it in the buffer, into the field.
  private mutating func append(from start: Place) throws {
    guard let byte = try take() else { return }
    text.append(byte)
    var end = unread.lowerBound
    while end < unread.upperBound, isOrdinary(buffer[end]) { end += 1 }
    text.append(contentsOf: buffer[unread.lowerBound..<end])
    unread = end..<unread.upperBound
    guard text.count - (fields.last?.bytes.upperBound ?? 0) <= Self.fieldLimit else {
      throw failure(
        at: start, expected: "fields of at most \(Self.fieldLimit) bytes", found: "a longer one",
        remedy: "check that this is the file you meant, and that no quote is missing")
    }
  }

  private mutating func peek() throws -> UInt8? {
    if unread.isEmpty { try fill() }
    return unread.isEmpty ? nil : buffer[unread.lowerBound]
  }

  private mutating func take() throws -> UInt8? {
    guard let byte = try peek() else { return nil }
    unread = (unread.lowerBound + 1)..<unread.upperBound
    if byte == Self.lineFeed { line += 1 }
    return byte
  }

  private mutating func fill() throws {
    let producer = producer
    unread = 0..<(try buffer.withUnsafeMutableBytes { try producer.produce(into: $0) })
  }
}
