import Foundation
import LigatureFiles

/// An IDX file, the format of MNIST and similar sets: an array of numbers behind a short header.
///
///     let images = try IDXFile(contentsOf: url)     // plain or gzip, told by its bytes
///     images.shape                                  // [60000, 28, 28]
///     let pixels = try images.array(as: Float.self) // 0 to 255
///
/// The elements lie row-major and big-endian in the file and are converted while they are read and
/// inflated, in about 150 KB beside the result. A gzip file may become 256 MB, or 100 times its own
/// size where that is more; a file that claims more is refused on opening, unless
/// `inflatingAtMost` allows it.
///
/// Source: "The IDX file format" on the page of the MNIST database, Y. LeCun, C. Cortes, C. Burges.
public struct IDXFile: Sendable {
  /// The type of the stored numbers.
  public enum ElementType: UInt8, Sendable, CaseIterable {
    /// Whole numbers of 8 bits, without and with sign.
    case uint8 = 0x08, int8 = 0x09
    /// Whole numbers of 16 and 32 bits with sign.
    case int16 = 0x0B, int32 = 0x0C
    /// Floating point numbers of 32 and 64 bits.
    case float32 = 0x0D, float64 = 0x0E
  }

  /// The size of each axis, slowest first.
  public let shape: [Int]

  /// The type of the stored numbers.
  public let elementType: ElementType

  private let source: ByteSource
  private let isGzip: Bool
  private let limit: GrowthLimit
  private let zlib: Zlib?

  /// Opens a file and reads its header.
  ///
  /// - Parameter limit: the most bytes that the array may have, inflated and as it is read, if the
  ///   file is gzip; by default 256 MB, or 100 times the file's size where that is more.
  /// - Throws: `FileError` if the file cannot be opened, is not of this format or is cut short, or
  ///   if it is gzip and larger than the limit, or the system has no zlib.
  public init(contentsOf url: URL, inflatingAtMost limit: Int? = nil) throws {
    try self.init(ByteSource(url), inflatingAtMost: limit, zlib: .shared)
  }

  /// Reads the header of a file that is in memory, plain or gzip.
  ///
  /// - Parameters:
  ///   - name: what errors call the file.
  ///   - limit: as in `init(contentsOf:inflatingAtMost:)`.
  /// - Throws: `FileError` as `init(contentsOf:inflatingAtMost:)`.
  public init(bytes: [UInt8], name: String, inflatingAtMost limit: Int? = nil) throws {
    try self.init(ByteSource(bytes, name: name), inflatingAtMost: limit, zlib: .shared)
  }

  init(_ source: ByteSource, inflatingAtMost limit: Int? = nil, zlib: Zlib?) throws {
    self = try source.reading("an IDX file", own: [.idx, .gzip]) {
      try IDXFile(judging: source, GrowthLimit(limit, for: source), zlib: zlib)
    }
  }

  private init(judging source: ByteSource, _ limit: GrowthLimit, zlib: Zlib?) throws {
    self.source = source
    self.zlib = zlib
    self.limit = limit
    isGzip = try GzipFile.isGzip(source)
    let reader = try IDXFile.reader(
      source, isGzip: isGzip, limit, zlib: zlib, capacity: 2 << 10)
    (elementType, shape) = try IDXFile.readHeader(reader)
    // Judges the claimed size now, so that a wrong file is refused before anything is made of it.
    try pendingArray(after: reader, order: .asStored).claim(perElement: 1)
  }

  /// Reads the elements as a row-major array, converted while they are read.
  ///
  /// - Parameters:
  ///   - type: `Float` (nearest value), `Double`, or `Int64` (whole numbers only).
  ///   - order: the order of the axes in the result.
  /// - Throws: `FileError` if the file is damaged or cut short, or a number does not fit `Int64`.
  /// - Complexity: O(elements), and no memory of that order beside the result.
  public func array<Element: FileElement>(
    as type: Element.Type = Element.self, order: AxisOrder = .asStored
  ) throws -> FileArray<Element> {
    try pendingArray(order: order).array()
  }

  /// The elements, ready to be read into a receiver's own memory.
  package func pendingArray(order: AxisOrder = .asStored) throws -> PendingArray {
    let reader = try IDXFile.reader(source, isGzip: isGzip, limit, zlib: zlib)
    guard try IDXFile.readHeader(reader) == (elementType, shape) else {
      throw reader.failure(
        expected: "the header that was there when the file was opened", found: "another",
        remedy: "open the file again")
    }
    return try pendingArray(after: reader, order: order)
  }

  private func pendingArray(after reader: ByteReader, order: AxisOrder) throws -> PendingArray {
    try PendingArray(
      reader, storedShape: shape, order: order, firstAxisFastest: false,
      type: elementType.storedType, bigEndian: true, of: "the array"
    ) { reader in
      guard try reader.isAtEnd() else {
        throw reader.failure(
          expected: "the end of the file after an array of size \(sizeText(shape))",
          found: "more bytes",
          remedy: "the file is damaged or no IDX file, so copy or download it again")
      }
    }
  }
}

extension IDXFile {
  private static func reader(
    _ source: ByteSource, isGzip: Bool, _ limit: GrowthLimit, zlib: Zlib?,
    capacity: Int = ByteReader.capacity
  ) throws -> ByteReader {
    ByteReader(
      isGzip
        ? try inflated(source, limit: limit, zlib: zlib)
        : PlainBytes(source, 0..<source.byteCount),
      capacity: capacity)
  }

  /// Reads two zero bytes, the type, the number of axes, and their sizes.
  private static func readHeader(_ reader: ByteReader) throws -> (ElementType, [Int]) {
    let magic = try reader.bytes(4, of: "the header")
    guard magic[0] == 0, magic[1] == 0, let type = ElementType(rawValue: magic[2]) else {
      let text = magic.map { String($0, radix: 16, uppercase: true) }.joined(separator: " ")
      // What gzip has packed, or lies here, may be known.
      let start = magic + (try reader.upTo(FileFormat.byteCount - magic.count))
      let format = FileFormat(startingWith: start).flatMap { $0.known == .idx ? nil : $0 }
      throw reader.failure(
        expected: "an IDX file (bytes 0, 0, a type from 8 to E, the number of axes)",
        found: format?.name ?? "bytes \(text)",
        remedy: format?.remedy ?? "check that this is the file you meant")
    }
    let sizes = try reader.bytes(4 * Int(magic[3]), of: "the sizes of \(magic[3]) axes")
    let shape = stride(from: 0, to: sizes.count, by: 4).map { start in
      sizes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    return (type, shape)
  }
}

extension IDXFile.ElementType {
  var storedType: StoredType {
    switch self {
    case .uint8: .uint8
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .float32: .float32
    case .float64: .float64
    }
  }
}
