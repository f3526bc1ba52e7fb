/// Reads JSON (RFC 8259) that somebody else wrote, one part at a time and in bounded memory.
///
/// Foundation's decoder keeps one of two equal keys without a word and knows no offsets, so
/// headers are read here: a key that stands twice, nesting beyond ``maximumDepth`` and bytes that
/// are not UTF-8 are errors which say where.
package struct JSONReader {
  /// Deeper than any file this package writes, and far from what a stack can bear.
  package static let maximumDepth = 64

  private let bytes: ArraySlice<UInt8>
  private let name: String
  /// What is added to a place in the text to give an offset in the file.
  private let base: Int
  package private(set) var position: Int
  private var depth = 0

  /// - Parameters:
  ///   - name: what errors call the file.
  ///   - base: the offset of the text in it.
  package init(_ bytes: [UInt8], name: String, base: Int = 0) {
    self.bytes = bytes[...]
    self.name = name
    self.base = base
    position = 0
  }

  /// Reads an object; `body` must read the value of each key it is given.
  package mutating func object(
    of what: String, _ body: (inout JSONReader, String) throws -> Void
  ) throws {
    try enter(UInt8(ascii: "{"), what)
    defer { depth -= 1 }
    if take(UInt8(ascii: "}")) { return }
    // Texts that Unicode holds to be the same are different keys if they are spelled otherwise.
    var seen: Set<[UInt8]> = []
    repeat {
      skipSpace()
      let start = position
      let key = try string(of: "a key of \(what)")
      guard seen.insert(Array(key.utf8)).inserted else {
        throw failure("each key of \(what) once", "\"\(key.prefix(80))\" again", at: start)
      }
      guard take(UInt8(ascii: ":")) else { throw failure("\":\" after a key", found) }
      try body(&self, key)
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw failure("\",\" or \"}\" in \(what)", found) }
  }

  /// Reads an array; `body` must read each element.
  package mutating func array(of what: String, _ body: (inout JSONReader) throws -> Void) throws {
    try enter(UInt8(ascii: "["), what)
    defer { depth -= 1 }
    if take(UInt8(ascii: "]")) { return }
    repeat { try body(&self) } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw failure("\",\" or \"]\" in \(what)", found) }
  }

  /// Reads a whole number of 0 or more.
  package mutating func count(of what: String) throws -> Int {
    skipSpace()
    let start = position
    guard let text = try number(), text.utf8.allSatisfy({ (48...57).contains($0) }),
      let value = Int(text)
    else { throw failure("\(what), a whole number from 0 to \(Int.max)", found(at: start)) }
    return value
  }

  /// Reads a number as it is spelled; nil if the next value is none.
  package mutating func number() throws -> String? {
    skipSpace()
    let start = position
    guard let first = peek, first == UInt8(ascii: "-") || (48...57).contains(first) else {
      return nil
    }
    _ = skip { $0 == UInt8(ascii: "-") ? 1 : 0 }
    let isZero = peek == UInt8(ascii: "0")
    let whole = digits()
    var isNumber = whole > 0 && !(isZero && whole > 1)
    if peek == UInt8(ascii: ".") {
      position += 1
      isNumber = digits() > 0 && isNumber
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      position += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
      isNumber = digits() > 0 && isNumber
    }
    guard isNumber else { throw failure("a number", found(at: start), at: start) }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// Takes a literal such as `true` if it comes next.
  package mutating func take(literal: StaticString) -> Bool {
    skipSpace()
    let count = literal.utf8CodeUnitCount
    guard bytes.count - position >= count else { return false }
    let matches = literal.withUTF8Buffer { bytes[position..<position + count].elementsEqual($0) }
    if matches { position += count }
    return matches
  }

  /// Makes sure that nothing but white space is left.
  package mutating func end() throws {
    skipSpace()
    guard position == bytes.count else { throw failure("the end of the JSON text", found) }
  }

  /// The next byte that is not white space.
  package mutating func next() -> UInt8? {
    skipSpace()
    return peek
  }

  /// An error at the place reached so far, or at another one.
  package func failure(
    _ expected: String, _ found: String, at place: Int? = nil,
    remedy: String = "the file is damaged or was not written by a program that knows the format, "
      + "so copy or write it again"
  ) -> FileError {
    FileError(
      file: name, offset: base + (place ?? position), expected: expected, found: found,
      remedy: remedy)
  }

  // MARK: Bytes

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
  package var found: String { found(at: position) }

  private func found(at place: Int) -> String {
    guard place < bytes.count else { return "the end of the text" }
    return "\"\(String(decoding: bytes[place...].prefix(12), as: UTF8.self))\""
  }

  private mutating func skip(_ step: (UInt8) -> Int) -> Int {
    guard let byte = peek else { return 0 }
    let count = step(byte)
    position += count
    return count
  }

  private mutating func digits() -> Int {
    let start = position
    while skip({ (48...57).contains($0) ? 1 : 0 }) > 0 {}
    return position - start
  }

  private mutating func skipSpace() {
    while skip({ $0 == 32 || (9...10).contains($0) || $0 == 13 ? 1 : 0 }) > 0 {}
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    return skip { $0 == byte ? 1 : 0 } > 0
  }

  private mutating func enter(_ byte: UInt8, _ what: String) throws {
    guard take(byte) else {
      throw failure("\"\(Character(UnicodeScalar(byte)))\" of \(what)", found)
    }
    depth += 1
    guard depth <= Self.maximumDepth else {
      throw failure(
        "at most \(Self.maximumDepth) levels of JSON", "more",
        remedy: "nest less deeply what is written, such as settings of a layer")
    }
  }

  /// Reads a string.
  package mutating func string(of what: String) throws -> String {
    skipSpace()
    guard take(UInt8(ascii: "\"")) else { throw failure("\(what), a string", found) }
    let start = position
    var text: [UInt8] = []
    while true {
      // Runs without escapes are taken whole.
      let run = position
      while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 32 {
        position += 1
      }
      text += bytes[run..<position]
      guard let byte = peek, byte >= 32 else {
        throw failure("the end of \(what)", peek == nil ? "the end of the text" : "a control byte")
      }
      position += 1
      if byte == UInt8(ascii: "\"") { break }
      text += Array(String(try escaped(what)).utf8)
    }
    guard let string = String(validating: text, as: UTF8.self) else {
      throw failure("\(what) in UTF-8", "other bytes", at: start)
    }
    return string
  }

  private mutating func escaped(_ what: String) throws -> UnicodeScalar {
    let start = position - 1
    let byte = peek
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UnicodeScalar(byte!)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      if let first = codeUnit() {
        if let scalar = UnicodeScalar(first) { return scalar }
        // Above U+FFFF a character is spelled as two.
        if (0xD800..<0xDC00).contains(first), peek == UInt8(ascii: "\\") {
          position += 1
          if skip({ $0 == UInt8(ascii: "u") ? 1 : 0 }) > 0, let second = codeUnit(),
            (0xDC00..<0xE000).contains(second),
            let scalar = UnicodeScalar(
              0x10000 + (UInt32(first) - 0xD800) << 10 + UInt32(second) - 0xDC00)
          {
            return scalar
          }
        }
      }
      fallthrough
    default:
      throw failure("an escape that JSON knows in \(what)", found(at: start), at: start)
    }
  }

  private mutating func codeUnit() -> UInt16? {
    guard bytes.count - position >= 4 else { return nil }
    let text = String(decoding: bytes[position..<position + 4], as: UTF8.self)
    guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
      let value = UInt16(text, radix: 16)
    else { return nil }
    position += 4
    return value
  }
}
