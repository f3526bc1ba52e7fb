/// Bytes of another producer, of which length and CRC-32 are checked at their end.
package final class SummedBytes: ByteProducer {
  private let input: any ByteProducer
  private let count: Int
  private let sum: UInt32
  private let what: String
  private var running = RunningCRC32()
  private var produced = 0

  /// - Parameters:
  ///   - count: how many bytes there have to be.
  ///   - sum: their CRC-32.
  ///   - what: the subject of errors, such as `entry "x.npy"`.
  package init(_ input: any ByteProducer, count: Int, sum: UInt32, of what: String) {
    self.input = input
    self.count = count
    self.sum = sum
    self.what = what
  }

  package var name: String { input.name }
  package var fileOffset: Int { input.fileOffset }
  package var growthLimit: GrowthLimit? { input.growthLimit }
  package var mostBytesLeft: Int { min(input.mostBytesLeft, count - produced) }

  package func produce(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let made = try input.produce(into: buffer)
    produced += made
    guard made > 0 ? produced <= count : produced == count else {
      throw damage("\(count) bytes in \(what)", made > 0 ? "more" : "\(produced)")
    }
    if made == 0 {
      guard running.value == sum else {
        throw damage("\(what) with the CRC-32 \(sum)", "\(running.value)")
      }
    } else {
      running.add(UnsafeRawBufferPointer(rebasing: buffer[..<made]))
    }
    return made
  }

  private func damage(_ expected: String, _ found: String) -> FileError {
    FileError(
      file: name, offset: fileOffset, expected: expected, found: found,
      remedy: "the file is damaged, so copy or download it again")
  }
}
