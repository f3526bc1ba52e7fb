/// A JSON value, with numbers as they are spelled and keys in their order.
package enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// A key with its value.
  package struct Member: Equatable, Sendable {
    package let key: String
    package let value: JSONValue

    package init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// Reads a whole text. O(bytes), and of memory at most 64 bytes for each of the text.
  ///
  /// - Throws: `FileError` with the offset, for what is no JSON and as ``JSONReader`` says.
  package init(_ text: String, name: String) throws {
    var reader = JSONReader(Array(text.utf8), name: name)
    self = try JSONValue(&reader)
    try reader.end()
  }

  private init(_ reader: inout JSONReader) throws {
    switch reader.next() {
    case UInt8(ascii: "{"):
      var members: [Member] = []
      try reader.object(of: "an object") { members.append(Member($1, try JSONValue(&$0))) }
      self = .object(members)
    case UInt8(ascii: "["):
      var elements: [JSONValue] = []
      try reader.array(of: "an array") { elements.append(try JSONValue(&$0)) }
      self = .array(elements)
    case UInt8(ascii: "\""): self = .string(try reader.string(of: "a value"))
    default:
      if let number = try reader.number() {
        self = .number(number)
      } else if reader.take(literal: "true") {
        self = .bool(true)
      } else if reader.take(literal: "false") {
        self = .bool(false)
      } else if reader.take(literal: "null") {
        self = .null
      } else {
        throw reader.failure("a JSON value", reader.found)
      }
    }
  }

  package init(_ number: some BinaryInteger) { self = .number(String(number)) }

  /// A finite number.
  package init(_ number: Double) { self = .number("\(number)") }
}

extension JSONValue {
  /// The text without white space.
  package var text: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .number(let spelling): text += spelling
    case .string(let string): JSONValue.write(string, to: &text)
    case .array(let elements):
      text += "["
      for (place, element) in elements.enumerated() {
        if place > 0 { text += "," }
        element.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (place, member) in members.enumerated() {
        if place > 0 { text += "," }
        JSONValue.write(member.key, to: &text)
        text += ":"
        member.value.write(to: &text)
      }
      text += "}"
    }
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case _ where scalar.value < 32:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
