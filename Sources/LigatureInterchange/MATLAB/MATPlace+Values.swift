import LigatureFiles

extension MATPlace {
  /// The numbers of the next part: of a complex array the real ones, then the imaginary ones.
  /// Logical values keep their bytes.
  func part() throws -> PendingArray {
    let declared: StoredType =
      switch variable.class {
      case .int8: .int8
      case .int16: .int16
      case .int32: .int32
      case .int64: .int64
      case .uint8, .logical: .uint8
      case .uint16: .uint16
      case .uint32: .uint32
      case .uint64: .uint64
      case .single: .float32
      default: .float64
      }
    return try numbers(order: .asStored, declared: declared) {}
  }

  /// The rows of a char array.
  func textRows() throws -> [String] {
    guard variable.size.count == 2 else {
      throw reader.failure(
        expected: "\(what) as rows of text", found: variable.kind,
        remedy: "save it as a cell array of texts, cellstr(x)")
    }
    let (rows, columns) = (variable.size[0], variable.size[1])
    guard rows > 0, columns > 0, !head.hasNoParts else { return rows == 1 ? [""] : [] }
    let data = try MATElement(from: reader, bigEndian: bigEndian, of: "the data of \(what)")
    let bytes = try data.contents(
      from: reader, atMost: max(0, head.end - reader.position), of: "the data of \(what)")
    if rows == 1 { return [try text(of: data, bytes)] }
    // Rows of equal length, which their units interleave.
    let width = data.storedType?.byteCount ?? 0
    guard [1, 2].contains(width),
      data.code != MATElement.Code.utf8 || bytes.allSatisfy({ $0 < 128 }),
      let count = elementCount(of: variable.size), count == bytes.count / width
    else {
      throw damaged(
        "\(sizeText(variable.size)) characters in \(what)", "\(bytes.count) bytes of data")
    }
    try reader.claim(rows * 32, for: what)
    return try (0..<rows).map { row in
      let units = stride(from: row, to: count, by: rows).flatMap {
        bytes[($0 * width)..<($0 * width + width)]
      }
      return try text(of: data, units)
    }
  }

  /// A sparse matrix of real numbers.
  func sparse() throws -> MATSparse {
    guard !variable.isComplex, variable.size.count == 2 else {
      throw reader.failure(
        expected: "\(what) as a sparse matrix of real numbers", found: variable.kind,
        remedy: "save real(x) and imag(x) as two variables")
    }
    let rows: [Int64] = try list("the rows of \(what)")
    let starts: [Int64] = try list("the columns of \(what)")
    guard starts.count == variable.size[1] + 1, starts.first == 0,
      zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 }), let count = starts.last,
      count <= rows.count
    else { throw damaged("where each column of \(what) begins", "\(starts.prefix(8))") }
    let used = rows.prefix(Int(count)).map { Int($0) }
    guard used.allSatisfy({ (0..<variable.size[0]).contains($0) }) else {
      throw damaged("rows from 0 to \(variable.size[0] - 1) in \(what)", "others")
    }
    let values: [Double] = count == 0 ? [] : try list("the numbers of \(what)")
    guard values.count >= used.count else {
      throw damaged("\(used.count) numbers in \(what)", "\(values.count)")
    }
    var columns: [Int] = []
    columns.reserveCapacity(used.count)
    for column in 0..<variable.size[1] {
      columns += repeatElement(column, count: Int(starts[column + 1] - starts[column]))
    }
    return MATSparse(
      size: variable.size, rows: used, columns: columns, values: Array(values.prefix(used.count)))
  }

  /// Numbers whose count their length says.
  private func list<Element: FileElement>(_ what: String) throws -> [Element] {
    let data = try MATElement(from: reader, bigEndian: bigEndian, of: what)
    guard let type = data.storedType, data.byteCount % type.byteCount == 0,
      head.end - reader.position >= (data.inlineBytes == nil ? data.paddedCount : 0)
    else { throw damaged("numbers as \(what)", "\(data.byteCount) bytes of type \(data.code)") }
    let pending = try PendingArray(
      reader, storedShape: [data.byteCount / type.byteCount], order: .asStored,
      firstAxisFastest: true, type: type, bigEndian: bigEndian, inlineBytes: data.inlineBytes,
      of: what
    ) { [reader] _ in
      try reader.skip(
        data.inlineBytes == nil ? data.paddedCount - data.byteCount : 0, of: "padding")
    }
    return try pending.array().values
  }

  /// Whatever is in the fields of a structure, or of an array of them, by the field's number.
  func forEachField(_ body: (Int, MATPlace) throws -> Void) throws -> [String] {
    guard !head.hasNoParts else { return [] }
    let names = try fieldNames()
    guard let count = elementCount(of: variable.size),
      names.isEmpty
        || count <= (head.end - reader.position) / MATElement.tagByteCount / names.count
    else {
      throw damaged(
        "\(sizeText(variable.size)) structures of \(names.count) fields in \(what)",
        "\(head.end - reader.position) bytes left in the variable")
    }
    guard Set(names).count == names.count else {
      throw damaged("fields with a name each in \(what)", "two that are called the same")
    }
    guard !names.isEmpty else { return [] }
    for _ in 0..<count {
      for (number, name) in names.enumerated() {
        try reader.claim(Self.cellByteCount, for: what)
        let field = try inner("field \"\(name)\" of \(what)")
        try body(number, field)
        try field.skip()
      }
    }
    return names
  }
}
