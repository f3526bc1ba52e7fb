import LigatureFiles

extension CSVFile.Separator {
  /// The separator of a file: the one that Excel's line `sep=;` names, or else the one with which
  /// the header and the row below it have as many fields, two at least. Of several it is the one
  /// that parts the most numbers, and of these the tab before the semicolon and the comma. Where
  /// none does, it is that of them which stands in the header, or the comma.
  static func found(in source: ByteSource) throws -> CSVFile.Separator {
    if let said = try CSVStart(source).separator {
      guard let separator = CSVFile.Separator(rawValue: said) else {
        throw FileError(
          file: source.name, offset: 4, expected: "a comma, a semicolon or a tab behind sep=",
          found: CSVScanner.quoted(String(decoding: [said], as: UTF8.self)),
          remedy: "save the table with one of these")
      }
      return separator
    }
    let candidates: [CSVFile.Separator] = [.tab, .semicolon, .comma]
    let trials = candidates.map { CSVTrial(source, separator: $0) }
    let best = trials.compactMap(\.score).max()
    let found = zip(candidates, trials).first { _, trial in
      best == nil ? trial.isInHeader : trial.score == best
    }
    return found?.0 ?? .comma
  }
}

/// What the header and the first row are with one separator.
private struct CSVTrial {
  /// Twice the fields of the row that are numbers, with a point or a comma, and one more if it is
  /// as long as the header; nil unless header and row go together.
  private(set) var score: Int?

  /// Whether the separator parts anything in the header.
  private(set) var isInHeader = false

  /// O(bytes of the two lines).
  init(_ source: ByteSource, separator: CSVFile.Separator) {
    do {
      var scanner = try CSVScanner(source, separator: separator)
      var endsInSeparator = false
      let header = try scanner.fieldCount { endsInSeparator = $0.isEmpty }
      isInHeader = header > 1
      guard isInHeader else { return }
      var numbers = 0
      let row = try scanner.fieldCount { field in
        let pointed = field.map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 }
        if pointed.withUnsafeBufferPointer({ DecimalNumber($0) }) != nil { numbers += 1 }
      }
      // One more where row names have no header, or where the row ends in a separator.
      if row == header || row == header + 1 || (row + 1 == header && endsInSeparator) {
        score = 2 * numbers + (row == header ? 1 : 0)
      }
    } catch {
      // With this separator it is no CSV file.
      return
    }
  }
}

extension CSVScanner {
  /// Reads a record, hands its fields to `body`, and counts them.
  fileprivate mutating func fieldCount(
    _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) throws -> Int {
    var count = 0
    while let field = try nextField() {
      withBytes(of: field, body)
      count += 1
      guard field.ending == .separator else { break }
    }
    return count
  }
}
