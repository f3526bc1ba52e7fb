import LigatureFiles

/// A dataset: its type, its sizes, and how it is stored.
struct HDF5Dataset {
  let file: HDF5File
  let type: HDF5Type
  /// The size of each axis, slowest first.
  let shape: [Int]
  private let layout: HDF5Layout
  private let filters: [HDF5Filter]

  /// Reads what the header says of it.
  init(_ object: HDF5Object) throws {
    file = object.file
    guard let type = try object.message(HDF5Object.Kind.datatype, "the type of a dataset"),
      var space = try object.message(HDF5Object.Kind.dataspace, "the size of a dataset"),
      let layout = try object.message(HDF5Object.Kind.layout, "the layout of a dataset")
    else {
      throw file.damage("a dataset with type, size and layout", "one without", at: object.address)
    }
    self.type = HDF5Type(type.bytes)
    let version = try space.number(1)
    let rank = try space.number(1)
    guard version == 1 || version == 2, rank <= 32 else {
      throw space.damage("a size of version 1 or 2 with up to 32 axes", "\(version), \(rank) axes")
    }
    try space.skip(1)
    let isEmpty = version == 2 ? try space.number(1) == 2 : false
    if version == 1 { try space.skip(5) }
    shape = isEmpty ? [0] : try (0..<rank).map { _ in try space.number(8) }
    self.layout = try HDF5Layout(layout, rank: rank)
    filters =
      try object.message(HDF5Object.Kind.filters, "the filters of a dataset")
      .map { try HDF5Filter.list($0) } ?? []
  }

  /// All elements in the order of the file, ready to be read.
  ///
  /// - Parameter claim: counts what is taken into memory.
  func reader(claim: (Int) throws -> Void) throws -> ByteReader {
    guard let count = elementCount(of: shape), count <= .max / 16 else {
      throw file.damage("a size that a file can have", sizeText(shape))
    }
    let byteCount = count * type.byteCount
    if case .contiguous(let address, _) = layout, address != HDF5File.undefined, filters.isEmpty {
      return ByteReader(
        PlainBytes(file.source, try file.range(byteCount, at: address, of: "a dataset")))
    }
    guard byteCount <= file.limit.byteCount else {
      throw file.limit.exceeded(by: "a dataset of size \(sizeText(shape))", in: file.source.name)
    }
    try claim(byteCount)
    let bytes: [UInt8]
    switch layout {
    case .compact(let own):
      guard own.count >= byteCount else {
        throw file.damage("\(byteCount) bytes in a compact dataset", "\(own.count)")
      }
      bytes = Array(own.prefix(byteCount))
    case .contiguous: bytes = [UInt8](repeating: 0, count: byteCount)
    case .chunked(let chunks):
      bytes = try HDF5Assembly(
        file, shape, elementByteCount: type.byteCount, chunks, filters
      ).assembled(byteCount)
    }
    return ByteReader(PlainBytes(ByteSource(bytes, name: file.source.name), 0..<bytes.count))
  }
}

/// How a dataset is stored.
enum HDF5Layout {
  case compact([UInt8])
  case contiguous(address: Int, byteCount: Int)
  case chunked(Chunks)

  /// Pieces of equal size, and where they are listed.
  struct Chunks {
    enum Index {
      /// A B-tree of version 1.
      case tree(Int)
      /// One chunk; its bytes as they are stored, where they are filtered.
      case single(Int, byteCount: Int?, mask: Int)
      /// One behind the other.
      case row(Int)
      /// A list of fixed length.
      case array(Int)
    }

    /// The sizes of a piece, slowest first.
    let shape: [Int]
    let index: Index
  }

  init(_ fields: HDF5Fields, rank: Int) throws {
    var fields = fields
    let version = try fields.number(1)
    switch version {
    case 1, 2:
      let count = try fields.number(1)
      let kind = try fields.number(1)
      try fields.skip(5)
      let address = kind == 0 ? HDF5File.undefined : try fields.address()
      guard count <= 33 else { throw fields.damage("up to 33 sizes", "\(count)") }
      let sizes = try (0..<count).map { _ in try fields.number(4) }
      switch kind {
      case 0:
        let length = try fields.number(4)
        self = .compact(Array(try fields.take(length)))
      case 1: self = .contiguous(address: address, byteCount: 0)
      default: self = .chunked(Chunks(shape: Array(sizes.dropLast()), index: .tree(address)))
      }
    case 3:
      switch try fields.number(1) {
      case 0:
        let length = try fields.number(2)
        self = .compact(Array(try fields.take(length)))
      case 1: self = .contiguous(address: try fields.address(), byteCount: try fields.number(8))
      case 2:
        let count = try fields.number(1)
        let tree = try fields.address()
        guard (1...33).contains(count) else { throw fields.damage("1 to 33 sizes", "\(count)") }
        let sizes = try (0..<count).map { _ in try fields.number(4) }
        self = .chunked(Chunks(shape: Array(sizes.dropLast()), index: .tree(tree)))
      case let kind: throw fields.refusal("a layout that is not virtual", "layout \(kind)")
      }
    case 4: self = try Self.latest(&fields)
    default: throw fields.refusal("a layout of version 1 to 4", "version \(version)")
    }
    if case .chunked(let chunks) = self {
      guard chunks.shape.count == rank, chunks.shape.allSatisfy({ $0 > 0 }) else {
        throw fields.damage("chunks of \(rank) axes", sizeText(chunks.shape))
      }
    }
  }

  private static func latest(_ fields: inout HDF5Fields) throws -> HDF5Layout {
    switch try fields.number(1) {
    case 0:
      let length = try fields.number(2)
      return .compact(Array(try fields.take(length)))
    case 1: return .contiguous(address: try fields.address(), byteCount: try fields.number(8))
    case 2:
      let flags = try fields.number(1)
      let count = try fields.number(1)
      let width = try fields.number(1)
      guard (1...33).contains(count), (1...8).contains(width) else {
        throw fields.damage("1 to 33 sizes of 1 to 8 bytes", "\(count) of \(width)")
      }
      let sizes = try (0..<count).map { _ in try fields.number(width) }
      let shape = Array(sizes.dropLast())
      switch try fields.number(1) {
      case 1:
        let isFiltered = flags & 2 != 0
        let length = isFiltered ? try fields.number(8) : nil
        let mask = isFiltered ? try fields.number(4) : 0
        return .chunked(
          Chunks(
            shape: shape, index: .single(try fields.address(), byteCount: length, mask: mask)))
      case 2: return .chunked(Chunks(shape: shape, index: .row(try fields.address())))
      case 3:
        try fields.skip(1)
        return .chunked(Chunks(shape: shape, index: .array(try fields.address())))
      case let kind:
        throw fields.refusal("chunks of a dataset that does not grow", "chunk index \(kind)")
      }
    case let kind: throw fields.refusal("a layout that is not virtual", "layout \(kind)")
    }
  }
}
