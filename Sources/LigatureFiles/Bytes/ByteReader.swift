/// Reads numbers and stretches of bytes from a producer, through a buffer of its own.
package final class ByteReader {
  package static let capacity = 64 << 10

  private let producer: any ByteProducer
  private let buffer: UnsafeMutableRawBufferPointer
  private var filled: Range<Int> = 0..<0
  private var claimed = 0

  /// The bytes handed out so far.
  package private(set) var position = 0

  /// - Parameter capacity: the size of the buffer in bytes, 16 at least.
  package init(_ producer: any ByteProducer, capacity: Int = ByteReader.capacity) {
    self.producer = producer
    buffer = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit { buffer.deallocate() }

  /// The most bytes that may still come.
  package var mostBytesLeft: Int {
    let (bytes, overflow) = producer.mostBytesLeft.addingReportingOverflow(filled.count)
    return overflow ? .max : bytes
  }

  /// Counts bytes that something read from here takes in memory, to be asked before it takes them.
  ///
  /// - Throws: `FileError` once what was compressed takes more than the limit, all claims together.
  package func claim(_ count: Int, for what: @autoclosure () -> String) throws {
    guard let limit = producer.growthLimit else { return }
    let (sum, overflow) = claimed.addingReportingOverflow(count)
    claimed = overflow ? .max : sum
    if claimed > limit.byteCount { throw limit.exceeded(by: what(), in: producer.name) }
  }

  /// Hands out the next `count` bytes in pieces, each of them a multiple of `unit` long.
  ///
  /// - Parameters:
  ///   - unit: divides `count`, and is at most 16.
  ///   - what: the subject of the error if the bytes end before.
  package func read(
    _ count: Int, inUnitsOf unit: Int = 1, of what: @autoclosure () -> String,
    _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    precondition(count >= 0 && unit > 0 && unit <= 16 && count % unit == 0)
    var left = count
    while left > 0 {
      if try filled.count < unit && !fill() {
        throw failure(
          expected: "\(left) more bytes of \(what())", found: "\(filled.count)",
          remedy: "the file is damaged or cut short, so copy or download it again")
      }
      let available = min(left, filled.count)
      let piece = available - available % unit
      guard piece > 0 else { continue }
      try body(
        UnsafeRawBufferPointer(rebasing: buffer[filled.lowerBound..<filled.lowerBound + piece]))
      filled = (filled.lowerBound + piece)..<filled.upperBound
      position += piece
      left -= piece
    }
  }

  /// The next `count` bytes as an array, which is meant for small counts.
  package func bytes(_ count: Int, of what: @autoclosure () -> String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try read(count, of: what()) { bytes.append(contentsOf: $0) }
    return bytes
  }

  /// The next bytes, or fewer where there are no more, which is meant for small counts.
  package func upTo(_ count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count, try !isAtEnd() {
      bytes += try self.bytes(min(filled.count, count - bytes.count), of: "the file")
    }
    return bytes
  }

  /// Passes over `count` bytes.
  package func skip(_ count: Int, of what: @autoclosure () -> String) throws {
    try read(count, of: what()) { _ in }
  }

  /// Whether nothing is left; where the bytes are compressed this also checks their sum.
  package func isAtEnd() throws -> Bool {
    if !filled.isEmpty { return false }
    return try !fill()
  }

  /// An error at the place reached so far.
  package func failure(expected: String, found: String, remedy: String) -> FileError {
    let isPlain = producer is PlainBytes
    return FileError(
      file: producer.name, offset: producer.fileOffset - (isPlain ? filled.count : 0),
      expected: expected, found: found, remedy: remedy)
  }

  /// Adds bytes behind those not yet handed out; `false` at the end.
  private func fill() throws -> Bool {
    if filled.lowerBound > 0 {
      let rest = filled.count
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[filled]))
      filled = 0..<rest
    }
    let count = try producer.produce(into: .init(rebasing: buffer[filled.count...]))
    filled = 0..<(filled.count + count)
    return count > 0
  }
}
