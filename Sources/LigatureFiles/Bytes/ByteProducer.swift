/// Something that gives bytes in order.
package protocol ByteProducer: AnyObject {
  /// The file's name for errors.
  var name: String { get }

  /// The offset in the file of the next byte not yet taken from it.
  var fileOffset: Int { get }

  /// The most bytes that may still come, for judging a length that the file claims.
  var mostBytesLeft: Int { get }

  /// What the bytes may become that are compressed; nil where they are not.
  var growthLimit: GrowthLimit? { get }

  /// Fills the front of a buffer that is not empty; 0 only at the end.
  func produce(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// A stretch of a source as it stands there.
package final class PlainBytes: ByteProducer {
  private let source: ByteSource
  package private(set) var fileOffset: Int
  private let end: Int

  package init(_ source: ByteSource, _ range: Range<Int>) {
    self.source = source
    fileOffset = range.lowerBound
    end = range.upperBound
  }

  package var name: String { source.name }
  package var growthLimit: GrowthLimit? { nil }
  package var mostBytesLeft: Int { max(0, min(end, source.byteCount) - fileOffset) }

  package func produce(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let room = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(mostBytesLeft))
    guard !room.isEmpty else { return 0 }
    let count = try source.read(into: room, at: fileOffset)
    fileOffset += count
    return count
  }
}
