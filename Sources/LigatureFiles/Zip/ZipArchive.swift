import Foundation

/// A zip archive: files by name, stored as they are or deflated.
///
/// Opening reads the directory at the archive's end. Encrypted entries, parts of archives on
/// several disks, and other ways of packing are refused where they are read. Archives and entries
/// of more than 4 GB (zip64) are read and written.
///
/// Source: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification", version 6.3.
package struct ZipArchive: Sendable {
  /// A file in the archive.
  package struct Entry: Sendable {
    package let name: String
    package let byteCount: Int
    let packedCount: Int
    let sum: UInt32
    let method: Int
    let flags: Int
    let headerOffset: Int
  }

  /// The files, in the directory's order.
  package let entries: [Entry]

  package let source: ByteSource

  /// Opens an archive and reads its directory. O(entries).
  ///
  /// - Throws: `FileError` for what is no zip archive, or is damaged or cut short.
  package init(_ source: ByteSource) throws {
    self.source = source
    let directory = try ZipDirectory(source)
    entries = try directory.entries(of: source)
  }

  /// The bytes of an entry; their number and sum are checked at their end.
  ///
  /// - Parameter limit: what a deflated entry may become.
  package func contents(
    of entry: Entry, limit: GrowthLimit, zlib: Zlib?
  ) throws -> any ByteProducer {
    let what = "entry \"\(entry.name.prefix(80))\""
    func refusal(_ expected: String, _ found: String, _ remedy: String) -> FileError {
      FileError(
        file: source.name, offset: entry.headerOffset, expected: expected, found: found,
        remedy: remedy)
    }
    guard entry.flags & 1 == 0 else {
      throw refusal("\(what) in plain", "an encrypted one", "pack it without a password")
    }
    guard entry.method == 0 || entry.method == 8 else {
      throw refusal(
        "\(what) stored or deflated", "method \(entry.method)",
        "pack it again with the usual method, deflate")
    }
    let reader = ByteReader(
      PlainBytes(source, entry.headerOffset..<source.byteCount), capacity: 64)
    let head = try reader.bytes(30, of: "the head of \(what)")
    guard head.starts(with: [0x50, 0x4B, 3, 4]) else {
      throw refusal(
        "the head of \(what)", "other bytes",
        "the file is damaged, so copy or download it again")
    }
    let start =
      entry.headerOffset + 30 + Int(head[26]) + Int(head[27]) << 8 + Int(head[28]) + Int(head[29])
      << 8
    guard start <= source.byteCount, entry.packedCount <= source.byteCount - start else {
      throw refusal(
        "\(entry.packedCount) bytes of \(what)", "\(max(0, source.byteCount - start))",
        "the file is damaged or cut short, so copy or download it again")
    }
    let packed = PlainBytes(source, start..<(start + entry.packedCount))
    let bytes: any ByteProducer =
      entry.method == 0
      ? packed : try InflatedBytes(packed, wrapping: .raw, limit: limit, of: what, zlib: zlib)
    return SummedBytes(bytes, count: entry.byteCount, sum: entry.sum, of: what)
  }
}
