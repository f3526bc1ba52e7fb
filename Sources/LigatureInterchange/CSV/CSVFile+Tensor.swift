import LigatureFiles
import LigatureTensors

extension CSVFile {
  /// Columns as a tensor `[rows, columns]` of `Scalar`, in the order of the names. O(bytes), and no
  /// memory of that order beside the result.
  ///
  /// - Parameter columns: names in the header; by default all of them.
  /// - Throws: `FileError` if there is no such column, or a field in one of them is not a finite
  ///   number that `Scalar` can hold.
  public func tensor<Scalar: FileElement & TensorScalar & BinaryFloatingPoint>(
    _ columns: [String]? = nil, as type: Scalar.Type = Float.self
  ) throws -> Tensor {
    let names = columns ?? columnNames
    let places = try names.map { try place(ofColumn: $0) }
    var scanner = try CSVScanner(source, separator: separator)
    guard try scanner.header() == columnNames else { throw changed(scanner) }
    return try Tensor(shape: [rowCount, names.count], as: type) { scalars in
      for row in 0..<rowCount {
        guard try scanner.nextRow(of: columnNames.count) else { throw changed(scanner) }
        for (number, place) in places.enumerated() {
          let value = try scanner.number(inColumn: place, named: names[number], as: type)
          scalars[row * names.count + number] = value
        }
      }
      guard try !scanner.nextRow(of: columnNames.count) else { throw changed(scanner) }
    }
  }

  private func place(ofColumn name: String) throws -> Int {
    guard let place = columnNames.firstIndex(of: name) else {
      throw FileError(
        file: source.name, expected: "a column \(CSVScanner.quoted(name))",
        found: "the columns "
          + columnNames.prefix(20).map(CSVScanner.quoted).joined(separator: ", ")
          + (columnNames.count > 20 ? " and \(columnNames.count - 20) more" : ""),
        remedy: "name one of these")
    }
    return place
  }

  private func changed(_ scanner: CSVScanner) -> FileError {
    scanner.failure(
      expected: "the header and rows that were there when the file was opened", found: "others",
      remedy: "open the file again")
  }
}
