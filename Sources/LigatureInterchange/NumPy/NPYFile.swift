import Foundation
import LigatureFiles
import LigatureTensors

/// An array of NumPy in a file, as `numpy.save` writes it.
///
///     let file = try NPYFile(contentsOf: url)
///     file.shape                                    // [60000, 28, 28]
///     let images = try file.tensor(as: Float.self)
///     try NPYFile.write(images, to: other)
///
/// Numbers of either byte order, row-major or column-major (`fortran_order`), are put in their
/// row-major places while they are read, in 64 KB beside the result. Arrays of objects, which NumPy
/// keeps as pickles that can run any code, are refused, as are texts, complex numbers and
/// structured types, each with what to save instead.
///
/// Source: NumPy, "numpy.lib.format", versions 1.0 to 3.0 of the format.
public struct NPYFile: Sendable {
  /// The type of the stored numbers, by its name in NumPy.
  public enum ElementType: String, Sendable, CaseIterable {
    /// True and false, read as 1 and 0.
    case bool = "b1"
    /// Whole numbers with sign of 8 to 64 bits.
    case int8 = "i1", int16 = "i2", int32 = "i4", int64 = "i8"
    /// Whole numbers without sign of 8 to 64 bits.
    case uint8 = "u1", uint16 = "u2", uint32 = "u4", uint64 = "u8"
    /// Floating point numbers of 16 to 64 bits.
    case float16 = "f2", float32 = "f4", float64 = "f8"
  }

  /// The size of each axis, slowest first, as NumPy gives it.
  public var shape: [Int] { header.shape }

  /// The type of the stored numbers.
  public var elementType: ElementType { header.elementType }

  let header: NPYHeader
  let origin: Origin

  /// Where the bytes come from.
  enum Origin: Sendable {
    case file(ByteSource)
    case entry(ZipArchive, ZipArchive.Entry, GrowthLimit, Zlib?)

    func reader(capacity: Int = ByteReader.capacity) throws -> ByteReader {
      switch self {
      case .file(let source):
        ByteReader(PlainBytes(source, 0..<source.byteCount), capacity: capacity)
      case .entry(let archive, let entry, let limit, let zlib):
        ByteReader(
          try archive.contents(of: entry, limit: limit, zlib: zlib), capacity: capacity)
      }
    }

    var name: String {
      switch self {
      case .file(let source): source.name
      case .entry(let archive, _, _, _): archive.source.name
      }
    }

    var what: String {
      if case .entry(_, let entry, _, _) = self { return "entry \"\(entry.name.prefix(80))\"" }
      return "the array"
    }
  }

  /// Opens a file and reads its header.
  ///
  /// - Throws: `FileError` if the file cannot be opened, is not of this format, holds something
  ///   else than numbers, or is cut short.
  public init(contentsOf url: URL) throws {
    try self.init(ByteSource(url))
  }

  /// Reads the header of a file that is in memory.
  ///
  /// - Parameter name: what errors call the file.
  /// - Throws: `FileError` as `init(contentsOf:)`.
  public init(bytes: [UInt8], name: String) throws {
    try self.init(ByteSource(bytes, name: name))
  }

  private init(_ source: ByteSource) throws {
    self = try source.reading("a NumPy array (.npy)", own: [.npy]) {
      try NPYFile(.file(source))
    }
  }

  init(_ origin: Origin) throws {
    self.origin = origin
    let reader = try origin.reader(capacity: 2 << 10)
    header = try NPYHeader(from: reader)
    // Judges the claimed size now, before anything is made of it.
    try pendingArray(after: reader, order: .asStored).claim(perElement: 1)
  }

  /// Reads the elements as a row-major array, converted while they are read. O(elements).
  ///
  /// - Parameters:
  ///   - type: `Float` or `Double` (nearest value), or a type of whole numbers.
  ///   - order: the order of the axes in the result.
  /// - Throws: `FileError` if the file is damaged or cut short, or a number does not fit the type.
  public func array<Element: FileElement>(
    as type: Element.Type = Element.self, order: AxisOrder = .asStored
  ) throws -> FileArray<Element> {
    try pendingArray(order: order).array()
  }

  /// The array as a tensor of `Scalar`, converted while it is read. O(elements).
  ///
  /// - Throws: as ``array(as:order:)``, and for a shape that no tensor has.
  public func tensor<Scalar: FileElement & TensorScalar>(
    as type: Scalar.Type, order: AxisOrder = .asStored
  ) throws -> Tensor {
    try pendingArray(order: order).tensor(as: type)
  }

  /// The array as a tensor of its own type, or of the narrowest that holds all its numbers: float16
  /// becomes `float32`, bool `uint8`, int8, int16 and uint16 `int32`, uint32 and uint64 `int64`.
  /// O(elements).
  public func tensor(order: AxisOrder = .asStored) throws -> Tensor {
    try pendingArray(order: order).ownTensor()
  }

  private func pendingArray(order: AxisOrder) throws -> PendingArray {
    let reader = try origin.reader()
    guard try NPYHeader(from: reader) == header else {
      throw reader.failure(
        expected: "the header that was there when the file was opened", found: "another",
        remedy: "open the file again")
    }
    return try pendingArray(after: reader, order: order)
  }

  private func pendingArray(after reader: ByteReader, order: AxisOrder) throws -> PendingArray {
    let what = origin.what
    return try PendingArray(
      reader, storedShape: shape, order: order, firstAxisFastest: header.isFortranOrder,
      type: elementType.storedType, bigEndian: header.isBigEndian, of: what
    ) { [shape] reader in
      guard try reader.isAtEnd() else {
        throw reader.failure(
          expected: "the end of the file after \(what), of size \(sizeText(shape))",
          found: "more bytes", remedy: "save one array in a file, or several with numpy.savez")
      }
    }
  }
}

extension NPYFile.ElementType {
  var storedType: StoredType {
    switch self {
    case .bool, .uint8: .uint8
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .uint16: .uint16
    case .uint32: .uint32
    case .uint64: .uint64
    case .float16: .float16
    case .float32: .float32
    case .float64: .float64
    }
  }

  init(_ type: ScalarType) {
    switch type {
    case .float32: self = .float32
    case .float64: self = .float64
    case .int32: self = .int32
    case .int64: self = .int64
    case .uint8: self = .uint8
    }
  }
}
