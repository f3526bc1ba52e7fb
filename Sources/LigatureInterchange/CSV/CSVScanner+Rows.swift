import LigatureFiles
import LigatureTensors

extension CSVScanner {
  /// What a row is made of.
  struct RowShape {
    /// Its fields, without an empty one behind a separator at its end.
    var fieldCount = 0
    var endsInSeparator = false
    /// Whether its first field is quoted, or no number.
    var beginsWithText = false
    fileprivate var start: Place = (1, 0)
  }

  /// Reads the next row and hands its fields to `body`; nil where only empty lines are left.
  mutating func nextRow(
    _ body: (Int, Field, CSVScanner) throws -> Void
  ) throws -> RowShape? {
    guard var field = try nextField() else { return nil }
    if field.isNothing, field.ending != .separator {
      try requireNothing(from: field.place)
      return nil
    }
    var row = RowShape()
    row.start = field.place
    row.beginsWithText =
      field.isQuoted || withBytes(of: field) { !$0.isEmpty && DecimalNumber($0) == nil }
    while true {
      try body(row.fieldCount, field, self)
      guard field.ending == .separator, let next = try nextField() else {
        row.endsInSeparator = row.fieldCount > 0 && field.isNothing
        row.fieldCount += 1
        return row
      }
      row.fieldCount += 1
      field = next
    }
  }

  /// Throws unless a row is as long as the form says, or one separator longer.
  func require(_ row: RowShape, _ form: CSVForm) throws {
    let count = row.fieldCount
    guard count == form.fieldCount || (count == form.fieldCount + 1 && row.endsInSeparator) else {
      throw failure(
        at: row.start, expected: "\(counted(form.fieldCount, "field")), as in the header",
        found: "\(count)",
        remedy: "make all rows equally long, and quote fields that hold a separator")
    }
  }

  private mutating func requireNothing(from gap: Place) throws {
    while let field = try nextField() {
      guard field.isNothing, field.ending != .separator else {
        throw failure(
          at: gap, expected: "a row", found: "an empty line with rows below it",
          remedy: "take it out")
      }
    }
  }

  /// The error about a field that is no number which `type` can hold.
  ///
  /// - Parameter name: what its column is called.
  func noNumber(_ field: Field, inColumn column: Int, named name: String, as type: Any.Type)
    -> FileError
  {
    let bytes = withBytes(of: field) { Array($0) }
    func isNumber(_ bytes: [UInt8]) -> Bool {
      bytes.withUnsafeBufferPointer { DecimalNumber($0) } != nil
    }
    let remedy =
      if bytes.isEmpty {
        "fill the gap, or take the row out"
      } else if isNumber(bytes) {
        "it is too large for \(type); rescale the column"
      } else if isNumber(bytes.map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 }) {
        "write decimals with a point"
      } else {
        "write a number such as -1.5e3, or leave the column out"
      }
    return failure(
      at: field.place,
      expected: "a finite number in column \(column + 1), \(Self.quoted(name))",
      found: bytes.isEmpty ? "an empty field" : Self.quoted(String(decoding: bytes, as: UTF8.self)),
      remedy: remedy)
  }

  /// A text from the file as an error shows it: in quotes, and not too long.
  static func quoted(_ text: String) -> String {
    "\"" + (text.count > 40 ? text.prefix(40) + "…" : text) + "\""
  }
}
