import LigatureFiles

/// What the header and the first row say of every row.
struct CSVForm: Equatable {
  /// The names of the columns, without the spaces around them.
  private(set) var names: [String] = []

  /// 1 where a column without a name, an index, stands before the others.
  private(set) var indexCount = 0

  /// Whether the header ends in a separator.
  private var endsInSeparator = false

  /// The fields of a row, without the empty one behind a separator at its end.
  var fieldCount: Int { indexCount + names.count }

  /// Reads the first record. O(its bytes), in at most 100 bytes of memory for each of them.
  init(_ scanner: inout CSVScanner) throws {
    let first = try scanner.nextField()
    guard var field = first, !field.isNothing || field.ending == .separator else {
      throw scanner.failure(
        expected: "a header with the names of the columns", found: "nothing",
        remedy: "write them into the first line")
    }
    let start = field.place
    var known: Set<String> = []
    var isNumbers = true
    while true {
      let (name, isNumber) = try Self.name(field, scanner)
      let isLast = field.ending != .separator
      switch name.isEmpty {
      case true where isLast && field.isNothing && !names.isEmpty: endsInSeparator = true
      case true where !isLast && names.isEmpty && indexCount == 0: indexCount = 1
      default:
        guard !name.isEmpty, known.insert(name).inserted else {
          throw scanner.failure(
            at: field.place, expected: "names of columns that differ",
            found: name.isEmpty ? "an empty one" : CSVScanner.quoted(name) + " twice",
            remedy: "give each column a name of its own")
        }
        names.append(name)
        isNumbers = isNumbers && isNumber
      }
      guard !isLast, let next = try scanner.nextField() else { break }
      field = next
    }
    // The columns of a table without names are numbered beside its index.
    if isNumbers, indexCount == 0 {
      throw scanner.failure(
        at: start, expected: "a header with the names of the columns", found: "numbers",
        remedy: "write a line with names above them")
    }
  }

  private static func name(
    _ field: CSVScanner.Field, _ scanner: CSVScanner
  ) throws -> (String, isNumber: Bool) {
    try scanner.withBytes(of: field) { bytes in
      guard let name = String(validating: bytes, as: UTF8.self) else {
        throw scanner.failure(
          at: field.place, expected: "a text in UTF-8", found: "other bytes",
          remedy: "save it as UTF-8")
      }
      return (name, DecimalNumber(bytes) != nil)
    }
  }

  /// Whether a first row of one more field than the header has begins with the name of the row, as
  /// R writes it: in quotes, or no number.
  mutating func takeIndex(from row: CSVScanner.RowShape) {
    guard indexCount == 0, !endsInSeparator, row.fieldCount == names.count + 1,
      !row.endsInSeparator, row.beginsWithText
    else { return }
    indexCount = 1
  }
}
