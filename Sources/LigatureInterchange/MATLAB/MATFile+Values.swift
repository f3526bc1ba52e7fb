import LigatureFiles
import LigatureTensors

extension MATFile {
  /// Reads whatever a variable holds: numbers, text, cells, structures, sparse and categorical
  /// arrays, in each other as they are.
  ///
  /// - Parameter name: the variable's name, or `variable.field` for a field of a structure.
  /// - Throws: `FileError` if there is no such variable, it is damaged, cut short, larger than the
  ///   limit, or nested in more than 64 levels.
  /// - Complexity: O(elements + cells).
  public func value(_ name: String) throws -> MATValue {
    let place = try place(name)
    if place.variable.className == "categorical" { return .categorical(try categorical(name)) }
    var objects = 0
    let value = try value(at: place, depth: 0, objects: &objects)
    try place.finish()
    return value
  }

  private static let deepest = 64

  /// Each of them takes a walk over all objects of the file.
  private static let mostObjects = 256

  private func value(at place: MATPlace, depth: Int, objects: inout Int) throws -> MATValue {
    guard depth < Self.deepest else {
      throw place.reader.failure(
        expected: "at most \(Self.deepest) levels of cells and structures in each other",
        found: "more", remedy: "save the inner ones as variables of their own")
    }
    let variable = place.variable
    switch variable.class {
    case .cell:
      var cells: [MATValue] = []
      try place.forEachCell { _, cell in
        cells.append(try value(at: cell, depth: depth + 1, objects: &objects))
      }
      return .cells(size: variable.size, cells)
    case .struct:
      var columns: [[MATValue]] = []
      let names = try place.forEachField { field, inner in
        while columns.count <= field { columns.append([]) }
        columns[field].append(try value(at: inner, depth: depth + 1, objects: &objects))
      }
      while columns.count < names.count { columns.append([]) }
      return .structure(
        MATStructure(size: variable.size, fields: Array(zip(names, columns)).map { ($0, $1) }))
    case .char: return .text(try place.textRows())
    case .sparse: return .sparse(try place.sparse())
    case .function: return .object(className: "function_handle")
    case .object, .opaque:
      guard variable.className == "categorical" else {
        return .object(className: variable.className ?? "object")
      }
      objects += 1
      guard objects <= Self.mostObjects else {
        throw place.reader.failure(
          expected: "at most \(Self.mostObjects) categorical arrays in one variable",
          found: "more", remedy: "save them as variables of their own")
      }
      return .categorical(try categorical(at: place))
    default:
      if variable.isComplex {
        let real = try place.part().ownTensor()
        return .complex(real: real, imaginary: try place.part().ownTensor())
      }
      return .numbers(try place.part().ownTensor())
    }
  }
}
