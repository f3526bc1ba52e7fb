import LigatureFiles

/// The first parts of a matrix element: flags, dimensions and name.
struct MATMatrixHead {
  private static let mostAxes = 64
  private static let longestName = 4096

  let variable: MATVariable

  /// The position of the reader at which the element ends.
  let end: Int

  /// Whether the element has no parts at all, as an empty array in a container may be.
  let hasNoParts: Bool

  /// Reads from the element's own tag up to the data that follow its name.
  ///
  /// - Parameter subject: what errors call the array.
  init(from reader: ByteReader, bigEndian: Bool, of subject: String = "a variable") throws {
    let element = try MATElement(from: reader, bigEndian: bigEndian, of: subject)
    guard element.code == MATElement.Code.matrix, element.inlineBytes == nil else {
      throw reader.failure(
        expected: "a matrix (data type 14)", found: "data type \(element.code)",
        remedy: "the file is damaged, so copy or download it again")
    }
    guard element.byteCount <= reader.mostBytesLeft else {
      throw reader.failure(
        expected: "\(element.byteCount) bytes of \(subject)",
        found: "at most \(reader.mostBytesLeft)",
        remedy: "the file is damaged or cut short, so copy or download it again")
    }
    end = reader.position + element.byteCount
    hasNoParts = element.byteCount == 0
    guard !hasNoParts else {
      variable = MATVariable(name: "", size: [0, 0], class: .double, isComplex: false)
      return
    }

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
    let flags = try part("the flags of \(subject)", codes: [MATElement.Code.uint32], atMost: 8)
    let word = MATElement.word(flags.prefix(4), bigEndian: bigEndian)
    guard flags.count == 8,
      let kind = MATVariable.Class(code: UInt8(word & 0xFF), isLogical: word & 0x200 != 0)
    else {
      throw reader.failure(
        expected: "8 bytes of flags with a known class",
        found: "\(flags.count) with class \(word & 0xFF)",
        remedy: "the file is damaged or newer than this reader, so copy it again, or save it in "
          + "MATLAB with the option -v7")
    }
    var size: [Int] = []
    if kind != .opaque {
      let bytes = try part(
        "the size of \(subject)", codes: [MATElement.Code.int32, MATElement.Code.uint32],
        atMost: 4 * Self.mostAxes)
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
      "the name of \(subject)", codes: [MATElement.Code.int8, MATElement.Code.utf8],
      atMost: Self.longestName)
    variable = MATVariable(
      name: String(decoding: name, as: UTF8.self), size: size, class: kind,
      isComplex: word & 0x800 != 0,
      className: kind == .opaque
        ? try Self.className(from: reader, upTo: end, bigEndian: bigEndian) : nil)
    guard reader.position <= end else {
      throw reader.failure(
        expected: "flags, size and name within \(element.byteCount) bytes",
        found: "\(reader.position - end) bytes more",
        remedy: "the file is damaged, so copy or download it again")
    }
  }

  /// What an object's class is called, which stands behind the name of the system it belongs to.
  private static func className(
    from reader: ByteReader, upTo end: Int, bigEndian: Bool
  ) throws -> String? {
    var texts: [[UInt8]] = []
    while texts.count < 2, reader.position < end {
      let part = try MATElement(from: reader, bigEndian: bigEndian, of: "an object's class")
      guard [MATElement.Code.int8, MATElement.Code.utf8].contains(part.code),
        part.byteCount <= min(Self.longestName, end - reader.position)
          || part.inlineBytes != nil
      else { return nil }
      texts.append(
        try part.contents(from: reader, atMost: Self.longestName, of: "an object's class"))
    }
    return texts.count == 2 ? String(decoding: texts[1], as: UTF8.self) : nil
  }
}
