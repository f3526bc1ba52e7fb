import Foundation
import LigatureFiles

/// A CSV file: a header of column names, and below it rows of numbers.
///
///     let file = try CSVFile(contentsOf: url)
///     file.columnNames                              // ["time", "level", "flow"]
///     let series = try file.tensor(["level", "flow"]) // [rows, 2]
///
/// Fields are parted by commas, semicolons or tabs, and may be quoted as RFC 4180 says; lines end
/// with LF or CRLF, and the text is UTF-8, with or without a byte order mark. Spaces around names
/// and numbers do not count, nor do empty lines at the end. Numbers are decimal, with a point:
/// `-1.5e3`.
///
/// What does not fit is refused with its line and column, never guessed at: rows of other lengths,
/// names that are empty or occur twice, and in the columns asked for, empty fields, numbers that
/// are not finite, and text. Columns that nobody asks for, such as dates, may hold anything.
///
/// The file is read in pieces, twice: once to be judged, and once for its numbers.
///
/// Source: RFC 4180, Y. Shafranovich, "Common Format and MIME Type for Comma-Separated Values (CSV)
/// Files", 2005.
public struct CSVFile: Sendable {
  /// What parts the fields.
  public enum Separator: UInt8, Sendable, CaseIterable {
    /// Between fields stands `,`, `;`, or a tab.
    case comma = 0x2C, semicolon = 0x3B, tab = 0x09
  }

  /// The names in the header, without the spaces around them. No two are equal, and none is empty.
  public let columnNames: [String]

  /// The number of rows below the header, at least 1.
  public let rowCount: Int

  /// What parts the fields.
  public let separator: Separator

  let source: ByteSource

  /// Opens a file, reads its header and judges its form. O(bytes), in 64 KB of memory beside the
  /// longest line.
  ///
  /// - Parameter separator: what parts the fields; by default it is found in the header, which
  ///   holds a tab, or else a semicolon, or else commas.
  /// - Throws: `FileError` if the file cannot be opened or is not of this format.
  public init(contentsOf url: URL, separator: Separator? = nil) throws {
    try self.init(ByteSource(url), separator: separator)
  }

  /// Reads the header of a file that is in memory, and judges its form.
  ///
  /// - Parameter name: what errors call the file.
  /// - Throws: `FileError` as `init(contentsOf:separator:)`.
  public init(bytes: [UInt8], name: String, separator: Separator? = nil) throws {
    try self.init(ByteSource(bytes, name: name), separator: separator)
  }

  private init(_ source: ByteSource, separator: Separator?) throws {
    self.source = source
    self.separator = try separator ?? .found(in: source)
    var scanner = try CSVScanner(source, separator: self.separator)
    columnNames = try scanner.header()
    var rows = 0
    while try scanner.nextRow(of: columnNames.count) { rows += 1 }
    rowCount = rows
    guard rows > 0 else {
      throw scanner.failure(
        expected: "rows of numbers below the header", found: "none",
        remedy: "check that this is the file you meant")
    }
  }
}
