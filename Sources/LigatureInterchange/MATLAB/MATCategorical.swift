/// A categorical array of MATLAB: the number of a category for each element.
public struct MATCategorical: Sendable, Equatable {
  /// The size as MATLAB gives it.
  public let size: [Int]

  /// For each element, row-major, the number of its category from 0; nil for MATLAB's
  /// `<undefined>`.
  public let codes: [Int?]

  /// What the categories are called.
  public let categories: [String]

  /// For each element what its category is called; nil where it has none.
  public var names: [String?] { codes.map { code in code.map { categories[$0] } } }
}

extension MATFile {
  /// Reads a categorical variable, such as the labels of images.
  ///
  ///     let labels = try file.categorical("labelsTrain")
  ///     labels.categories                             // ["0", "1", ...]
  ///     labels.codes                                  // [1, 1, 3, ...]
  ///
  /// MATLAB does not document how it writes objects. What is read here was found in files that it
  /// wrote: the values of an object's properties stand in a list of their own behind the variables,
  /// with a table that says which of them belong to which object. A categorical array has its
  /// `codes`, from 1, and its `categoryNames` there.
  ///
  /// - Parameter name: the variable's name, or `variable.field` for a field of a structure.
  /// - Throws: `FileError` if there is no such variable, it is not categorical, or what the file
  ///   says of it is damaged, or not as in the files that are known.
  /// - Complexity: O(elements of all objects in the file).
  public func categorical(_ name: String) throws -> MATCategorical {
    let place = try place(name)
    guard place.variable.className == "categorical" else {
      throw place.reader.failure(
        expected: "\(place.what) as a categorical array", found: place.variable.kind,
        remedy: place.variable.class.isNumeric
          ? "it is an array of numbers: read it with tensor(_:) or array(_:as:)"
          : MATRemedy(place.variable).text)
    }
    return try categorical(at: place)
  }

  /// The categorical array that a place refers to.
  func categorical(at place: MATPlace) throws -> MATCategorical {
    let number = try place.objectNumber()
    var categories: [String]?
    var codes: FileArray<Int64>?
    try objectProperties(of: number, place.what) { property, value in
      switch property {
      case "categoryNames":
        var names: [String] = []
        try value.forEachCell { _, cell in names.append(try cell.text()) }
        categories = names
      case "codes": codes = try value.numbers(order: .asStored, done: {}).array()
      default: break
      }
    }
    guard let categories, let codes,
      let numbers = Self.numbers(codes.values, among: categories.count)
    else {
      throw place.damaged(
        "codes and the names of their categories",
        "\(codes?.values.count ?? 0) codes and \(categories?.count ?? 0) names")
    }
    return MATCategorical(size: codes.shape, codes: numbers, categories: categories)
  }

  /// Codes counted from 0; nil where one has no category.
  private static func numbers(_ codes: [Int64], among count: Int) -> [Int?]? {
    guard codes.allSatisfy({ (0...Int64(count)).contains($0) }) else { return nil }
    return codes.map { $0 == 0 ? nil : Int($0) - 1 }
  }
}
