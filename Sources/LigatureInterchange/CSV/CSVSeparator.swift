import LigatureFiles

extension CSVFile.Separator {
  /// The separator of a file, by its first line: a tab if there is one outside of quotes, or else a
  /// semicolon, or else a comma, which is also that of a file of one column.
  static func found(in source: ByteSource) throws -> CSVFile.Separator {
    var start = [UInt8](repeating: 0, count: 64 << 10)
    let count = try start.withUnsafeMutableBytes { try source.read(into: $0, at: 0) }
    var isQuoted = false
    var seen: Set<UInt8> = []
    for byte in start.prefix(count) {
      if byte == CSVScanner.quote { isQuoted.toggle() }
      guard !isQuoted else { continue }
      if byte == CSVScanner.lineFeed { break }
      seen.insert(byte)
    }
    let candidates: [CSVFile.Separator] = [.tab, .semicolon]
    return candidates.first { seen.contains($0.rawValue) } ?? .comma
  }
}
