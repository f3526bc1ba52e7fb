import LigatureFiles

/// A file of HDF5, as far as MATLAB and common libraries write it: groups and datasets, contiguous,
/// compact or chunked, packed with deflate, shuffle and Fletcher-32.
///
/// Superblocks of versions 0 to 3; object headers of versions 1 and 2; groups as symbol tables, or
/// with their links in the header. Other ways to store are refused by name.
///
/// Source: The HDF Group, "HDF5 File Format Specification", version 3.0.
struct HDF5File: Sendable {
  static let mark: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
  /// An address that is none.
  static let undefined = -1

  let source: ByteSource
  let zlib: Zlib?
  let limit: GrowthLimit
  /// Where addresses are counted from.
  let base: Int
  /// The header of the outermost group.
  let root: Int

  /// Finds and reads the superblock.
  init(_ source: ByteSource, limit: GrowthLimit, zlib: Zlib?) throws {
    self.source = source
    self.limit = limit
    self.zlib = zlib
    // At the beginning, or at 512 and its doubles.
    var place = 0
    var start: [UInt8] = []
    while true {
      start = Self.upTo(96, source, place)
      if start.starts(with: Self.mark) { break }
      guard place <= source.byteCount / 2, !start.isEmpty else {
        throw FileError(
          file: source.name, expected: "the superblock of an HDF5 file", found: "none",
          remedy: "the file is cut short or is no HDF5 file, so copy or download it again")
      }
      place = place == 0 ? 512 : 2 * place
    }
    var fields = HDF5Fields(start, file: source.name, what: "the superblock", address: place)
    try fields.skip(8)
    let version = try fields.number(1)
    guard version <= 3 else {
      throw fields.refusal("a superblock of version 0 to 3", "version \(version)")
    }
    if version >= 2 {
      let sizes = [try fields.number(1), try fields.number(1)]
      guard sizes == [8, 8] else { throw fields.refusal("addresses of 8 bytes", "\(sizes)") }
      try fields.skip(1)
      base = try fields.address()
      try fields.skip(16)
      root = try fields.address()
    } else {
      try fields.skip(4)
      let sizes = [try fields.number(1), try fields.number(1)]
      guard sizes == [8, 8] else { throw fields.refusal("addresses of 8 bytes", "\(sizes)") }
      try fields.skip(version == 0 ? 9 : 13)
      base = try fields.address()
      try fields.skip(24 + 8)
      root = try fields.address()
    }
    guard base >= 0, base <= source.byteCount else {
      throw fields.damage("a base address within the file", "\(base)")
    }
  }

  /// The bytes at an address, all of which have to be there.
  func bytes(_ count: Int, at address: Int, of what: String) throws -> [UInt8] {
    let range = try range(count, at: address, of: what)
    return try ByteReader(
      PlainBytes(source, range), capacity: min(max(count, 16), ByteReader.capacity)
    ).bytes(count, of: what)
  }

  /// Where bytes at an address stand in the file.
  func range(_ count: Int, at address: Int, of what: String) throws -> Range<Int> {
    guard count >= 0, address >= 0, address <= source.byteCount - base,
      count <= source.byteCount - base - address
    else {
      throw damage("\(count) bytes of \(what) in the file", "address \(address)", at: address)
    }
    return (base + address)..<(base + address + count)
  }

  func fields(_ count: Int, at address: Int, of what: String) throws -> HDF5Fields {
    HDF5Fields(
      try bytes(count, at: address, of: what), file: source.name, what: what,
      address: base + address)
  }

  func damage(_ expected: String, _ found: String, at address: Int? = nil) -> FileError {
    FileError(
      file: source.name,
      offset: address.flatMap { $0 >= 0 && $0 <= source.byteCount ? base + $0 : nil },
      expected: expected, found: found,
      remedy: "the file is damaged or cut short, so copy or download it again")
  }

  func refusal(_ expected: String, _ found: String) -> FileError {
    FileError(
      file: source.name, expected: expected, found: found,
      remedy: "store it in the way that MATLAB and h5py do by default, or as NumPy's .npy")
  }

  private static func upTo(_ count: Int, _ source: ByteSource, _ place: Int) -> [UInt8] {
    guard place < source.byteCount else { return [] }
    let reader = ByteReader(PlainBytes(source, place..<source.byteCount), capacity: 128)
    return (try? reader.upTo(count)) ?? []
  }
}

/// Little-endian numbers in a stretch of bytes, read one after another.
struct HDF5Fields {
  let bytes: [UInt8]
  private let file: String
  private let what: String
  private let offset: Int
  private(set) var place = 0

  init(_ bytes: [UInt8], file: String, what: String, address: Int) {
    self.bytes = bytes
    self.file = file
    self.what = what
    offset = address
  }

  var left: Int { bytes.count - place }

  mutating func skip(_ count: Int) throws { _ = try take(count) }

  mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count >= 0, count <= left else {
      throw damage("\(count) more bytes of \(what)", "\(left)")
    }
    defer { place += count }
    return bytes[place..<(place + count)]
  }

  /// A number of up to eight bytes that is no more than `Int.max`.
  mutating func number(_ count: Int) throws -> Int {
    let value = try take(count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let number = Int(exactly: value) else {
      throw damage("a number of up to \(Int.max) in \(what)", "\(value)")
    }
    return number
  }

  /// An address; ``HDF5File/undefined`` for none.
  mutating func address() throws -> Int {
    let value = try take(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(exactly: value) ?? HDF5File.undefined
  }

  mutating func mark(_ text: String) throws {
    let found = try take(text.utf8.count)
    guard found.elementsEqual(text.utf8) else {
      throw damage("\(what) with the mark \(text)", "other bytes")
    }
  }

  /// Passes over bytes up to a multiple of eight from the beginning.
  mutating func align() throws { try skip(min((8 - place % 8) % 8, left)) }

  func damage(_ expected: String, _ found: String) -> FileError {
    FileError(
      file: file, offset: offset + place, expected: expected, found: found,
      remedy: "the file is damaged or cut short, so copy or download it again")
  }

  func refusal(_ expected: String, _ found: String) -> FileError {
    FileError(
      file: file, offset: offset + place, expected: expected, found: found,
      remedy: "store it in the way that MATLAB and h5py do by default, or as NumPy's .npy")
  }
}
