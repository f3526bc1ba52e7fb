/// Undoes zlib's compression piece by piece, in about 44 KB of zlib's own memory however long the
/// stream is.
package final class Inflater {
  /// What the compressed bytes are wrapped in; zlib checks the wrapping's sums itself.
  package enum Wrapping: Int32, Sendable {
    /// RFC 1951: nothing, so that no sum is checked.
    case raw = -15
    /// RFC 1950: two bytes before, an Adler-32 after.
    case zlib = 15
    /// RFC 1952: a header before, CRC-32 and length after.
    case gzip = 31
  }

  /// How far one step came.
  package enum Progress: Equatable, Sendable {
    /// More input or more room for output is needed.
    case unfinished
    /// The stream has ended and its checksum was right.
    case ended
    /// The bytes are no such stream; zlib's reason.
    case broken(String)
  }

  /// Offsets of the fields of `z_stream` where pointers and `unsigned long` have 64 bits.
  private enum Field {
    static let nextInput = 0
    static let inputCount = 8
    static let nextOutput = 24
    static let outputCount = 32
    static let message = 48
    static let byteCount = 112
  }

  private let zlib: Zlib
  private let stream: UnsafeMutableRawPointer

  /// Starts on a new stream; `nil` if zlib cannot (in practice: no memory).
  package init?(_ zlib: Zlib, wrapping: Wrapping) {
    self.zlib = zlib
    stream = .allocate(byteCount: Field.byteCount, alignment: 16)
    stream.initializeMemory(as: UInt8.self, repeating: 0, count: Field.byteCount)
    let status = zlib.openInflate(
      stream, wrapping.rawValue, zlib.version(), Int32(Field.byteCount))
    guard status == 0 else { return nil }
  }

  deinit {
    _ = zlib.closeInflate(stream)
    stream.deallocate()
  }

  /// Begins again with a new stream of the same wrapping.
  package func restart() {
    _ = zlib.resetInflate(stream)
  }

  /// Inflates from `input` into `output` until one of them is used up or the stream ends.
  ///
  /// - Returns: the bytes taken, the bytes made, and how far that came. O(consumed + produced).
  package func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> (consumed: Int, produced: Int, progress: Progress) {
    let offered = min(input.count, Int(Int32.max))
    let room = min(output.count, Int(Int32.max))
    stream.storeBytes(of: input.baseAddress, toByteOffset: Field.nextInput, as: Address.self)
    stream.storeBytes(of: UInt32(offered), toByteOffset: Field.inputCount, as: UInt32.self)
    stream.storeBytes(
      of: UnsafeRawPointer(output.baseAddress), toByteOffset: Field.nextOutput, as: Address.self)
    stream.storeBytes(of: UInt32(room), toByteOffset: Field.outputCount, as: UInt32.self)
    let status = zlib.inflate(stream, 0)
    let consumed = offered - Int(stream.load(fromByteOffset: Field.inputCount, as: UInt32.self))
    let produced = room - Int(stream.load(fromByteOffset: Field.outputCount, as: UInt32.self))
    return (consumed, produced, progress(status))
  }

  private typealias Address = UnsafeRawPointer?

  private func progress(_ status: Int32) -> Progress {
    switch status {
    // zlib's Z_BUF_ERROR (-5) only says that nothing could be done this time.
    case 0, -5: return .unfinished
    case 1: return .ended
    case 2: return .broken("a preset dictionary is asked for")
    default:
      let text = stream.load(
        fromByteOffset: Field.message, as: UnsafePointer<CChar>?.self)
      return .broken(text.map { String(cString: $0) } ?? "zlib status \(status)")
    }
  }
}
