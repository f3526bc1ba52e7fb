import LigatureDrawing

/// Takes a text apart into records, and these into fields, as RFC 4180 says. Its memory is bounded,
/// whatever the text.
final class CSVScanner {
  static let quote = UInt8(ascii: "\"")
  static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  /// The most bytes of a field, and the most fields of a record.
  static let (fieldLimit, columnLimit) = (4096, 16_384)

  /// What comes next within a record.
  private enum State {
    case fieldStart, plain, quoted, afterQuote, lineEnd
  }

  /// A field of the record.
  struct Field {
    /// Where its bytes lie in `text`.
    var bytes: Range<Int>
    /// The line it begins in, from 1.
    let line: Int
    /// Where it begins in the file.
    let offset: Int
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
  func next() throws -> Bool {
    text.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
    var state = State.fieldStart
    var start = place
    while let byte = try nextByte() {
      switch state {
      case .fieldStart where byte == Self.quote: state = .quoted
      case .fieldStart, .plain, .afterQuote:
        switch byte {
        case separator:
          try finishField(from: start, isQuoted: state == .afterQuote)
          start = place
          state = .fieldStart
        case Self.lineFeed:
          try finishField(from: start, isQuoted: state == .afterQuote)
          return true
        case Self.carriageReturn:
          try finishField(from: start, isQuoted: state == .afterQuote)
          state = .lineEnd
        case Self.quote where state == .plain:
          throw failure(
            at: start, expected: "a quote only at the beginning and the end of a field",
            found: "one within", remedy: "quote the whole field, and double the quotes in it")
        case Self.quote:
          try append(byte, to: start)
          state = .quoted
        default:
          guard state != .afterQuote else {
            throw failure(
              at: start, expected: "a separator or the end of the line after a quoted field",
              found: "more text", remedy: "double the quotes within a quoted field")
          }
          try append(byte, to: start)
          state = .plain
        }
      case .quoted:
        if byte == Self.quote { state = .afterQuote } else { try append(byte, to: start) }
      case .lineEnd:
        guard byte == Self.lineFeed else {
          throw failure(
            at: start, expected: "lines that end with LF or CRLF", found: "a CR alone",
            remedy: "save the file with one of these")
        }
        return true
      }
    }
    guard state != .quoted else {
      throw failure(
        at: start, expected: "a quote that ends the field", found: "the end of the file",
        remedy: "the file is cut short, or a quote is missing")
    }
    if state == .lineEnd { return true }
    if state == .fieldStart, fields.isEmpty { return false }
    try finishField(from: start, isQuoted: state == .afterQuote)
    return true
  }

  /// An error at a field, or where reading has come to.
  func failure(
    at field: (line: Int, offset: Int)? = nil, expected: String, found: String, remedy: String
  ) -> FileError {
    let (line, offset) = field ?? place
    return FileError(
      file: producer.name, offset: offset, expected: "\(expected) (line \(line))", found: found,
      remedy: remedy)
  }

  private var place: (line: Int, offset: Int) { (line, producer.fileOffset - unread.count) }

  private func append(_ byte: UInt8, to field: (line: Int, offset: Int)) throws {
    guard text.count - (fields.last?.bytes.upperBound ?? 0) < Self.fieldLimit else {
      throw failure(
        at: field, expected: "fields of at most \(Self.fieldLimit) bytes", found: "a longer one",
        remedy: "check that this is the file you meant, and that no quote is missing")
    }
    text.append(byte)
  }

  private func finishField(from start: (line: Int, offset: Int), isQuoted: Bool) throws {
    guard fields.count < Self.columnLimit else {
      throw failure(
        at: start, expected: "at most \(Self.columnLimit) columns", found: "more",
        remedy: "check that this is the file you meant")
    }
    fields.append(
      Field(
        bytes: (fields.last?.bytes.upperBound ?? 0)..<text.count, line: start.line,
        offset: start.offset, isQuoted: isQuoted))
  }

  private func nextByte() throws -> UInt8? {
    if unread.isEmpty { try fill() }
    guard let first = unread.first else { return nil }
    unread = (first + 1)..<unread.upperBound
    let byte = buffer[first]
    if byte == Self.lineFeed { line += 1 }
    return byte
  }

  private func fill() throws {
    unread = 0..<(try buffer.withUnsafeMutableBytes { try producer.produce(into: $0) })
  }
}
