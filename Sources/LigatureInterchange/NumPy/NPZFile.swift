import Foundation
import LigatureFiles
import LigatureTensors

/// Arrays of NumPy by name in one file, as `numpy.savez` and `numpy.savez_compressed` write them.
///
///     let file = try NPZFile(contentsOf: url)
///     file.names                                    // ["images", "labels"]
///     let images = try file["images"].tensor(as: Float.self)
///
/// An array is read, and inflated, when it is asked for. What is in the file beside arrays of
/// numbers may be anything, and is refused when it is asked for.
public struct NPZFile: Sendable {
  /// The arrays' names in the file's order, without `.npy`.
  public let names: [String]

  private let archive: ZipArchive
  private let places: [String: Int]
  private let limit: GrowthLimit
  private let zlib: Zlib?

  /// Opens a file and reads its directory. O(entries).
  ///
  /// - Parameter limit: the most bytes that a deflated array may have, inflated and as it is read;
  ///   by default 256 MB, or 100 times the file's size where that is more.
  /// - Throws: `FileError` if the file cannot be opened, is no zip archive or is cut short, or two
  ///   arrays have one name.
  public init(contentsOf url: URL, inflatingAtMost limit: Int? = nil) throws {
    try self.init(ByteSource(url), inflatingAtMost: limit, zlib: .shared)
  }

  /// Reads the directory of a file that is in memory.
  ///
  /// - Parameters:
  ///   - name: what errors call the file.
  ///   - limit: as in `init(contentsOf:inflatingAtMost:)`.
  /// - Throws: `FileError` as `init(contentsOf:inflatingAtMost:)`.
  public init(bytes: [UInt8], name: String, inflatingAtMost limit: Int? = nil) throws {
    try self.init(ByteSource(bytes, name: name), inflatingAtMost: limit, zlib: .shared)
  }

  init(_ source: ByteSource, inflatingAtMost limit: Int? = nil, zlib: Zlib?) throws {
    let archive = try source.reading("a NumPy archive (.npz)", own: [.npz]) {
      try ZipArchive(source)
    }
    self.archive = archive
    self.limit = GrowthLimit(limit, for: source)
    self.zlib = zlib
    names = archive.entries.map { entry in
      entry.name.hasSuffix(".npy") ? String(entry.name.dropLast(4)) : entry.name
    }
    var places: [String: Int] = [:]
    for (place, name) in names.enumerated() {
      guard places.updateValue(place, forKey: name) == nil else {
        throw FileError(
          file: source.name, expected: "arrays with a name each",
          found: "two that are called \"\(name.prefix(80))\"",
          remedy: "save them again with numpy.savez")
      }
    }
    self.places = places
  }

  /// The array with a name. Throws `FileError` where there is none, or it is damaged or no array of
  /// numbers.
  public subscript(_ name: String) -> NPYFile {
    get throws {
      guard let place = places[name] else {
        throw FileError(
          file: archive.source.name, expected: "an array \"\(name)\"",
          found: names.isEmpty
            ? "no array at all"
            : names.prefix(20).map { "\"\($0)\"" }.joined(separator: ", "),
          remedy: names.isEmpty
            ? "check that this is the file you meant" : "ask for one of those that are there")
      }
      return try NPYFile(.entry(archive, archive.entries[place], limit, zlib))
    }
  }
}
