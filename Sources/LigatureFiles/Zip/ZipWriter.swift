/// Writes a zip archive, whose entries are stored as they are.
package struct ZipWriter {
  private let file: AtomicFile
  private var position = 0
  private var directory: [UInt8] = []
  private var count = 0

  package init(_ file: AtomicFile) { self.file = file }

  /// Adds an entry. O(bytes), twice: for their sum and to write them.
  ///
  /// - Parameters:
  ///   - name: at most 65,535 bytes of UTF-8, which the caller has looked at.
  ///   - byteCount: how many bytes there are.
  ///   - contents: calls its argument with all bytes in order; it is run twice.
  package mutating func add(
    _ name: String, byteCount: Int,
    contents: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    var sum = RunningCRC32()
    try contents { sum.add($0) }
    // Sizes always stand in the extra field, so that those of 4 GB and more are no other case.
    let name = Array(name.utf8)
    let large = UInt32.max
    let common =
      Self.little(UInt16(45)) + Self.little(UInt16(0x800)) + Self.little(UInt16(0))
      + Self.little(UInt16(0)) + Self.little(UInt16(0x21)) + Self.little(sum.value)
      + Self.little(large) + Self.little(large) + Self.little(UInt16(name.count))
    let sizes = Self.little(UInt64(byteCount)) + Self.little(UInt64(byteCount))
    let head =
      Self.little(UInt32(0x0403_4B50)) + common + Self.little(UInt16(20)) + name
      + Self.little(UInt16(1)) + Self.little(UInt16(16)) + sizes
    directory +=
      Self.little(UInt32(0x0201_4B50)) + Self.little(UInt16(45)) + common
      + Self.little(UInt16(28)) + Self.little(UInt16(0)) + Self.little(UInt16(0))
      + Self.little(UInt16(0)) + Self.little(UInt32(0)) + Self.little(large) + name
      + Self.little(UInt16(1)) + Self.little(UInt16(24)) + sizes
      + Self.little(UInt64(position))
    count += 1
    try write(head)
    try contents { try file.write($0) }
    position += byteCount
  }

  /// Writes the directory.
  package mutating func finish() throws {
    let start = position
    let length = directory.count
    try write(directory)
    let end = position
    try write(
      Self.little(UInt32(0x0606_4B50)) + Self.little(UInt64(44)) + Self.little(UInt16(45))
        + Self.little(UInt16(45)) + Self.little(UInt32(0)) + Self.little(UInt32(0))
        + Self.little(UInt64(count)) + Self.little(UInt64(count)) + Self.little(UInt64(length))
        + Self.little(UInt64(start)))
    try write(
      Self.little(UInt32(0x0706_4B50)) + Self.little(UInt32(0)) + Self.little(UInt64(end))
        + Self.little(UInt32(1)))
    try write(
      Self.little(UInt32(0x0605_4B50)) + Self.little(UInt16(0)) + Self.little(UInt16(0))
        + Self.little(UInt16.max) + Self.little(UInt16.max) + Self.little(UInt32.max)
        + Self.little(UInt32.max) + Self.little(UInt16(0)))
  }

  private mutating func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try file.write($0) }
    position += bytes.count
  }

  private static func little(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
