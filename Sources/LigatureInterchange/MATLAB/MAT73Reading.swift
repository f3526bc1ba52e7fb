import LigatureFiles
import LigatureTensors

/// The reading of one variable: it counts what it takes into memory, since a few references can
/// lead to the same large array again and again.
struct MAT73Reading {
  private static let deepest = 64
  private static let valueByteCount = 512

  private let file: HDF5File
  private var claimed = 0

  init(_ file: HDF5File) { self.file = file }

  private mutating func claim(_ count: Int, _ what: String) throws {
    claimed = claimed > .max - count ? .max : claimed + count
    if claimed > file.limit.byteCount { throw file.limit.exceeded(by: what, in: file.source.name) }
  }

  mutating func value(of node: MAT73Node, depth: Int) throws -> MATValue {
    guard depth < Self.deepest else {
      throw file.damage(
        "at most \(Self.deepest) levels of cells and structures in each other", "more",
        at: node.object.address)
    }
    try claim(Self.valueByteCount, node.what)
    let variable = node.variable("")
    switch variable.class {
    case .sparse: return .sparse(try sparse(of: node))
    case .struct where !node.isEmpty: return .structure(try structure(of: node, depth: depth))
    case .struct: return .structure(MATStructure(size: try emptySize(of: node), fields: []))
    case .cell:
      let nodes = try cells(of: node)
      let size = node.isEmpty ? try emptySize(of: node) : variable.size
      var values: [MATValue] = []
      for node in nodes { values.append(try value(of: node, depth: depth + 1)) }
      return .cells(size: size, values)
    case .char: return .text(try text(of: node))
    case .function: return .object(className: "function_handle")
    case .object, .opaque: return .object(className: node.className ?? "object")
    default:
      if variable.isComplex {
        let (real, imaginary) = try complex(of: node)
        return .complex(real: real, imaginary: imaginary)
      }
      return .numbers(try numbers(of: node, order: .asStored).ownTensor())
    }
  }

  /// A dense array of real numbers, ready to be read.
  mutating func numbers(of node: MAT73Node, order: AxisOrder) throws -> PendingArray {
    guard let dataset = node.dataset, case .numbers(let type, let bigEndian) = dataset.type,
      node.sparseRows == nil
    else {
      throw FileError(
        file: file.source.name, expected: "\(node.what) as a dense array of real numbers",
        found: node.variable("").kind, remedy: "read it with value(_:)")
    }
    if node.isEmpty {
      let size = try emptySize(of: node)
      guard size.contains(0) else {
        throw file.damage("an empty array", sizeText(size), at: node.object.address)
      }
      // Of no elements, any type is right that the class has.
      let stored: StoredType = node.className == "single" ? .float32 : .float64
      return try pending(
        ByteReader(PlainBytes(ByteSource([], name: file.source.name), 0..<0)), size, stored, false,
        order, node.what)
    }
    let what = node.what
    let reader = try dataset.reader { try claim($0, what) }
    // Converted, a number takes up to eight bytes, and there may be many variables of one place.
    try claim(elementCount(of: dataset.shape) ?? .max, what)
    return try pending(
      reader, MAT73Node.size(dataset.shape), type, bigEndian, order, node.what)
  }

  private func pending(
    _ reader: ByteReader, _ size: [Int], _ type: StoredType, _ bigEndian: Bool, _ order: AxisOrder,
    _ what: String
  ) throws -> PendingArray {
    try PendingArray(
      reader, storedShape: size, order: order, firstAxisFastest: true, type: type,
      bigEndian: bigEndian, of: what
    ) { _ in }
  }

  /// The size that stands in place of the elements of an empty array.
  private mutating func emptySize(of node: MAT73Node) throws -> [Int] {
    let sizes = try list(node, "the size of \(node.what)", atMost: 64).map { Int($0) }
    guard sizes.allSatisfy({ $0 >= 0 }) else {
      throw file.damage("sizes that are not negative", "\(sizes)", at: node.object.address)
    }
    return sizes
  }

  /// The whole numbers of a short dataset.
  private mutating func list(_ node: MAT73Node, _ what: String, atMost most: Int) throws -> [Int64]
  {
    guard let dataset = node.dataset, case .numbers(let type, let bigEndian) = dataset.type,
      let count = elementCount(of: dataset.shape), count <= most
    else {
      throw file.damage("whole numbers as \(what)", "something else", at: node.object.address)
    }
    try claim(8 * count, what)
    return try pending(
      dataset.reader { try claim($0, what) }, [count], type, bigEndian, .asStored, what
    ).array().values
  }

  // MARK: - Texts

  private mutating func text(of node: MAT73Node) throws -> [String] {
    if node.isEmpty { return try emptySize(of: node).first == 1 ? [""] : [] }
    guard let shape = node.dataset?.shape, let count = elementCount(of: shape),
      case let size = MAT73Node.size(shape), size.count == 2
    else {
      throw FileError(
        file: file.source.name, expected: "\(node.what) as rows of text",
        found: node.variable("").kind, remedy: "save it as a cell array of texts, cellstr(x)")
    }
    let units = try list(node, node.what, atMost: .max / 16).map { UInt16(truncatingIfNeeded: $0) }
    guard count > 0 else { return [] }
    // No more rows than units, which are in memory.
    try claim(32 * size[0], node.what)
    return (0..<size[0]).map { row in
      String(decoding: stride(from: row, to: count, by: size[0]).map { units[$0] }, as: UTF16.self)
    }
  }

  // MARK: - Containers

  /// The objects that a cell array refers to, in the order in which MATLAB counts.
  mutating func cells(of node: MAT73Node) throws -> [MAT73Node] {
    if node.isEmpty, node.className == "cell" { return [] }
    guard let dataset = node.dataset, dataset.type == .references else {
      throw FileError(
        file: file.source.name, expected: "\(node.what) as a cell array",
        found: node.variable("").kind, remedy: "read it with tensor(_:) or value(_:)")
    }
    let what = node.what
    let count = elementCount(of: dataset.shape) ?? 0
    let reader = try dataset.reader { try claim($0, what) }
    guard count <= reader.mostBytesLeft / 8 else {
      throw file.damage(
        "\(count) cells in \(what)", "\(reader.mostBytesLeft) bytes", at: node.object.address)
    }
    var nodes: [MAT73Node] = []
    for number in 0..<count {
      try claim(Self.valueByteCount, what)
      var fields = HDF5Fields(
        try reader.bytes(8, of: what), file: file.source.name, what: what,
        address: file.base + node.object.address)
      let name = "cell \(number + 1) of \(what)"
      nodes.append(try MAT73Node(HDF5Object(file, at: fields.address()), what: name))
    }
    return nodes
  }

  private mutating func structure(of node: MAT73Node, depth: Int) throws -> MATStructure {
    guard node.dataset == nil else {
      throw file.damage("\(node.what) as a group", "a dataset", at: node.object.address)
    }
    var size = [1, 1]
    var fields: [(name: String, values: [MATValue])] = []
    for (name, address) in try file.links(of: node.object) {
      let what = "field \"\(name)\" of \(node.what)"
      let field = try MAT73Node(HDF5Object(file, at: address), what: what)
      // Of an array of structures, each field is a list of references without a class.
      if field.className == nil, let dataset = field.dataset, dataset.type == .references {
        size = MAT73Node.size(dataset.shape)
        var values: [MATValue] = []
        for cell in try cells(of: field) { values.append(try value(of: cell, depth: depth + 1)) }
        fields.append((name, values))
      } else {
        fields.append((name, [try value(of: field, depth: depth + 1)]))
      }
    }
    guard let count = elementCount(of: size), fields.allSatisfy({ $0.values.count == count }) else {
      throw file.damage(
        "\(sizeText(size)) values of each field of \(node.what)",
        "\(fields.map(\.values.count))", at: node.object.address)
    }
    return MATStructure(size: size, fields: fields)
  }

  // MARK: - Other numbers

  private mutating func sparse(of node: MAT73Node) throws -> MATSparse {
    let links = Dictionary(
      try file.links(of: node.object).map { ($0.name, $0.address) }
    ) { $1 }
    func part(_ name: String) throws -> MAT73Node? {
      try links[name].map { try MAT73Node(HDF5Object(file, at: $0), what: node.what) }
    }
    guard let columns = try part("jc"), let rowCount = node.sparseRows, rowCount >= 0 else {
      throw file.damage("\(node.what) with jc, ir and data", "\(links.keys.sorted().prefix(8))")
    }
    let starts = try list(columns, node.what, atMost: .max / 16)
    guard starts.first == 0, let last = starts.last, let count = Int(exactly: last),
      zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 })
    else { throw file.damage("where each column of \(node.what) begins", "\(starts.prefix(8))") }
    var rows: [Int] = []
    var values: [Double] = []
    if count > 0 {
      guard let places = try part("ir"), let data = try part("data") else {
        throw file.damage("\(node.what) with jc, ir and data", "\(links.keys.sorted().prefix(8))")
      }
      rows = try list(places, node.what, atMost: .max / 16).map { Int($0) }
      values = try numbers(of: data, order: .asStored).array().values
    }
    guard rows.count >= count, values.count >= count,
      rows.prefix(count).allSatisfy({ (0..<rowCount).contains($0) })
    else {
      throw file.damage(
        "\(count) numbers in rows from 0 to \(rowCount - 1) of \(node.what)",
        "\(rows.count) rows and \(values.count) numbers")
    }
    var numbers: [Int] = []
    for column in 0..<(starts.count - 1) {
      numbers += repeatElement(column, count: Int(starts[column + 1] - starts[column]))
    }
    return MATSparse(
      size: [rowCount, starts.count - 1], rows: Array(rows.prefix(count)), columns: numbers,
      values: Array(values.prefix(count)))
  }

  private mutating func complex(of node: MAT73Node) throws -> (Tensor, Tensor) {
    guard let dataset = node.dataset, case .complex(let type, let bigEndian) = dataset.type else {
      throw file.damage("complex numbers", "others", at: node.object.address)
    }
    let what = node.what
    let reader = try dataset.reader { try claim($0, what) }
    let count = elementCount(of: dataset.shape) ?? 0
    // As one array with the parts along the fastest axis.
    let size = MAT73Node.size(dataset.shape)
    try claim(16 * count, what)
    let both = try pending(reader, [2] + size, type, bigEndian, .asStored, what).ownTensor()
    return (
      try both.slice(0..<1, axis: 0).reshaped(to: size),
      try both.slice(1..<2, axis: 0).reshaped(to: size)
    )
  }
}
