import LigatureTensors

/// Whatever a variable of MATLAB holds.
///
///     let value = try file.value("data")
///     let images = try value["images"]?.tensor      // data.images
///     let names = value["names"]?.cells?.compactMap(\.text)
public indirect enum MATValue: Sendable {
  /// Numbers, of the type in which they were stored, or the narrowest that holds all of them;
  /// logical values are `uint8`.
  case numbers(Tensor)
  /// Numbers with imaginary parts.
  case complex(real: Tensor, imaginary: Tensor)
  /// A char array: a text for each of its rows.
  case text([String])
  /// A cell array, in the order in which MATLAB counts: columns first.
  case cells(size: [Int], [MATValue])
  /// A structure, or an array of them.
  case structure(MATStructure)
  /// A sparse matrix.
  case sparse(MATSparse)
  /// A categorical array.
  case categorical(MATCategorical)
  /// Something that is not decoded, a function or an object, by the name of its class.
  case object(className: String)

  /// The numbers, if it is a dense array of real ones.
  public var tensor: Tensor? {
    if case .numbers(let tensor) = self { tensor } else { nil }
  }

  /// The text, if it is a char array of one row.
  public var text: String? {
    if case .text(let rows) = self, rows.count == 1 { rows[0] } else { nil }
  }

  /// The cells, if it is a cell array, in the order in which MATLAB counts: columns first.
  public var cells: [MATValue]? {
    if case .cells(_, let cells) = self { cells } else { nil }
  }

  /// The field of a structure, if it is one structure with this field.
  public subscript(_ field: String) -> MATValue? {
    guard case .structure(let structure) = self,
      let values = structure.fields.first(where: { $0.name == field })?.values
    else { return nil }
    return values.count == 1 ? values[0] : nil
  }
}

/// A structure array of MATLAB: for each field, its value in each element.
public struct MATStructure: Sendable {
  /// The size as MATLAB gives it, `[1, 1]` for one structure.
  public let size: [Int]

  /// The fields in their order; the values of each are in the order in which MATLAB counts the
  /// elements: columns first.
  public let fields: [(name: String, values: [MATValue])]
}

/// A sparse matrix of MATLAB: the numbers that are kept, with their places.
public struct MATSparse: Sendable, Equatable {
  /// Rows and columns.
  public let size: [Int]
  /// The row of each number, from 0; ascending in a column.
  public let rows: [Int]
  /// The column of each number, from 0, ascending.
  public let columns: [Int]
  /// The numbers.
  public let values: [Double]

  /// The matrix with its zeros, `[rows, columns]`. O(rows × columns). Throws for one of more than
  /// `limit` elements, which a small file can claim.
  public func dense(atMost limit: Int = 1 << 28) throws -> Tensor {
    guard let count = elementCount(of: size), count <= limit else {
      throw TensorError(
        "dense", "the matrix of size \(sizeText(size)) has more than \(limit) elements",
        remedy: "Allow more with atMost:, or use the numbers that it keeps")
    }
    return try Tensor(shape: size, as: Double.self) { elements in
      for (place, value) in values.enumerated() {
        elements[rows[place] * size[1] + columns[place]] = value
      }
    }
  }
}
