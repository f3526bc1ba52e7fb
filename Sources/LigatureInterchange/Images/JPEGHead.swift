import LigatureFiles
import LigatureTensors

/// The size of a JPEG picture, and the library that reads it.
struct JPEGHead: Sendable {
  let rows: Int
  let columns: Int
  let channels: Int
  private let library: TurboJPEG

  /// Numbers of the library's interface.
  private enum Code {
    /// Colour spaces: grey, and those of printing.
    static let grey: Int32 = 2
    static let printing: Set<Int32> = [3, 4]
    /// Orders of samples.
    static let greySamples: Int32 = 6
    static let rgbSamples: Int32 = 0
    /// The exact transform, and no more than 500 scans, since each of them costs a whole pass.
    static let flags: Int32 = 4096 | 32768
  }

  /// Far more than a camera writes.
  private static let longestFile = 1 << 30

  /// Reads the header. O(bytes of the file).
  init(_ source: ByteSource, limit: GrowthLimit, library: TurboJPEG?) throws {
    guard let library else {
      throw FileError(
        file: source.name,
        expected: "libturbojpeg on this system, because the file is a JPEG image",
        found: "no such library",
        remedy: "install it (Debian: libturbojpeg0, Fedora: turbojpeg, macOS: brew install "
          + "jpeg-turbo), or store the picture as PNG")
    }
    self.library = library
    let bytes = try Self.bytes(of: source)
    (rows, columns, channels) = try Self.withHandle(library, source) { handle in
      var (width, height, sampling, space) = (Int32(0), Int32(0), Int32(0), Int32(0))
      let status = library.readHead(
        handle, bytes, CUnsignedLong(bytes.count), &width, &height, &sampling, &space)
      guard status == 0, width > 0, height > 0 else {
        throw Self.damage(source, library, handle)
      }
      guard !Code.printing.contains(space) else {
        throw FileError(
          file: source.name, expected: "a JPEG image in grey or in red, green and blue",
          found: "one in the colours of printing (CMYK)", remedy: "store it as RGB, or as PNG")
      }
      return (Int(height), Int(width), space == Code.grey ? 1 : 3)
    }
    guard rows <= limit.byteCount / 12 / columns else {
      throw limit.exceeded(by: "an image of \(rows) rows and \(columns) columns", in: source.name)
    }
  }

  /// The pixels as `[rows, columns, channels]`.
  func tensor(
    _ source: ByteSource, _ channels: ImageFile.Channels, _ range: ImageFile.Range
  ) throws -> Tensor {
    let bytes = try Self.bytes(of: source)
    var samples = [UInt8](repeating: 0, count: rows * columns * self.channels)
    try Self.withHandle(library, source) { handle in
      let format = self.channels == 1 ? Code.greySamples : Code.rgbSamples
      // What the library calls a warning is a picture of which a part is made up.
      let status = library.decompress(
        handle, bytes, CUnsignedLong(bytes.count), &samples, Int32(columns), 0, Int32(rows), format,
        Code.flags)
      guard status == 0 else { throw Self.damage(source, library, handle) }
    }
    let (stored, count) = (self.channels, channels.count(of: self.channels))
    let scale: Float = range == .bytes ? 1 : 1 / 255
    return try Tensor(shape: [rows, columns, count], as: Float.self) { pixels in
      var pixel = [Float](repeating: 0, count: stored)
      for place in 0..<rows * columns {
        for channel in 0..<stored { pixel[channel] = Float(samples[place * stored + channel]) }
        if range == .unit { for channel in 0..<stored { pixel[channel] *= scale } }
        pixel.withUnsafeBufferPointer { channels.convert($0, into: pixels, at: place * count) }
      }
    }
  }

  private static func bytes(of source: ByteSource) throws -> [UInt8] {
    guard source.byteCount <= longestFile else {
      throw FileError(
        file: source.name, expected: "a JPEG image of at most \(longestFile) bytes",
        found: "\(source.byteCount)", remedy: "check that this is the file you meant")
    }
    return try ByteReader(PlainBytes(source, 0..<source.byteCount))
      .bytes(source.byteCount, of: "the image")
  }

  private static func withHandle<Result>(
    _ library: TurboJPEG, _ source: ByteSource,
    _ body: (UnsafeMutableRawPointer) throws -> Result
  ) throws -> Result {
    guard let handle = library.open() else {
      throw FileError(
        file: source.name, expected: "libturbojpeg to start", found: "a refusal",
        remedy: "free some memory and try again")
    }
    defer { _ = library.close(handle) }
    return try body(handle)
  }

  private static func damage(
    _ source: ByteSource, _ library: TurboJPEG, _ handle: UnsafeMutableRawPointer
  ) -> FileError {
    FileError(
      file: source.name, expected: "an intact JPEG image",
      found: "\"\(library.message(handle).map { String(cString: $0) } ?? "no reason")\"",
      remedy: "the file is damaged or cut short, so copy or download it again")
  }
}
