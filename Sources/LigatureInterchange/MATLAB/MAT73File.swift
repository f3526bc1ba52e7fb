import Foundation
import LigatureFiles
import LigatureTensors

/// A MAT-file of version 7.3, as MATLAB writes with `-v7.3` (or for variables of 2 GB and more): a
/// file of HDF5 with MATLAB's names for what is in it.
///
///     let file = try MAT73File(contentsOf: url)
///     print(file.variables)                         // [XTrain: 28x28x1x5000 double, ...]
///     let images = try file.tensor("XTrain", order: .lastFirst)
///     let names = try file.value("names").cells?.compactMap(\.text)
///
/// Numbers, logical values, texts, cell arrays, structures, sparse and complex arrays are read, by
/// the package itself; objects (`categorical`, `string`, `table`) are listed and come as
/// ``MATValue/object(className:)``. Fields of structures come in the order of their names. Axes are
/// those of MATLAB, as in ``MATFile``.
///
/// What is packed may take 256 MB, or 100 times the file's size where that is more, all parts of a
/// variable together; beyond that it is refused, unless `inflatingAtMost` allows it.
///
/// Source: The HDF Group, "HDF5 File Format Specification", version 3.0. How MATLAB names classes
/// was found in files that it wrote, and in those of `h5py` after them.
public struct MAT73File: Sendable {
  /// The variables, in the order of their names.
  public let variables: [MATVariable]

  private let file: HDF5File
  private let places: [String: Int]

  /// Opens a file and lists its variables. O(variables).
  ///
  /// - Parameter limit: the most bytes that the parts of one variable may take.
  /// - Throws: `FileError` if the file cannot be opened, is no HDF5 file, is cut short, or stores
  ///   things in a way that is not read.
  public init(contentsOf url: URL, inflatingAtMost limit: Int? = nil) throws {
    try self.init(ByteSource(url), inflatingAtMost: limit, zlib: .shared)
  }

  /// Lists the variables of a file that is in memory.
  ///
  /// - Parameters:
  ///   - name: what errors call the file.
  ///   - limit: as in `init(contentsOf:inflatingAtMost:)`.
  /// - Throws: `FileError` as `init(contentsOf:inflatingAtMost:)`.
  public init(bytes: [UInt8], name: String, inflatingAtMost limit: Int? = nil) throws {
    try self.init(ByteSource(bytes, name: name), inflatingAtMost: limit, zlib: .shared)
  }

  init(_ source: ByteSource, inflatingAtMost limit: Int?, zlib: Zlib?) throws {
    let file = try source.reading("a MAT-file of version 7.3", own: [.hdf5]) {
      try HDF5File(source, limit: GrowthLimit(limit, for: source), zlib: zlib)
    }
    self.file = file
    var variables: [MATVariable] = []
    var places: [String: Int] = [:]
    for (name, address) in try file.links(of: HDF5Object(file, at: file.root))
    where !name.hasPrefix("#") {
      guard places.updateValue(address, forKey: name) == nil else {
        throw file.damage("variables with a name each", "two of one name", at: address)
      }
      variables.append(
        try MAT73Node(HDF5Object(file, at: address), what: "variable \"\(name)\"").variable(name))
    }
    self.variables = variables
    self.places = places
  }

  /// Reads whatever a variable holds, or the field of one that is a structure, `variable.field`.
  ///
  /// - Throws: `FileError` if there is no such variable, it is damaged, larger than the limit,
  ///   nested in more than 64 levels, or stored in a way that is not read. O(elements + cells).
  public func value(_ name: String) throws -> MATValue {
    var reading = MAT73Reading(file)
    return try reading.value(of: node(name), depth: 0)
  }

  /// A variable of numbers as a tensor of `Scalar`, converted while it is read.
  ///
  /// - Parameter order: the order of the axes in the result.
  /// - Throws: as ``value(_:)``, and for what is no dense array of real numbers.
  public func tensor<Scalar: FileElement & TensorScalar>(
    _ name: String, as type: Scalar.Type = Float.self, order: AxisOrder = .asStored
  ) throws -> Tensor {
    var reading = MAT73Reading(file)
    return try reading.numbers(of: node(name), order: order).tensor(as: type)
  }

  /// The arrays in a cell array as tensors, in the order in which MATLAB counts: columns first.
  /// Throws as ``tensor(_:as:order:)``.
  public func tensors<Scalar: FileElement & TensorScalar>(
    _ name: String, as type: Scalar.Type = Float.self, order: AxisOrder = .asStored
  ) throws -> [Tensor] {
    let cells = try node(name)
    var reading = MAT73Reading(file)
    return try reading.cells(of: cells).map {
      try reading.numbers(of: $0, order: order).tensor(as: type)
    }
  }

  private func node(_ name: String) throws -> MAT73Node {
    let names = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    var links = places
    var what = "variable"
    var object: HDF5Object?
    for own in names {
      guard let address = links[own] else {
        let present = links.keys.filter { !$0.hasPrefix("#") }.sorted().prefix(20)
        throw FileError(
          file: file.source.name,
          expected: "a \(what == "variable" ? "variable" : "field") \"\(own)\"",
          found: present.isEmpty
            ? "none at all" : present.map { "\"\($0)\"" }.joined(separator: ", "),
          remedy: present.isEmpty
            ? "name it without a field" : "ask for one of those that are there")
      }
      let next = try HDF5Object(file, at: address)
      links =
        next.isGroup
        ? Dictionary(try file.links(of: next).map { ($0.name, $0.address) }) { $1 } : [:]
      object = next
      what = "field"
    }
    guard let object else {
      throw FileError(
        file: file.source.name, expected: "a variable", found: "no name",
        remedy: "ask for one of those that are there")
    }
    return try MAT73Node(object, what: "variable \"\(name)\"")
  }
}
