import Foundation

/// A gzip file, inflated piece by piece.
///
/// Every member's header, CRC-32 and length are checked (by zlib), and several members in a row are
/// read as one stream, as RFC 1952 asks. Zero bytes after the last member are passed over.
public struct GzipFile: Sendable {
  private let source: ByteSource
  private let zlib: Zlib?

  /// Opens a file and looks at its first three bytes.
  ///
  /// - Throws: `FileError` if it cannot be opened or is no gzip file.
  public init(contentsOf url: URL) throws {
    try self.init(ByteSource(url), zlib: .shared)
  }

  package init(_ source: ByteSource, zlib: Zlib?) throws {
    try source.reading("a gzip file", own: [.gzip]) {
      let start = try GzipFile.start(of: source)
      guard start == GzipFile.mark else {
        let text = start.map { String($0, radix: 16, uppercase: true) }.joined(separator: " ")
        throw FileError(
          file: source.name, offset: 0, expected: "a gzip file (bytes 1F 8B 8)",
          found: "bytes \(text)", remedy: "check that this is the file you meant")
      }
    }
    self.source = source
    self.zlib = zlib
  }

  /// Hands the contents to `body` in pieces of at most 64 KB, in about 130 KB of memory.
  ///
  /// A checksum stands behind its data, so `body` may have seen damaged pieces by the time the
  /// error is thrown. O(contents).
  ///
  /// - Parameter limit: the most bytes that the contents may have; by default 256 MB, or 100 times
  ///   the file's size where that is more.
  /// - Throws: `FileError` if there is no zlib, the file is damaged or cut short, or its contents
  ///   are longer than the limit; what `body` throws.
  public func forEachPiece(
    inflatingAtMost limit: Int? = nil, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let producer = try inflated(source, limit: GrowthLimit(limit, for: source), zlib: zlib)
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    defer { piece.deallocate() }
    while true {
      let count = try producer.produce(into: piece)
      guard count > 0 else { return }
      try body(UnsafeRawBufferPointer(rebasing: piece[..<count]))
    }
  }

  /// The whole contents.
  ///
  /// - Parameter limit: the most bytes to accept, which bounds what a hostile file can cost.
  /// - Throws: as `forEachPiece(_:)`, and `FileError` once the contents are longer than `limit`.
  public func contents(atMost limit: Int) throws -> [UInt8] {
    var contents: [UInt8] = []
    try forEachPiece(inflatingAtMost: .max) { piece in
      guard piece.count <= limit - contents.count else {
        throw FileError(
          file: source.name, expected: "at most \(limit) bytes of contents", found: "more",
          remedy: "if the file is trusted, allow more with atMost:")
      }
      contents.append(contentsOf: piece)
    }
    return contents
  }
}

extension GzipFile {
  /// Whether a source begins as gzip files do, whatever its name.
  package static func isGzip(_ source: ByteSource) throws -> Bool {
    try start(of: source) == mark
  }

  private static let mark: [UInt8] = [0x1F, 0x8B, 0x08]

  private static func start(of source: ByteSource) throws -> [UInt8] {
    var start: [UInt8] = [0, 0, 0]
    let count = try start.withUnsafeMutableBytes { try source.read(into: $0, at: 0) }
    return Array(start.prefix(count))
  }
}

/// The contents of a gzip file, of all its members.
package func inflated(
  _ source: ByteSource, limit: GrowthLimit, zlib: Zlib?
) throws -> InflatedBytes {
  try InflatedBytes(
    PlainBytes(source, 0..<source.byteCount), wrapping: .gzip, severalMembers: true, limit: limit,
    of: "the contents of the file", zlib: zlib)
}
