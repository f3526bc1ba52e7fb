import Foundation
import LigatureFiles

extension Raster {
  /// The picture as a PNG file.
  ///
  /// The rows are filtered by whichever of the format's five filters leaves the smallest sum of
  /// absolute differences, and compressed by zlib where the system has it. Without zlib they go
  /// into stored blocks, which are larger and read the same. A picture without pixels, which PNG
  /// does not know, becomes one white pixel. O(width × height).
  ///
  /// Source: Portable Network Graphics (PNG) Specification, W3C, second edition.
  public func pngData() -> Data { pngData(zlib: .shared) }

  /// Writes the picture as a PNG file, as a whole or not at all.
  ///
  /// - Throws: `FileError` with the system's reason.
  public func writePNG(to url: URL) throws {
    try writeAtomically(pngData(), to: url)
  }

  func pngData(zlib: Zlib?) -> Data {
    guard width > 0 && height > 0 else {
      return Raster(width: 1, height: 1).pngData(zlib: zlib)
    }
    let rows = filteredRows()
    let stream = zlib?.compressed(rows) ?? Raster.storedStream(rows)
    let colorType: UInt8 = colorModel == .grey ? 0 : 2
    var file = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    // Eight bits a part; deflate, adaptive filters, not interlaced.
    file.append(
      Raster.chunk(
        "IHDR",
        UInt32(width).bigEndianBytes + UInt32(height).bigEndianBytes + [8, colorType, 0, 0, 0]))
    file.append(Raster.chunk("IDAT", stream))
    file.append(Raster.chunk("IEND", []))
    return file
  }

  private static func chunk(_ type: String, _ contents: [UInt8]) -> Data {
    let body = Array(type.utf8) + contents
    return Data(
      UInt32(contents.count).bigEndianBytes + body + Checksum.crc32(body).bigEndianBytes)
  }

  /// RFC 1950 around blocks of RFC 1951 that are not compressed.
  static func storedStream(_ bytes: [UInt8]) -> [UInt8] {
    let longestBlock = 65535
    var stream: [UInt8] = [0x78, 0x01]
    for start in stride(from: 0, to: max(bytes.count, 1), by: longestBlock) {
      let block = bytes[start..<min(start + longestBlock, bytes.count)]
      let count = UInt16(block.count)
      stream.append(start + longestBlock >= bytes.count ? 1 : 0)
      for half in [count, ~count] {
        stream.append(UInt8(half & 0xFF))
        stream.append(UInt8(half >> 8))
      }
      stream.append(contentsOf: block)
    }
    return stream + Checksum.adler32(bytes).bigEndianBytes
  }
}

extension UInt32 {
  fileprivate var bigEndianBytes: [UInt8] {
    [UInt8(self >> 24), UInt8(self >> 16 & 0xFF), UInt8(self >> 8 & 0xFF), UInt8(self & 0xFF)]
  }
}
