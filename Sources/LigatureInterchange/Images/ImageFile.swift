import Foundation
import LigatureFiles
import LigatureTensors

/// A picture in a file, PNG or JPEG, told by its bytes.
///
///     let image = try ImageFile(contentsOf: url)
///     let pixels = try image.tensor(channels: .colour, range: .unit)   // [rows, columns, 3]
///
/// PNG is read by the package itself: every colour type, 1 to 16 bits, with palette, transparency
/// and interlacing. JPEG is read by the system's `libturbojpeg`, where it is found when the program
/// runs; elsewhere a JPEG is refused with what to install.
///
/// A picture whose numbers would take more than the limit, by default 256 MB or 100 times the
/// file's size where that is more, is refused by its header.
public struct ImageFile: Sendable {
  /// What each pixel is made of.
  public enum Channels: Sendable, Hashable {
    /// As in the file: 1 (grey), 2 (grey and opacity), 3 (red, green, blue) or 4 (and opacity).
    case asStored
    /// One, the luminance 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601). Opacity is dropped.
    case grey
    /// Red, green and blue. Grey is repeated, and opacity dropped.
    case colour
  }

  /// What black and full brightness become.
  public enum Range: Sendable, Hashable {
    /// 0...255, as most pictures are stored; 16 bits are divided by 257.
    case bytes
    /// 0...1.
    case unit
  }

  /// Pixels along the vertical and along the horizontal, from the top left.
  public var rows: Int { head.rows }
  /// Pixels along the horizontal.
  public var columns: Int { head.columns }
  /// Numbers of a pixel, as the file has them.
  public var channels: Int { head.channels }

  private let source: ByteSource
  private let limit: GrowthLimit
  private let zlib: Zlib?
  private let head: Head

  private enum Head {
    case png(PNGHead)
    case jpeg(JPEGHead)

    var rows: Int {
      switch self {
      case .png(let head): head.rows
      case .jpeg(let head): head.rows
      }
    }

    var columns: Int {
      switch self {
      case .png(let head): head.columns
      case .jpeg(let head): head.columns
      }
    }

    var channels: Int {
      switch self {
      case .png(let head): head.channels
      case .jpeg(let head): head.channels
      }
    }
  }

  /// Opens a file and reads its header.
  ///
  /// - Parameter limit: the most bytes that the picture's numbers may take.
  /// - Throws: `FileError` if the file cannot be opened, is no picture of these formats, is cut
  ///   short or too large, or needs a library that is not there.
  public init(contentsOf url: URL, inflatingAtMost limit: Int? = nil) throws {
    try self.init(ByteSource(url), inflatingAtMost: limit, zlib: .shared, jpeg: .shared)
  }

  /// Reads the header of a file that is in memory.
  ///
  /// - Parameters:
  ///   - name: what errors call the file.
  ///   - limit: as in `init(contentsOf:inflatingAtMost:)`.
  /// - Throws: `FileError` as `init(contentsOf:inflatingAtMost:)`.
  public init(bytes: [UInt8], name: String, inflatingAtMost limit: Int? = nil) throws {
    try self.init(
      ByteSource(bytes, name: name), inflatingAtMost: limit, zlib: .shared, jpeg: .shared)
  }

  init(
    _ source: ByteSource, inflatingAtMost limit: Int? = nil, zlib: Zlib?, jpeg: TurboJPEG?
  ) throws {
    self.source = source
    self.zlib = zlib
    let limit = GrowthLimit(limit, for: source)
    self.limit = limit
    head = try source.reading("a PNG or JPEG image", own: [.png, .jpeg]) {
      if try source.format()?.known == .jpeg {
        return .jpeg(try JPEGHead(source, limit: limit, library: jpeg))
      }
      return .png(try PNGHead(source, limit: limit))
    }
  }

  /// The pixels as `float32` `[rows, columns, channels]`. O(pixels), in a few rows of memory beside
  /// the result for PNG, and twice the result for JPEG.
  ///
  /// - Throws: `FileError` if the file is damaged or cut short.
  public func tensor(channels: Channels = .asStored, range: Range = .bytes) throws -> Tensor {
    switch head {
    case .png(let head):
      try PNGDecoder(source, head, limit: limit, zlib: zlib).tensor(channels, range)
    case .jpeg(let head): try head.tensor(source, channels, range)
    }
  }
}

extension ImageFile.Channels {
  /// How many numbers a pixel has that has `stored` in the file.
  func count(of stored: Int) -> Int {
    switch self {
    case .asStored: stored
    case .grey: 1
    case .colour: 3
    }
  }

  /// Writes one pixel.
  @inline(__always)
  func convert(
    _ pixel: UnsafeBufferPointer<Float>, into target: UnsafeMutableBufferPointer<Float>,
    at place: Int
  ) {
    switch self {
    case .asStored: for channel in 0..<pixel.count { target[place + channel] = pixel[channel] }
    case .grey:
      target[place] =
        pixel.count < 3 ? pixel[0] : 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2]
    case .colour:
      for channel in 0..<3 { target[place + channel] = pixel[pixel.count < 3 ? 0 : channel] }
    }
  }
}
