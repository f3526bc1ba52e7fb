import LigatureFiles

extension MATFile {
  /// Reads a variable as a row-major array, converted while it is read.
  ///
  /// - Parameters:
  ///   - name: the variable's name, or `variable.field` for a field of a structure; the last
  ///     variable in the file counts if it occurs twice.
  ///   - type: `Float` (nearest value), `Double`, or `Int64` (whole numbers only).
  ///   - order: the order of the axes in the result.
  /// - Returns: shape and elements; the shape is the variable's `size`, reordered.
  /// - Throws: `FileError` if there is no such variable, it is not a dense real array of numbers,
  ///   it
  ///   is damaged or cut short, it is compressed and larger than the limit, or a number does not fit
  ///   `Int64`.
  /// - Complexity: O(elements), and no memory of that order beside the result.
  public func array<Element: FileElement>(
    _ name: String, as type: Element.Type = Element.self, order: AxisOrder = .asStored
  ) throws -> FileArray<Element> {
    try pendingArray(name, order: order).array()
  }

  /// Reads the arrays in a cell array, such as sequences of different lengths, in the order in
  /// which MATLAB counts cells: columns first.
  ///
  /// - Parameters: as for ``array(_:as:order:)``; the order is that of the axes of each cell.
  /// - Throws: `FileError` as there, and if the variable is no cell array, or a cell is no array of
  ///   numbers.
  /// - Complexity: O(elements + cells).
  public func arrays<Element: FileElement>(
    _ name: String, as type: Element.Type = Element.self, order: AxisOrder = .asStored
  ) throws -> [FileArray<Element>] {
    var arrays: [FileArray<Element>] = []
    try place(name).forEachCell(order: order) { arrays.append(try $0.array()) }
    return arrays
  }

  /// The variable `name`, ready to be read into a receiver's own memory.
  package func pendingArray(_ name: String, order: AxisOrder) throws -> PendingArray {
    let place = try place(name)
    return try place.numbers(order: order, done: place.finish)
  }

  /// Goes to a variable, or to a field in it.
  func place(_ name: String) throws -> MATPlace {
    let names = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    // No name that MATLAB allows has a point, but other programs may write one.
    let isVariable = names.count == 1 || variables.contains { $0.name == name }
    let entry = try entry(isVariable ? name : names[0])
    let what = "variable \"\(entry.variable.name)\""
    let reader = try MATFile.Entry.reader(
      source, entry.range, isCompressed: entry.isCompressed, of: what, limit: limit, zlib: zlib)
    let head = try MATMatrixHead(from: reader, bigEndian: bigEndian)
    guard head.variable == entry.variable else {
      throw reader.failure(
        expected: "\(entry.variable)", found: "\(head.variable)",
        remedy: "the file has changed since it was opened, so open it again")
    }
    var place = MATPlace(
      reader: reader, head: head, bigEndian: bigEndian, what: what, variableEnd: head.end)
    guard !isVariable else { return place }
    for field in names.dropFirst() { place = try place.field(field) }
    return place
  }
}
