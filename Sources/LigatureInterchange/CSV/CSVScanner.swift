import LigatureFiles

/// Takes a text apart into fields, as RFC 4180 says, one after another.
///
/// A field lies whole in the buffer, which moves along the text: whatever the text, the memory is
/// that of the buffer. O(bytes).
struct CSVScanner {
  static let quote = UInt8(ascii: "\"")
  static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  /// The most bytes of a field.
  static let fieldLimit = 4096

  /// A place in the file: the line from 1, and the bytes before it.
  typealias Place = (line: Int, offset: Int)

  /// What stands behind a field.
  enum Ending {
    case separator, line, text
  }

  /// A field of the text.
  struct Field {
    /// Where it begins in the file.
    let place: Place
    let isQuoted: Bool
    let ending: Ending
    /// Where its bytes lie in the buffer, or in ``CSVScanner/unquoted`` where quotes were doubled.
    fileprivate let bytes: Range<Int>
    fileprivate let isRewritten: Bool

    /// Whether nothing stands there, which a pair of quotes is not.
    var isNothing: Bool { bytes.isEmpty && !isQuoted }
  }

  private let producer: PlainBytes
  private let separator: UInt8
  private let buffer: CSVBuffer
  /// Where the buffer begins in the file.
  private var offset = 0
  private var next = 0
  private var end = 0
  private var line = 1
  /// Whether the file may have more than is in the buffer.
  private var hasMore = true
  private var isBehindSeparator = false
  /// The last field that had doubled quotes, with one of each.
  private var unquoted: [UInt8] = []

  /// Begins behind a byte order mark and a line `sep=;`, as Excel writes it, where there are these.
  init(_ source: ByteSource, separator: CSVFile.Separator) throws {
    producer = PlainBytes(source, 0..<source.byteCount)
    self.separator = separator.rawValue
    buffer = CSVBuffer()
    let start = try CSVStart(source)
    try fill()
    next = start.byteCount
    if start.separator != nil { line = 2 }
  }

  /// Reads the next field; nil at the end of the text. Where the text ends behind a separator, an
  /// empty field is still to come.
  mutating func nextField() throws -> Field? {
    // A field with all its quotes doubled, the quotes around it, and what ends the line.
    if end - next < 2 * Self.fieldLimit + 8, hasMore { try fill() }
    if next == end, !isBehindSeparator { return nil }
    isBehindSeparator = false
    let field =
      next < end && buffer[next] == Self.quote ? try quotedField() : try plainField()
    isBehindSeparator = field.ending == .separator
    return field
  }

  /// Hands the bytes of the field that was read last to `body`, without spaces and tabs at either
  /// end.
  func withBytes<Result>(
    of field: Field, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    if field.isRewritten {
      return try unquoted.withUnsafeBufferPointer { try body(Self.trimmed($0)) }
    }
    return try body(Self.trimmed(.init(rebasing: buffer.bytes[field.bytes])))
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

  private var place: Place { (line, offset + next) }

  private static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var (first, last) = (0, bytes.count)
    while first < last, bytes[first] == 0x20 || bytes[first] == 0x09 { first += 1 }
    while last > first, bytes[last - 1] == 0x20 || bytes[last - 1] == 0x09 { last -= 1 }
    return UnsafeBufferPointer(rebasing: bytes[first..<last])
  }
}

extension CSVScanner {
  private mutating func plainField() throws -> Field {
    let start = place
    let first = next
    let bytes = buffer.bytes
    let stop = min(end, first + Self.fieldLimit + 1)
    var last = first
    while last < stop {
      let byte = bytes[last]
      if byte == separator || byte == Self.lineFeed || byte == Self.carriageReturn
        || byte == Self.quote
      {
        break
      }
      last += 1
    }
    next = last
    guard last - first <= Self.fieldLimit else { throw tooLong(start) }
    let ending = try readEnd(of: start, isQuoted: false)
    return Field(
      place: start, isQuoted: false, ending: ending, bytes: first..<last, isRewritten: false)
  }

  private mutating func quotedField() throws -> Field {
    let start = place
    next += 1
    let first = next
    var last = first
    var count = 0
    var isRewritten = false
    while true {
      guard last < end else {
        throw failure(
          at: start, expected: "a quote that ends the field", found: "the end of the file",
          remedy: "the file is cut short, or a quote is missing")
      }
      let byte = buffer[last]
      if byte == Self.quote {
        guard last + 1 < end, buffer[last + 1] == Self.quote else { break }
        if !isRewritten { unquoted = Array(buffer.bytes[first..<last]) }
        isRewritten = true
        last += 1
      }
      if isRewritten { unquoted.append(byte) }
      if byte == Self.lineFeed { line += 1 }
      last += 1
      count += 1
      guard count <= Self.fieldLimit else { throw tooLong(start) }
    }
    next = last + 1
    let ending = try readEnd(of: start, isQuoted: true)
    return Field(
      place: start, isQuoted: true, ending: ending, bytes: first..<last, isRewritten: isRewritten)
  }

  /// Reads the separator or the end of the line behind a field.
  private mutating func readEnd(of start: Place, isQuoted: Bool) throws -> Ending {
    guard next < end else { return .text }
    let byte = buffer[next]
    next += 1
    switch byte {
    case separator: return .separator
    case Self.lineFeed:
      line += 1
      return .line
    case Self.carriageReturn:
      guard next < end, buffer[next] == Self.lineFeed else {
        throw failure(
          at: start, expected: "lines that end with LF or CRLF", found: "a CR alone",
          remedy: "save the file with one of these")
      }
      next += 1
      line += 1
      return .line
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

  private func tooLong(_ start: Place) -> FileError {
    failure(
      at: start, expected: "fields of at most \(Self.fieldLimit) bytes", found: "a longer one",
      remedy: "check that this is the file you meant, and that no quote is missing")
  }

  /// Moves what is not read yet to the front of the buffer, and fills it up.
  private mutating func fill() throws {
    buffer.move(next..<end)
    offset += next
    end -= next
    next = 0
    while end < CSVBuffer.byteCount {
      let count = try producer.produce(into: buffer.room(from: end))
      guard count > 0 else {
        hasMore = false
        return
      }
      end += count
    }
  }
}

/// The memory of a scanner.
private final class CSVBuffer {
  static let byteCount = 64 << 10

  let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: byteCount)

  deinit { bytes.deallocate() }

  subscript(place: Int) -> UInt8 { bytes[place] }

  func move(_ range: Range<Int>) {
    guard range.lowerBound > 0, let base = bytes.baseAddress else { return }
    base.update(from: base + range.lowerBound, count: range.count)
  }

  func room(from place: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: bytes[place...]))
  }
}
