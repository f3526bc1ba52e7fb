import LigatureFiles

/// What stands before the elements of an array of NumPy.
struct NPYHeader: Equatable, Sendable {
  /// NumPy itself reads no more than 10,000 bytes unless it is told to.
  static let longestText = 64 << 10

  let elementType: NPYFile.ElementType
  let isBigEndian: Bool
  let isFortranOrder: Bool
  let shape: [Int]
  /// Where the elements begin.
  let byteCount: Int

  /// Reads mark, version, length and text.
  init(from reader: ByteReader) throws {
    func refusal(_ expected: String, _ found: String, _ remedy: String) -> FileError {
      reader.failure(expected: expected, found: found, remedy: remedy)
    }
    let damaged = "the file is damaged, so copy or download it again"
    let mark = try reader.bytes(8, of: "the header")
    guard mark[0] == 0x93, mark[1..<6].elementsEqual("NUMPY".utf8) else {
      throw refusal(
        "a NumPy array (bytes 93 and NUMPY)", "other bytes",
        "check that this is the file you meant")
    }
    guard (1...3).contains(mark[6]), mark[7] == 0 else {
      throw refusal(
        "version 1.0, 2.0 or 3.0 of the format", "\(mark[6]).\(mark[7])",
        "save the array again with numpy.save")
    }
    let length = try reader.bytes(mark[6] == 1 ? 2 : 4, of: "the header's length")
      .reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= Self.longestText else {
      throw refusal("a header of at most \(Self.longestText) bytes", "\(length)", damaged)
    }
    let text = try reader.bytes(length, of: "the header")
    guard let fields = PythonDictionary(text),
      case .text(let descriptor)? = fields["descr"] ?? fields.unknown("descr"),
      case .truth(let isFortranOrder)? = fields["fortran_order"],
      case .sizes(let shape)? = fields["shape"]
    else {
      throw refusal(
        "a dictionary with descr, fortran_order and shape",
        "\"\(String(decoding: text.prefix(120), as: UTF8.self))\"", damaged)
    }
    guard let (type, isBigEndian) = Self.type(descriptor) else {
      throw refusal(
        "elements of a type of numbers, such as '<f4'", "'\(descriptor.prefix(40))'",
        Self.remedy(descriptor))
    }
    elementType = type
    self.isBigEndian = isBigEndian
    self.isFortranOrder = isFortranOrder
    self.shape = shape
    byteCount = reader.position
  }

  /// The type with a name such as `<f4`: byte order, kind, bytes.
  private static func type(_ name: String) -> (NPYFile.ElementType, isBigEndian: Bool)? {
    guard let first = name.first else { return nil }
    let hasOrder = "<>|=".contains(first)
    return NPYFile.ElementType(rawValue: String(hasOrder ? name.dropFirst() : name[...]))
      .map { ($0, first == ">") }
  }

  private static func remedy(_ descriptor: String) -> String {
    let kind = descriptor.drop { "<>|=".contains($0) }.first
    switch kind {
    case "O": return "such a file can run any code when it is read; save arrays of numbers"
    case "c": return "save its real and imaginary parts, x.real and x.imag, as two arrays"
    case "U", "S": return "texts are not read; save their numbers, such as those of classes"
    case "[": return "save each field of the array, x['name'], by itself"
    default: return "save it with astype(numpy.float64)"
    }
  }
}

/// The dictionary of a header: texts, truth values, and tuples of sizes.
private struct PythonDictionary {
  enum Value {
    case text(String)
    case truth(Bool)
    case sizes([Int])
    /// A list, as structured types have it, by its beginning.
    case other(String)
  }

  private var values: [String: Value] = [:]
  private var rest: ArraySlice<UInt8>

  /// Nil for what is no such dictionary.
  init?(_ text: [UInt8]) {
    rest = text[...]
    guard take("{") else { return nil }
    while !take("}") {
      guard let key = string(), take(":"), let value = value(), values[key] == nil else {
        return nil
      }
      values[key] = value
      if !take(",") {
        guard take("}") else { return nil }
        break
      }
    }
    skipSpaces()
    guard rest.isEmpty else { return nil }
  }

  subscript(_ key: String) -> Value? {
    if case .other? = values[key] { return nil }
    return values[key]
  }

  /// What is not understood, as a text.
  func unknown(_ key: String) -> Value? {
    if case .other(let text)? = values[key] { return .text(text) }
    return nil
  }

  private mutating func skipSpaces() { rest = rest.drop { $0 == 32 || (9...13).contains($0) } }

  private mutating func take(_ mark: Unicode.Scalar) -> Bool {
    skipSpaces()
    guard let first = rest.first, first == UInt8(ascii: mark) else { return false }
    rest = rest.dropFirst()
    return true
  }

  private mutating func string() -> String? {
    skipSpaces()
    guard let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
      let end = rest.dropFirst().firstIndex(of: quote)
    else { return nil }
    defer { rest = rest[(end + 1)...] }
    return String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)
  }

  private mutating func value() -> Value? {
    skipSpaces()
    switch rest.first {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return string().map(Value.text)
    case UInt8(ascii: "("): return sizes().map(Value.sizes)
    case UInt8(ascii: "["): return list()
    default:
      for (word, truth) in [("True", true), ("False", false)] where rest.starts(with: word.utf8) {
        rest = rest.dropFirst(word.utf8.count)
        return .truth(truth)
      }
      return nil
    }
  }

  private mutating func sizes() -> [Int]? {
    guard take("(") else { return nil }
    var sizes: [Int] = []
    while !take(")") {
      skipSpaces()
      let digits = rest.prefix { (48...57).contains($0) }
      guard (1...18).contains(digits.count), sizes.count < 64,
        let size = Int(String(decoding: digits, as: UTF8.self))
      else { return nil }
      rest = rest.dropFirst(digits.count)
      // Python 2 marked long numbers.
      if rest.first == UInt8(ascii: "L") { rest = rest.dropFirst() }
      sizes.append(size)
      if !take(",") {
        guard take(")") else { return nil }
        break
      }
    }
    return sizes
  }

  /// Passes over a list of fields, whose brackets match.
  private mutating func list() -> Value? {
    var depth = 0
    let start = rest
    while let byte = rest.first {
      if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "(") { depth += 1 }
      if byte == UInt8(ascii: "]") || byte == UInt8(ascii: ")") { depth -= 1 }
      rest = rest.dropFirst()
      if depth == 0 { return .other(String(decoding: start.prefix(40), as: UTF8.self)) }
    }
    return nil
  }
}
