import LigatureFiles

/// The first parts of a matrix element: flags, dimensions and name.
struct MATMatrixHead {
  private static let mostAxes = 64
  private static let longestName = 4096

  let variable: MATVariable

  /// The position of the reader at which the element ends.
  let end: Int

  /// Reads from the element's own tag up to the data that follow its name.
  init(from reader: ByteReader, bigEndian: Bool) throws {
    let element = try MATElement(from: reader, bigEndian: bigEndian, of: "a variable")
    guard element.code == MATElement.Code.matrix, element.inlineBytes == nil else {
      throw reader.failure(
        expected: "a matrix (data type 14)", found: "data type \(element.code)",
        remedy: "the file is damaged, so copy or download it again")
    }
    guard element.byteCount <= reader.mostBytesLeft else {
      throw reader.failure(
        expected: "\(element.byteCount) bytes of a variable",
        found: "at most \(reader.mostBytesLeft)",
        remedy: "the file is damaged or cut short, so copy or download it again")
    }
    end = reader.position + element.byteCount

    func part(_ what: String, codes: Set<UInt32>, atMost limit: Int) throws -> [UInt8] {
      let part = try MATElement(from: reader, bigEndian: bigEndian, of: what)
      guard codes.contains(part.code) else {
        throw reader.failure(
          expected:
            "\(what) as data type \(codes.sorted().map(String.init).joined(separator: " or "))",
          found: "data type \(part.code)",
          remedy: "the file is damaged, so copy or download it again")
      }
      return try part.contents(from: reader, atMost: limit, of: what)
    }
    let flags = try part("a variable's flags", codes: [MATElement.Code.uint32], atMost: 8)
    let word = MATElement.word(flags.prefix(4), bigEndian: bigEndian)
    guard flags.count == 8,
      let kind = MATVariable.Class(code: UInt8(word & 0xFF), isLogical: word & 0x200 != 0)
    else {
      throw reader.failure(
        expected: "8 bytes of flags with a known class",
        found: "\(flags.count) with class \(word & 0xFF)",
        remedy: "the file is damaged or newer than this reader")
    }
    var size: [Int] = []
    if kind != .opaque {
      let bytes = try part(
        "a variable's size", codes: [MATElement.Code.int32], atMost: 4 * Self.mostAxes)
      size = stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map {
        Int(Int32(bitPattern: MATElement.word(bytes[$0..<$0 + 4], bigEndian: bigEndian)))
      }
      guard bytes.count % 4 == 0, size.count >= 2, size.allSatisfy({ $0 >= 0 }) else {
        throw reader.failure(
          expected: "two sizes or more, none of them negative",
          found: "\(size) in \(bytes.count) bytes",
          remedy: "the file is damaged, so copy or download it again")
      }
    }
    let name = try part(
      "a variable's name", codes: [MATElement.Code.int8, MATElement.Code.utf8],
      atMost: Self.longestName)
    variable = MATVariable(
      name: String(decoding: name, as: UTF8.self), size: size, class: kind,
      isComplex: word & 0x800 != 0)
    guard reader.position <= end else {
      throw reader.failure(
        expected: "flags, size and name within \(element.byteCount) bytes",
        found: "\(reader.position - end) bytes more",
        remedy: "the file is damaged, so copy or download it again")
    }
  }
}
