import LigatureFiles
import LigatureTensors

extension NPYFile {
  /// Some entries along the first axis, in the order of their numbers, read from where they lie, so
  /// that an array larger than memory can be read piece by piece. Types are those of
  /// ``tensor(order:)``. O(elements of these entries).
  ///
  /// - Throws: `FileError` for a number that is not there, and for an array that does not lie
  ///   row-major in a file of its own: one in Fortran order, or in an archive (.npz).
  public func observations(_ numbers: [Int]) throws -> Tensor {
    guard case .file(let source) = origin, !header.isFortranOrder else {
      throw FileError(
        file: origin.name, expected: "a row-major array in a file of its own",
        found: header.isFortranOrder ? "one in Fortran order" : "one in an archive",
        remedy: "save it with numpy.save(path, numpy.ascontiguousarray(x)), or read it whole with "
          + "tensor()")
    }
    return try StoredRows(
      source: source, offset: header.byteCount, shape: shape, type: elementType.storedType,
      bigEndian: header.isBigEndian, what: "the array"
    ).tensor(numbers)
  }
}
