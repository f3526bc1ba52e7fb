import Foundation
import LigatureFiles

/// A MAT-file of level 5, as MATLAB writes with `-v6` (plain) and `-v7` (compressed).
///
///     let file = try MATFile(contentsOf: url)
///     print(file.variables)                         // [XTrain: 28x28x1x5000 double, ...]
///     let images = try file.array("XTrain", as: Float.self, order: .lastFirst)
///     images.shape                                  // [5000, 28, 28, 1]
///
/// MATLAB stores arrays column-major, the first axis fastest. What this type returns is row-major,
/// the last axis fastest, with every element at the same indices: `X(i+1, j+1)` of MATLAB is
/// element `[i, j]`. `AxisOrder` puts axes in another order on the way.
///
/// Opening reads the heads of the variables, a few dozen bytes each. Reading a variable converts it
/// while it is read and inflated, in about 150 KB beside the result. Files of either byte order are
/// read.
///
/// Dense real arrays of numbers, logical values and characters are read as arrays. A cell array, in
/// which MATLAB keeps sequences, is read as a list of them; a field of a structure is named
/// `variable.field`:
///
///     let sequences = try file.tensors("XTrain", order: .reversed)  // each [time, features]
///     let labels = try file.tensor("data.labels")
///
/// A categorical array is read with ``categorical(_:)``. Sparse and complex arrays and other
/// objects, such as `table`, are listed, and refused with an error that says what to save instead.
///
/// A compressed variable may become 256 MB, or 100 times the file's size where that is more,
/// inflated and as it is read; beyond that it is refused, unless `inflatingAtMost` allows it.
///
/// Source: MathWorks, "MAT-File Format", chapter 1, level 5.
public struct MATFile: Sendable {
  /// The variables in the file's order.
  public var variables: [MATVariable] { entries.map(\.variable) }

  let source: ByteSource
  let bigEndian: Bool
  let zlib: Zlib?
  let limit: GrowthLimit
  /// Where the properties of objects stand; 0 where there are none.
  let subsystemOffset: Int
  private let entries: [Entry]
  /// Where each name stands last.
  private let places: [String: Int]

  /// A variable and where it stands.
  struct Entry: Sendable {
    let variable: MATVariable
    let range: Range<Int>
    let isCompressed: Bool
  }

  /// Opens a file and lists its variables. O(variables).
  ///
  /// - Parameter limit: the most bytes that a compressed variable may have, inflated and as it is
  ///   read, all cells of a cell array together; by default 256 MB, or 100 times the file's size
  ///   where that is more.
  /// - Throws: `FileError` if the file cannot be opened, is no MAT-file of level 5 or is cut short,
  ///   or if it is compressed and the system has no zlib.
  public init(contentsOf url: URL, inflatingAtMost limit: Int? = nil) throws {
    try self.init(ByteSource(url), inflatingAtMost: limit, zlib: .shared)
  }

  /// Lists the variables of a file that is in memory.
  ///
  /// - Parameters:
  ///   - name: what errors call the file.
  ///   - limit: as in `init(contentsOf:inflatingAtMost:)`.
  /// - Throws: `FileError` as `init(contentsOf:inflatingAtMost:)`.
  public init(bytes: [UInt8], name: String, inflatingAtMost limit: Int? = nil) throws {
    try self.init(ByteSource(bytes, name: name), inflatingAtMost: limit, zlib: .shared)
  }

  init(_ source: ByteSource, inflatingAtMost limit: Int? = nil, zlib: Zlib?) throws {
    self.source = source
    self.zlib = zlib
    self.limit = GrowthLimit(limit, for: source)
    let preamble = try source.reading("a MAT-file of level 5", own: [.mat5]) {
      try MATPreamble(source)
    }
    bigEndian = preamble.bigEndian
    subsystemOffset = preamble.subsystemOffset
    entries = try MATFile.list(source, preamble, limit: self.limit, zlib: zlib)
    places = Dictionary(entries.enumerated().map { ($1.variable.name, $0) }) { $1 }
  }

  /// Whether there is a variable of a name.
  func has(_ name: String) -> Bool { places[name] != nil }

  /// The entry of a name; the last one if a name occurs twice, as MATLAB's own `load` leaves it.
  func entry(_ name: String) throws -> Entry {
    guard let place = places[name] else {
      let names = entries.prefix(20).map { "\"\($0.variable.name)\"" }.joined(separator: ", ")
      throw FileError(
        file: source.name, expected: "a variable \"\(name)\"",
        found: names.isEmpty ? "no variable at all" : names,
        remedy: names.isEmpty
          ? "save it in MATLAB again, with the variable" : "ask for one of those that are there")
    }
    return entries[place]
  }
}

extension MATFile {
  /// Walks over the file's elements and reads the head of each variable.
  private static func list(
    _ source: ByteSource, _ preamble: MATPreamble, limit: GrowthLimit, zlib: Zlib?
  ) throws -> [Entry] {
    let bigEndian = preamble.bigEndian
    var entries: [Entry] = []
    var offset = MATPreamble.byteCount
    while offset < source.byteCount {
      let reader = ByteReader(PlainBytes(source, offset..<source.byteCount), capacity: 1 << 10)
      let element = try MATElement(
        from: reader, bigEndian: bigEndian, of: "variable \(entries.count + 1)")
      guard element.inlineBytes == nil, 1...MATElement.Code.last ~= element.code else {
        throw reader.failure(
          expected: "a variable (data type 14 or 15)", found: "data type \(element.code)",
          remedy: "the file is damaged, so copy or download it again")
      }
      let end = offset + 8 + element.byteCount
      guard end <= source.byteCount else {
        throw reader.failure(
          expected: "\(element.byteCount) bytes of variable \(entries.count + 1)",
          found: "\(source.byteCount - offset - 8)",
          remedy: "the file is cut short, so copy or download it again")
      }
      let isVariable = [MATElement.Code.matrix, MATElement.Code.compressed].contains(element.code)
      if isVariable && offset != preamble.subsystemOffset && element.byteCount > 0 {
        let isCompressed = element.code == MATElement.Code.compressed
        let range = (isCompressed ? offset + 8 : offset)..<end
        let contents = try Entry.reader(
          source, range, isCompressed: isCompressed, of: "variable \(entries.count + 1)",
          limit: limit, zlib: zlib, capacity: 1 << 10)
        let head = try MATMatrixHead(from: contents, bigEndian: bigEndian)
        entries.append(Entry(variable: head.variable, range: range, isCompressed: isCompressed))
      }
      offset = end
    }
    return entries
  }
}

extension MATFile.Entry {
  /// A reader that begins at the tag of the matrix, inflated where needed.
  static func reader(
    _ source: ByteSource, _ range: Range<Int>, isCompressed: Bool, of what: String,
    limit: GrowthLimit, zlib: Zlib?, capacity: Int = ByteReader.capacity
  ) throws -> ByteReader {
    let plain = PlainBytes(source, range)
    return ByteReader(
      isCompressed
        ? try InflatedBytes(plain, wrapping: .zlib, limit: limit, of: what, zlib: zlib) : plain,
      capacity: capacity)
  }
}
