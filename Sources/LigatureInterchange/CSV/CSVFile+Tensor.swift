import LigatureFiles
import LigatureTensors

extension CSVFile {
  /// Columns as a tensor `[rows, columns]` of `Scalar`, in the order of the names. Each number is
  /// rounded once, to the nearest `Scalar`. O(bytes), and no memory of that order beside the
  /// result.
  ///
  /// - Parameter columns: names in the header; by default all of them.
  /// - Throws: `FileError` if there is no such column, or a field in one of them is not a finite
  ///   number that `Scalar` can hold.
  public func tensor<Scalar: FileElement & TensorScalar & BinaryFloatingPoint>(
    _ columns: [String]? = nil, as type: Scalar.Type = Float.self
  ) throws -> Tensor {
    try source.reading("a CSV file", isText: true) {
      let names = columns ?? columnNames
      let places = try places(ofColumns: names)
      return try Tensor(shape: [rowCount, names.count], as: type) { scalars in
        // Told apart here, so that the loop over all numbers knows its type.
        if let floats = scalars as? UnsafeMutableBufferPointer<Float> {
          try read(names, places, into: floats)
        } else if let doubles = scalars as? UnsafeMutableBufferPointer<Double> {
          try read(names, places, into: doubles)
        } else {
          throw FileError(
            file: source.name, expected: "a request for Float or Double", found: "\(type)",
            remedy: "ask for one of these")
        }
      }
    }
  }

  /// Where in a row the columns stand, each with its place among the names, in the order of rows.
  private func places(ofColumns names: [String]) throws -> [(field: Int, column: Int)] {
    let known = Dictionary(
      uniqueKeysWithValues: columnNames.enumerated().map { ($1, form.indexCount + $0) })
    let places = try names.enumerated().map { column, name in
      guard let field = known[name] else {
        throw FileError(
          file: source.name, expected: "a column \(CSVScanner.quoted(name))",
          found: "the columns "
            + columnNames.prefix(20).map(CSVScanner.quoted).joined(separator: ", ")
            + (columnNames.count > 20 ? " and \(columnNames.count - 20) more" : ""),
          remedy: "name one of these")
      }
      return (field: field, column: column)
    }
    return places.sorted { $0.field < $1.field }
  }

  private func read<Scalar: DecimalScalar>(
    _ names: [String], _ places: [(field: Int, column: Int)],
    into scalars: UnsafeMutableBufferPointer<Scalar>
  ) throws {
    var scanner = try CSVScanner(source, separator: separator)
    guard try CSVForm(&scanner).names == columnNames else { throw changed(scanner) }
    for row in 0..<rowCount {
      var wanted = 0
      let shape = try scanner.nextRow { number, field, scanner in
        while wanted < places.count, places[wanted].field == number {
          let column = places[wanted].column
          let value = scanner.withBytes(of: field) { DecimalNumber($0)?.rounded(to: Scalar.self) }
          guard let value, value.isFinite else {
            throw scanner.noNumber(
              field, inColumn: number, named: names[column], as: Scalar.self)
          }
          scalars[row * names.count + column] = value
          wanted += 1
        }
      }
      guard let shape else { throw changed(scanner) }
      try scanner.require(shape, form)
    }
    guard try scanner.nextRow({ _, _, _ in }) == nil else { throw changed(scanner) }
  }

  private func changed(_ scanner: CSVScanner) -> FileError {
    scanner.failure(
      expected: "the header and rows that were there when the file was opened", found: "others",
      remedy: "open the file again")
  }
}
