import LigatureFiles
import LigatureTensors

extension CSVScanner {
  /// The names in the first record.
  mutating func header() throws -> [String] {
    guard try next(), !isBlank else {
      throw failure(
        expected: "a header with the names of the columns", found: "nothing",
        remedy: "write them into the first line")
    }
    var names: [String] = []
    var known: Set<String> = []
    for field in fields {
      guard let name = String(validating: trimmed(field), as: UTF8.self) else {
        throw failure(
          at: field.place, expected: "a text in UTF-8", found: "other bytes",
          remedy: "save it as UTF-8")
      }
      guard !name.isEmpty, known.insert(name).inserted else {
        throw failure(
          at: field.place, expected: "names of columns that differ",
          found: name.isEmpty ? "an empty one" : Self.quoted(name) + " twice",
          remedy: "give each column a name of its own")
      }
      names.append(name)
    }
    if fields.allSatisfy({ decimalNumber(trimmed($0)) != nil }) {
      throw failure(
        at: fields[0].place, expected: "a header with the names of the columns",
        found: "numbers",
        remedy: "write a line with names above them")
    }
    return names
  }

  /// Reads the next row and checks its length; `false` where only empty lines are left.
  mutating func nextRow(of columnCount: Int) throws -> Bool {
    guard try next() else { return false }
    guard isBlank else {
      guard fields.count == columnCount else {
        throw failure(
          at: fields[0].place, expected: "\(counted(columnCount, "field")), as in the header",
          found: "\(fields.count)",
          remedy: "make all rows equally long, and quote fields that hold a separator")
      }
      return true
    }
    let gap = fields[0].place
    while try next() {
      guard isBlank else {
        throw failure(
          at: gap, expected: "a row", found: "an empty line with rows below it",
          remedy: "take it out")
      }
    }
    return false
  }

  /// The number in a field of the row.
  ///
  /// - Parameter name: what its column is called.
  func number<Scalar: BinaryFloatingPoint>(
    inColumn column: Int, named name: String, as type: Scalar.Type
  ) throws -> Scalar {
    let bytes = trimmed(fields[column])
    let number = decimalNumber(bytes).map { Scalar($0) }
    if let number, number.isFinite { return number }
    let pointed = bytes.map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 }
    let remedy =
      if bytes.isEmpty {
        "fill the gap, or take the row out"
      } else if number != nil {
        "it is too large for \(type); rescale the column"
      } else if decimalNumber(pointed[...]) != nil {
        "write decimals with a point"
      } else {
        "write a number such as -1.5e3, or leave the column out"
      }
    throw failure(
      at: fields[column].place,
      expected: "a finite number in column \(column + 1), \(Self.quoted(name))",
      found: bytes.isEmpty ? "an empty field" : Self.quoted(String(decoding: bytes, as: UTF8.self)),
      remedy: remedy)
  }

  /// A text from the file as an error shows it: in quotes, and not too long.
  static func quoted(_ text: String) -> String {
    "\"" + (text.count > 40 ? text.prefix(40) + "…" : text) + "\""
  }

  /// Whether the record is a line with nothing on it.
  private var isBlank: Bool { fields.count == 1 && fields[0].bytes.isEmpty && !fields[0].isQuoted }

  /// The bytes of a field, without spaces and tabs at either end.
  private func trimmed(_ field: Field) -> ArraySlice<UInt8> {
    let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    let bytes = text[field.bytes].drop(while: isSpace)
    let end = bytes.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? bytes.startIndex
    return bytes[..<end]
  }
}
