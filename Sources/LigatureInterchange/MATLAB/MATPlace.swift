import LigatureFiles

/// An array in a MAT file: a variable, a field of a structure or a cell, with a reader that stands
/// behind its name.
struct MATPlace {
  let reader: ByteReader
  let head: MATMatrixHead
  let bigEndian: Bool

  /// What errors call it, such as `variable "x"`.
  let what: String

  /// The position of the reader at which the whole variable ends.
  let variableEnd: Int

  var variable: MATVariable { head.variable }

  /// The array inside a container or object that the reader has come to.
  func inner(_ what: String) throws -> MATPlace {
    let inside = try MATMatrixHead(from: reader, bigEndian: bigEndian, of: what)
    guard inside.end <= head.end else {
      throw damaged("\(what) to end within it", "\(inside.end - head.end) bytes more")
    }
    return MATPlace(
      reader: reader, head: inside, bigEndian: bigEndian, what: what, variableEnd: variableEnd)
  }

  /// Passes over what is left of it.
  func skip() throws {
    guard head.end >= reader.position else {
      throw damaged("\(what) to end within its length", "\(reader.position - head.end) bytes more")
    }
    try reader.skip(head.end - reader.position, of: "the rest of \(what)")
  }

  /// Passes over what follows in the variable, and checks that it ends there.
  func finish() throws {
    try reader.skip(max(0, variableEnd - reader.position), of: "the rest of \(what)")
    guard try reader.isAtEnd() else {
      throw reader.failure(
        expected: "the end of \(what)", found: "more data",
        remedy: "the file is damaged, so copy or download it again")
    }
  }

  func damaged(_ expected: String, _ found: String) -> FileError {
    reader.failure(
      expected: expected, found: found,
      remedy: "the file is damaged, so copy or download it again")
  }
}

// MARK: - Numbers

extension MATPlace {
  /// The numbers of a dense array, of which `done` follows the last one.
  func numbers(order: AxisOrder, done: @escaping () throws -> Void) throws -> PendingArray {
    guard variable.class.isNumeric && !variable.isComplex else { throw refusal() }
    return try numbers(order: order, declared: nil) {
      try skip()
      try done()
    }
  }

  /// The numbers of the next part, of which `done` follows the last one.
  ///
  /// - Parameter declared: the type of the array, which may be wider than that of what is stored.
  func numbers(
    order: AxisOrder, declared: StoredType?, done: @escaping () throws -> Void
  ) throws -> PendingArray {
    guard !head.hasNoParts else {
      return try pending(.float64, [], order: order, declared: declared, done: done)
    }
    let data = try MATElement(from: reader, bigEndian: bigEndian, of: "the data of \(what)")
    guard let type = data.storedType else {
      throw damaged("numbers as the data of \(what)", "data type \(data.code)")
    }
    let room = head.end - reader.position
    guard let count = elementCount(of: variable.size),
      case (let length, let overflow) = count.multipliedReportingOverflow(by: type.byteCount),
      !overflow, length == data.byteCount,
      room >= (data.inlineBytes == nil ? data.byteCount : 0)
    else {
      throw reader.failure(
        expected:
          "\(sizeText(variable.size)) numbers of \(8 * type.byteCount) bits in \(what)",
        found: "\(data.byteCount) bytes of data and \(max(0, room)) left in the variable",
        remedy: data.code == MATElement.Code.utf8
          ? "text with characters beyond ASCII cannot be read, so save its numbers, double(x)"
          : "the file is damaged, so copy or download it again")
    }
    return try pending(type, data.inlineBytes, order: order, declared: declared) {
      // Another part may follow.
      try reader.skip(
        data.inlineBytes == nil ? min(data.paddedCount, room) - data.byteCount : 0,
        of: "the padding of \(what)")
      try done()
    }
  }

  private func pending(
    _ type: StoredType, _ inlineBytes: [UInt8]?, order: AxisOrder, declared: StoredType?,
    done: @escaping () throws -> Void
  ) throws -> PendingArray {
    try PendingArray(
      reader, storedShape: variable.size, order: order, firstAxisFastest: true, type: type,
      bigEndian: bigEndian, inlineBytes: inlineBytes, declared: declared, of: what
    ) { _ in try done() }
  }

  /// What cannot be read as numbers, by name, and what to save instead.
  private func refusal() -> FileError {
    reader.failure(
      expected: "\(what) as a dense array of real numbers", found: variable.kind,
      remedy: MATRemedy(variable).text)
  }
}

// MARK: - Containers

extension MATPlace {
  /// What a cell takes in memory beside its elements, about.
  static let cellByteCount = 512

  /// The arrays of numbers in a cell array, in the order in which MATLAB counts them: columns
  /// first.
  func forEachCell(order: AxisOrder, _ body: (PendingArray) throws -> Void) throws {
    guard variable.class == .cell else {
      throw reader.failure(
        expected: "\(what) as a cell array", found: variable.kind,
        remedy: variable.class.isNumeric
          ? "it is one array: read it with tensor(_:) or array(_:as:)"
          : MATRemedy(variable).text)
    }
    try forEachCell { _, cell in try body(cell.numbers(order: order) {}) }
    try finish()
  }

  /// Whatever is in a cell array, with numbers from 0; what the body leaves of a cell is passed
  /// over.
  func forEachCell(_ body: (Int, MATPlace) throws -> Void) throws {
    guard variable.class == .cell, let count = elementCount(of: variable.size),
      count <= (head.end - reader.position) / MATElement.tagByteCount
    else {
      throw damaged(
        "\(sizeText(variable.size)) cells in \(what)",
        "\(variable.kind), and \(head.end - reader.position) bytes left in the variable")
    }
    for number in 0..<count {
      try reader.claim(Self.cellByteCount, for: what)
      let cell = try inner("cell \(number + 1) of \(what)")
      try body(number, cell)
      try cell.skip()
    }
  }

  /// The field of one structure.
  func field(_ name: String) throws -> MATPlace {
    guard variable.class == .struct, elementCount(of: variable.size) == 1 else {
      throw reader.failure(
        expected: "\(what) as one structure, with a field", found: variable.kind,
        remedy: variable.class == .struct
          ? "save a field of all of them as a cell array, {s.field}, or read all of them with "
            + "value(_:)" : "name it without a field")
    }
    let names = try fieldNames()
    guard let place = names.firstIndex(of: name) else {
      throw reader.failure(
        expected: "a field \"\(name)\" in \(what)",
        found: names.isEmpty
          ? "no field at all" : names.prefix(20).map { "\"\($0)\"" }.joined(separator: ", "),
        remedy: names.isEmpty
          ? "save it in MATLAB again, with the field" : "ask for one of those that are there")
    }
    for other in names[..<place] { try inner("field \"\(other)\" of \(what)").skip() }
    return try inner("field \"\(name)\" of \(what)")
  }

  /// Far more fields than a structure has.
  private static let mostFieldBytes = 1 << 20

  /// Reads the names of the fields of a structure, each padded to the same length.
  func fieldNames() throws -> [String] {
    let length = try MATElement(
      from: reader, bigEndian: bigEndian, of: "the length of names in \(what)"
    ).contents(from: reader, atMost: 4, of: "the length of names in \(what)")
    let word = Int(MATElement.word(length, bigEndian: bigEndian))
    let text = try MATElement(
      from: reader, bigEndian: bigEndian, of: "the names of fields in \(what)"
    ).contents(from: reader, atMost: Self.mostFieldBytes, of: "the names of fields in \(what)")
    guard length.count == 4, word > 0, text.count % word == 0 else {
      throw damaged("names of equal length in \(what)", "\(text.count) bytes by \(word)")
    }
    return stride(from: 0, to: text.count, by: word).map {
      String(decoding: text[$0..<$0 + word].prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
