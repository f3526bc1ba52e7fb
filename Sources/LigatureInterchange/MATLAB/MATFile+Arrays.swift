import LigatureFiles

extension MATFile {
  /// Reads a variable as a row-major array, converted while it is read.
  ///
  /// - Parameters:
  ///   - name: the variable's name; the last one in the file counts if it occurs twice.
  ///   - type: `Float` (nearest value), `Double`, or `Int64` (whole numbers only).
  ///   - order: the order of the axes in the result.
  /// - Returns: shape and elements; the shape is the variable's `size`, reordered.
  /// - Throws: `FileError` if there is no such variable, it is not a dense real array of numbers,
  ///   it is damaged or cut short, or a number does not fit `Int64`.
  /// - Complexity: O(elements), and no memory of that order beside the result.
  public func array<Element: FileElement>(
    _ name: String, as type: Element.Type = Element.self, order: AxisOrder = .asStored
  ) throws -> FileArray<Element> {
    try pendingArray(name, order: order).array()
  }

  /// The variable `name`, ready to be read into a receiver's own memory.
  package func pendingArray(_ name: String, order: AxisOrder) throws -> PendingArray {
    let entry = try entry(name)
    let what = "variable \"\(name)\""
    let reader = try MATFile.Entry.reader(
      source, entry.range, isCompressed: entry.isCompressed, of: what, zlib: zlib)
    let head = try MATMatrixHead(from: reader, bigEndian: bigEndian)
    guard head.variable == entry.variable else {
      throw reader.failure(
        expected: "\(entry.variable)", found: "\(head.variable)",
        remedy: "the file has changed since it was opened, so open it again")
    }
    try refuseUnreadable(entry, reader)
    let data = try MATElement(from: reader, bigEndian: bigEndian, of: "the data of \(what)")
    guard let type = data.storedType else {
      throw reader.failure(
        expected: "numbers as the data of \(what)", found: "data type \(data.code)",
        remedy: "the file is damaged, so copy or download it again")
    }
    let size = entry.variable.size
    let room = head.end - reader.position
    guard let count = elementCount(of: size),
      case (let length, let overflow) = count.multipliedReportingOverflow(by: type.byteCount),
      !overflow, length == data.byteCount,
      room >= (data.inlineBytes == nil ? data.byteCount : 0)
    else {
      throw reader.failure(
        expected: "\(sizeText(size)) numbers of \(8 * type.byteCount) bits in \(what)",
        found: "\(data.byteCount) bytes of data and \(max(0, room)) left in the variable",
        remedy: data.code == MATElement.Code.utf8
          ? "text with characters beyond ASCII cannot be read"
          : "the file is damaged, so copy or download it again")
    }
    return try PendingArray(
      reader, storedShape: size, order: order, firstAxisFastest: true, type: type,
      bigEndian: bigEndian, inlineBytes: data.inlineBytes, of: what
    ) { reader in
      try reader.skip(head.end - reader.position, of: "the padding of \(what)")
      guard try reader.isAtEnd() else {
        throw reader.failure(
          expected: "the end of \(what)", found: "more data",
          remedy: "the file is damaged, so copy or download it again")
      }
    }
  }

  private func refuseUnreadable(_ entry: Entry, _ reader: ByteReader) throws {
    let variable = entry.variable
    guard variable.class.isNumeric && !variable.isComplex else {
      let remedy =
        variable.isComplex
        ? "save its real and imaginary parts as two variables"
        : variable.class == .sparse
          ? "save it as full(...)" : "save what it holds as arrays of numbers"
      throw FileError(
        file: source.name, offset: entry.range.lowerBound,
        expected: "a dense array of real numbers", found: "\(variable)", remedy: remedy)
    }
  }
}
