/// A compressed stretch of a source, inflated while it is read.
///
/// Takes 16 KB of compressed bytes at a time. The end is reported only after zlib has found the
/// stream's checksum right.
package final class InflatedBytes: ByteProducer {
  private static let inputCapacity = 16 << 10

  private let input: any ByteProducer
  private let inflater: Inflater
  private let severalMembers: Bool
  private let limit: GrowthLimit
  private let what: String
  private var produced = 0
  private let buffer: UnsafeMutableRawBufferPointer
  private var pending: Range<Int> = 0..<0
  private var ended = false

  /// - Parameters:
  ///   - limit: how long the inflated bytes may be.
  ///   - what: the subject of errors, such as `variable 3`.
  ///   - severalMembers: whether another stream may follow the end of one, as gzip allows.
  package init(
    _ input: any ByteProducer, wrapping: Inflater.Wrapping, severalMembers: Bool = false,
    limit: GrowthLimit, of what: String, zlib: Zlib?
  ) throws {
    guard let zlib else {
      throw FileError(
        file: input.name, offset: input.fileOffset,
        expected: "zlib (libz) on this system, because \(what) is compressed",
        found: "no such library",
        remedy: "install zlib or provide the uncompressed file")
    }
    guard let inflater = Inflater(zlib, wrapping: wrapping) else {
      throw FileError(
        file: input.name, offset: input.fileOffset, expected: "zlib to start",
        found: "a refusal", remedy: "free some memory and try again")
    }
    self.input = input
    self.inflater = inflater
    self.severalMembers = severalMembers
    self.limit = limit
    self.what = what
    buffer = .allocate(byteCount: Self.inputCapacity, alignment: 16)
  }

  deinit { buffer.deallocate() }

  package var name: String { input.name }
  package var growthLimit: GrowthLimit? { limit }
  package var fileOffset: Int { input.fileOffset - pending.count }

  /// No deflated stream grows by more than 1032 (258 bytes out of two bits).
  package var mostBytesLeft: Int {
    let (bytes, overflow) = (input.mostBytesLeft + pending.count + 64)
      .multipliedReportingOverflow(by: 1032)
    return overflow ? .max : bytes
  }

  package func produce(into output: UnsafeMutableRawBufferPointer) throws -> Int {
    // At the limit one byte more is asked for, which the end of the stream does not give.
    let room = max(1, min(output.count, limit.byteCount - produced))
    let output = UnsafeMutableRawBufferPointer(rebasing: output.prefix(room))
    while !ended {
      if pending.isEmpty { pending = 0..<(try input.produce(into: buffer)) }
      let step = inflater.inflate(
        UnsafeRawBufferPointer(rebasing: buffer[pending]), into: output)
      pending = (pending.lowerBound + step.consumed)..<pending.upperBound
      switch step.progress {
      case .ended: try finishMember()
      case .broken(let reason):
        throw failure(expected: "intact compressed bytes", found: "\"\(reason)\"")
      case .unfinished:
        if step.produced == 0 && step.consumed == 0 {
          throw failure(expected: "more compressed bytes", found: "their end")
        }
      }
      produced += step.produced
      guard produced <= limit.byteCount else { throw limit.exceeded(by: what, in: name) }
      if step.produced > 0 { return step.produced }
    }
    return 0
  }

  private func finishMember() throws {
    guard severalMembers else {
      ended = true
      return
    }
    if pending.isEmpty { pending = 0..<(try input.produce(into: buffer)) }
    // Tapes and block devices pad with zeros, which is no further member.
    if pending.isEmpty || buffer[pending.lowerBound] == 0 {
      ended = true
    } else {
      inflater.restart()
    }
  }

  private func failure(expected: String, found: String) -> FileError {
    FileError(
      file: name, offset: fileOffset, expected: expected, found: found,
      remedy: "the file is damaged or cut short, so copy or download it again")
  }
}
