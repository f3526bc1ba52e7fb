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
/// What other programs add is passed over: the line `sep=;` that Excel writes first, a separator at
/// the end of lines, and an index: a first column without a name (pandas, R), or names of rows that
/// the header leaves out altogether (R). Neither is among ``columnNames``.
///
/// What does not fit is refused with its line and column, never guessed at: rows of other lengths,
/// names that are empty or occur twice, and in the columns asked for, empty fields, numbers that
/// are not finite, and text. Columns that nobody asks for, such as dates, may hold anything. A
/// field has 4096 bytes at most; of columns there may be any number.
///
/// The file is read in pieces, twice: once to be judged, and once for its numbers. A core reads
/// about 100 MB of decimal numbers a second so.
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
  public var columnNames: [String] { form.names }

  /// The number of rows below the header, at least 1.
  public let rowCount: Int

  /// What parts the fields.
  public let separator: Separator

  let source: ByteSource
  let form: CSVForm

  /// Opens a file, reads its header and judges its form. O(bytes), in 64 KB of memory beside the
  /// names.
  ///
  /// - Parameter separator: what parts the fields; by default it is the one that Excel's first line
  ///   names, or with which the header and the row below it have as many fields.
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
    // What begins so is no table, even if it could be read as one.
    if let format = try source.format(), format != .json {
      throw source.refusal("a CSV file", format)
    }
    self = try source.reading("a CSV file", isText: true) {
      try CSVFile(judging: source, separator ?? .found(in: source))
    }
  }

  private init(judging source: ByteSource, _ separator: Separator) throws {
    self.source = source
    self.separator = separator
    var scanner = try CSVScanner(source, separator: separator)
    var form = try CSVForm(&scanner)
    var rows = 0
    while let row = try scanner.nextRow({ _, _, _ in }) {
      if rows == 0 { form.takeIndex(from: row) }
      try scanner.require(row, form)
      rows += 1
    }
    self.form = form
    rowCount = rows
    guard rows > 0 else {
      throw scanner.failure(
        expected: "rows of numbers below the header", found: "none",
        remedy: "check that this is the file you meant")
    }
  }
}
